//! Each error as problem details (RFC 9457): one function from the refusals of the shop, and one from the errors of the framework.

use axum::body::to_bytes;
use axum::extract::Request;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use eventsourcing::Error;
use eventsourcing::error::{StoreError, StoreErrorKind, ViewError};
use eventsourcing::prelude::*;
use serde_json::json;

use super::call::wants_page;
use crate::shop::domain::Refused;
use crate::shop::pages;

/// Why a request is not answered as it was meant.
#[derive(Clone, Debug)]
pub(super) struct Problem {
    status: StatusCode,
    kind: &'static str,
    detail: String,
}

impl Problem {
    pub(super) fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self { status, kind: "about:blank", detail: detail.into() }
    }
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        let (status, kind) = match refused {
            Refused::OutOfStock { .. } => (StatusCode::CONFLICT, "/problems/out-of-stock"),
            Refused::WrongStatus { .. } => (StatusCode::CONFLICT, "/problems/wrong-status"),
            Refused::Changed { .. } => (StatusCode::PRECONDITION_FAILED, "/problems/changed"),
            Refused::EmptyCart | Refused::TooMany { .. } => (StatusCode::UNPROCESSABLE_ENTITY, "/problems/refused"),
        };
        Self { status, kind, detail: refused.to_string() }
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let error = match error.into_rejected::<Refused>() {
            Ok(refused) => return refused.into(),
            Err(error) => error,
        };
        if let Error::Save(SaveError::Taken { field, .. }) = &error {
            let detail = format!("another has this {field}");
            return Self { status: StatusCode::CONFLICT, kind: "/problems/taken", detail };
        }
        let store = error.store_error().map(StoreError::kind);
        let is_late = matches!(error, Error::View(ViewError::NotBuilt { .. })) || store == Some(StoreErrorKind::Closed);
        let (status, detail) = if matches!(error, Error::Save(SaveError::OtherCommit { .. })) {
            (StatusCode::UNPROCESSABLE_ENTITY, "the idempotency key is that of another request")
        } else if error.is_not_found() {
            (StatusCode::NOT_FOUND, "there is none of this id")
        } else if error.is_conflict() {
            (StatusCode::CONFLICT, "others were first; try again")
        } else if is_late || error.is_retryable() {
            (StatusCode::SERVICE_UNAVAILABLE, "try again later")
        } else if store == Some(StoreErrorKind::OutcomeUnknown) {
            (StatusCode::GATEWAY_TIMEOUT, "perhaps it is done: send it again with the same idempotency key")
        } else {
            eprintln!("{error:?}");
            (StatusCode::INTERNAL_SERVER_ERROR, "it is written down, and will be looked at")
        };
        Self::new(status, detail)
    }
}

macro_rules! problems {
    ($($error:ty),*) => {$(
        impl From<$error> for Problem {
            fn from(error: $error) -> Self {
                Error::from(error).into()
            }
        }
    )*};
}

problems!(LoadError, SaveError, StoreError, UpdateError<Refused>, ViewError);

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Says each error as a problem, also those of axum: as a page to a browser.
pub(super) async fn details(request: Request, next: Next) -> Response {
    let wants_page = wants_page(request.headers());
    let (mut parts, body) = next.run(request).await.into_parts();
    if !parts.status.is_client_error() && !parts.status.is_server_error() {
        return Response::from_parts(parts, body);
    }
    let status = parts.status;
    let Problem { kind, detail, .. } = match parts.extensions.remove() {
        Some(problem) => problem,
        None => Problem::new(status, String::from_utf8_lossy(&to_bytes(body, 10_000).await.unwrap_or_default())),
    };
    let title = status.canonical_reason().unwrap_or_default();
    let detail = if detail.is_empty() { title.to_owned() } else { detail };
    if wants_page {
        return (status, Html(pages::problem(title, &detail).into_string())).into_response();
    }
    parts.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    if status == StatusCode::SERVICE_UNAVAILABLE {
        parts.headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
    }
    let body = json!({ "type": kind, "title": title, "status": status.as_u16(), "detail": detail });
    (parts.status, parts.headers, body.to_string()).into_response()
}
