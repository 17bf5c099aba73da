//! What a request says beside its address, and how it is answered: with a page to a browser, and with JSON to all others.

use std::convert::Infallible;

use axum::extract::{Form, FromRequest, FromRequestParts, Json, Request};
use axum::http::header::{ACCEPT, CONTENT_TYPE, ETAG, IF_MATCH, LOCATION};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse, Redirect, Response};
use eventsourcing::prelude::*;
use eventsourcing::repository::CommitOptions;
use eventsourcing::{Position, Version};
use maud::Markup;
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::shop::domain::Refused;

/// The headers of a request.
pub(super) struct Call {
    wants_page: bool,
    /// Of its `Idempotency-Key` and its address: the same key at another address is another request.
    key: Option<String>,
    /// The `ETag` that the caller has seen, from `If-Match`.
    seen: Option<HeaderValue>,
}

pub(super) fn wants_page(headers: &HeaderMap) -> bool {
    headers.get(ACCEPT).is_some_and(|accept| accept.as_bytes().starts_with(b"text/html"))
}

impl<S: Sync> FromRequestParts<S> for Call {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let key = parts.headers.get("idempotency-key").map(|key| format!("{} {key:?}", parts.uri.path()));
        let seen = parts.headers.get(IF_MATCH).filter(|seen| *seen != "*").cloned();
        Ok(Self { wants_page: wants_page(&parts.headers), key, seen })
    }
}

impl Call {
    /// The id of what the request creates: the same one for the same request.
    pub(super) fn id<A: Aggregate>(&self) -> Id<A> {
        self.key.as_deref().map_or_else(Id::new, Id::named)
    }

    /// The commit id of the request, if it has a key.
    pub(super) fn commit(&self) -> Option<CommitId> {
        self.key.as_deref().map(CommitId::named)
    }

    /// Under that commit id, in the name of somebody.
    pub(super) fn options(&self, actor: &str) -> CommitOptions {
        let metadata = Metadata::new().with_actor(actor).with_correlation_id(Uuid::now_v7().to_string());
        let options = CommitOptions::new().metadata(metadata);
        if let Some(id) = self.commit() { options.id(id) } else { options }
    }

    /// Refuses if the caller has seen another version. Within a command it holds until that is stored, and a repetition is judged as the first was.
    pub(super) fn check(&self, is: Version) -> Result<(), Refused> {
        if self.seen.as_ref().is_none_or(|seen| *seen == tag(is)) {
            Ok(())
        } else {
            Err(Refused::Changed { is: is.get() })
        }
    }

    pub(super) fn answer(&self, json: &impl Serialize, page: impl FnOnce() -> Markup) -> Response {
        if self.wants_page { Html(page().into_string()).into_response() } else { Json(json).into_response() }
    }

    /// The same of an aggregate, with its version.
    pub(super) fn show<A: Aggregate + Serialize>(&self, is: &A, page: impl FnOnce() -> Markup) -> Response {
        ([(ETAG, tag(is.version()))], self.answer(&Shown { id: is.id(), position: None, is }, page)).into_response()
    }

    /// Says what was done; a browser goes on to a page that shows it.
    pub(super) fn done<A: Aggregate + Serialize>(
        &self,
        code: StatusCode,
        place: String,
        is: &A,
        to: Position,
    ) -> Response {
        if self.wants_page {
            return Redirect::to(&format!("{place}?after={to}")).into_response();
        }
        let shown = Shown { id: is.id(), position: Some(to.get()), is };
        (code, [(LOCATION, place), (ETAG, tag(is.version()))], Json(shown)).into_response()
    }
}

fn tag(version: Version) -> String {
    format!("\"{version}\"")
}

/// An aggregate with its id, and with where the store stands once it is stored.
#[derive(Serialize)]
struct Shown<'a, A> {
    id: Id<A>,
    #[serde(skip_serializing_if = "Option::is_none")]
    position: Option<u64>,
    #[serde(flatten)]
    is: &'a A,
}

/// What was sent: JSON, or the fields of a page's form.
pub(super) struct Sent<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Sent<T> {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let kind = request.headers().get(CONTENT_TYPE).map(HeaderValue::as_bytes);
        if kind.is_some_and(|kind| kind.starts_with(b"application/x-www-form-urlencoded")) {
            let form = Form::from_request(request, state).await;
            form.map(|Form(sent)| Self(sent)).map_err(IntoResponse::into_response)
        } else {
            let json = Json::from_request(request, state).await;
            json.map(|Json(sent)| Self(sent)).map_err(IntoResponse::into_response)
        }
    }
}
