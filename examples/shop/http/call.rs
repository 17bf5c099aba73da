//! What a request says, and how it is answered: with a page to a browser, and with JSON to all others.

use axum::body::{Body, Bytes};
use axum::extract::{Form, FromRequest, Json, Request};
use axum::http::header::{ACCEPT, CONTENT_TYPE, ETAG, IF_MATCH, LOCATION};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use eventsourcing::Version;
use eventsourcing::prelude::*;
use eventsourcing::repository::CommitOptions;
use maud::Markup;
use serde::Serialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use uuid::Uuid;

use super::Server;
use super::problem::Problem;
use crate::shop::domain::Refused;

pub(super) type Answer = Result<Response, Problem>;

/// A request: its headers, and what it sends as JSON or by the form of a page.
pub(super) struct Call<T = IgnoredAny> {
    pub(super) sent: T,
    body: Bytes,
    wants_page: bool,
    /// Of its `Idempotency-Key` and its address: the same key at another address is another request.
    key: Option<String>,
    /// The `ETag` that the caller has seen, from `If-Match`.
    seen: Option<HeaderValue>,
}

pub(super) fn wants_page(headers: &HeaderMap) -> bool {
    headers.get(ACCEPT).is_some_and(|accept| accept.as_bytes().starts_with(b"text/html"))
}

fn tag(version: Version) -> String {
    format!("\"{version}\"")
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Call<T> {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let (parts, body) = request.into_parts();
        let key = parts.headers.get("idempotency-key").map(|key| format!("{} {key:?}", parts.uri.path()));
        let seen = parts.headers.get(IF_MATCH).filter(|seen| *seen != "*").cloned();
        let (wants_page, kind) = (wants_page(&parts.headers), parts.headers.get(CONTENT_TYPE).cloned());
        let body = Request::from_parts(parts.clone(), body);
        let body = Bytes::from_request(body, state).await.map_err(IntoResponse::into_response)?;
        let request = Request::from_parts(parts, Body::from(body.clone()));
        let sent = match kind {
            Some(kind) if kind.as_bytes().starts_with(b"application/x-www-form-urlencoded") => {
                Form::from_request(request, state).await.map_err(IntoResponse::into_response)?.0
            }
            None if body.is_empty() => Json::from_bytes(b"{}").map_err(IntoResponse::into_response)?.0,
            _ => Json::from_request(request, state).await.map_err(IntoResponse::into_response)?.0,
        };
        Ok(Self { sent, body, wants_page, key, seen })
    }
}

impl<T> Call<T> {
    /// The id of what the request creates: the same one for the same request.
    pub(super) fn id<A: Aggregate>(&self) -> Id<A> {
        self.key.as_deref().map_or_else(Id::new, Id::named)
    }

    /// In the name of somebody, and once for its key: the same key with another body is refused.
    pub(super) fn options(&self, actor: &str) -> CommitOptions {
        let metadata = Metadata::new().with_actor(actor).with_correlation_id(Uuid::now_v7().to_string());
        let options = CommitOptions::new().metadata(metadata).fingerprint(&self.body);
        self.key.iter().fold(options, |options, key| options.id(CommitId::named(key)))
    }

    /// Refuses if the caller has seen another version. Within a command it holds until that is stored, and a repetition is judged as the first was.
    pub(super) fn check(&self, is: Version) -> Result<(), Refused> {
        let has_seen = self.seen.as_ref().is_none_or(|seen| *seen == tag(is));
        if has_seen { Ok(()) } else { Err(Refused::Changed { is: is.get() }) }
    }

    pub(super) fn list(&self, rows: &impl Serialize, page: impl FnOnce() -> Markup) -> Response {
        if self.wants_page { page().into_response() } else { Json(rows).into_response() }
    }

    /// Shows an aggregate, with its version.
    pub(super) fn show<A: Aggregate + Serialize>(&self, is: &A, page: impl FnOnce() -> Markup) -> Response {
        let shown = Shown { id: is.id(), position: None, is };
        ([(ETAG, tag(is.version()))], self.list(&shown, page)).into_response()
    }
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

impl Server {
    /// Runs a command once, however often it is sent with its key, on the version that the caller has seen.
    pub(super) async fn change<T, A: Aggregate + Clone + Serialize>(
        &self,
        call: &Call<T>,
        actor: &str,
        (kept, id, place): (&Repository<A>, Id<A>, String),
        mut command: impl FnMut(&mut A) -> Result<(), Refused>,
    ) -> Answer {
        let command = |aggregate: &mut A| {
            call.check(aggregate.version())?;
            command(aggregate).map(|()| aggregate.clone())
        };
        let changed = kept.update_with(call.options(actor), id, command).await?;
        self.done(call, StatusCode::OK, place, &changed).await
    }

    /// Says what was done; a browser goes on to a page that shows it.
    pub(super) async fn done<T, A: Aggregate + Serialize>(
        &self,
        call: &Call<T>,
        code: StatusCode,
        place: String,
        is: &A,
    ) -> Answer {
        let to = self.shop.orders.store().head().await?;
        if call.wants_page {
            return Ok(Redirect::to(&format!("{place}?after={to}")).into_response());
        }
        let shown = Shown { id: is.id(), position: Some(to.get()), is };
        Ok((code, [(LOCATION, place), (ETAG, tag(is.version()))], Json(shown)).into_response())
    }
}
