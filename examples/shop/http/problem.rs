//! Each error as problem details (RFC 9457): one table of what the rules refuse, one of what the framework does, and one function to the answer.

use axum::Extension;
use axum::body::to_bytes;
use axum::extract::Request;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use eventsourcing::Error;
use eventsourcing::prelude::*;
use serde_json::json;

use super::call::wants_page;
use crate::shop::domain::Refused;
use crate::shop::pages::Page;

const BLANK: &str = "about:blank";

/// Why a request is not answered as it was meant.
pub(super) struct Problem {
    status: StatusCode,
    /// Its type, by which programs tell problems of one status apart.
    kind: &'static str,
    /// What to say of it.
    detail: String,
}

impl Problem {
    pub(super) fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self { status, kind: BLANK, detail: detail.into() }
    }

    fn refused(refused: &Refused) -> Self {
        let (status, kind) = match refused {
            Refused::OutOfStock { .. } => (StatusCode::CONFLICT, "/problems/out-of-stock"),
            Refused::WrongStatus { .. } => (StatusCode::CONFLICT, "/problems/wrong-status"),
            Refused::Changed { .. } => (StatusCode::PRECONDITION_FAILED, "/problems/changed"),
            Refused::EmptyCart => (StatusCode::UNPROCESSABLE_ENTITY, "/problems/empty-cart"),
        };
        Self { status, kind, detail: refused.to_string() }
    }
}

impl<E: Into<Error>> From<E> for Problem {
    #[expect(clippy::wildcard_enum_match_arm, reason = "what is not named here is not the caller's fault")]
    fn from(error: E) -> Self {
        let error = match error.into().into_rejected() {
            Ok(refused) => return Self::refused(&refused),
            Err(error) => error,
        };
        let (status, detail) = match &error {
            Error::Save(SaveError::Taken { field, .. }) => {
                let detail = format!("another has this {field}");
                return Self { status: StatusCode::CONFLICT, kind: "/problems/taken", detail };
            }
            Error::Save(SaveError::OtherCommit { .. } | SaveError::OtherFingerprint { .. }) => {
                (StatusCode::UNPROCESSABLE_ENTITY, "the idempotency key is that of another request")
            }
            _ if error.is_not_found() => (StatusCode::NOT_FOUND, "there is none of this id"),
            _ if error.is_conflict() => (StatusCode::CONFLICT, "others were first; try again"),
            _ if error.is_retryable() => (StatusCode::SERVICE_UNAVAILABLE, "try again later"),
            _ if error.is_outcome_unknown() => {
                (StatusCode::GATEWAY_TIMEOUT, "perhaps it is done: send it again with the same idempotency key")
            }
            _ => {
                eprintln!("{error:?}");
                (StatusCode::INTERNAL_SERVER_ERROR, "it is written down, and will be looked at")
            }
        };
        Self::new(status, detail)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        (self.status, Extension(self.kind), self.detail).into_response()
    }
}

/// Says each error as a problem, also those of axum: as a page to a browser.
pub(super) async fn details(request: Request, next: Next) -> Response {
    let wants_page = wants_page(request.headers());
    let (mut parts, body) = next.run(request).await.into_parts();
    let status = parts.status;
    if !status.is_client_error() && !status.is_server_error() {
        return Response::from_parts(parts, body);
    }
    let (title, text) = (status.canonical_reason().unwrap_or_default(), to_bytes(body, 10_000).await);
    let text = text.ok().filter(|text| !text.is_empty()).unwrap_or_else(|| title.into());
    let detail = String::from_utf8_lossy(&text);
    if wants_page {
        return (status, Html(Page::Problem { title, detail: &detail }.to_string())).into_response();
    }
    parts.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    let kind = parts.extensions.remove().unwrap_or(BLANK);
    let problem = json!({ "type": kind, "title": title, "status": status.as_u16(), "detail": detail });
    (status, parts.headers, problem.to_string()).into_response()
}
