//! What a request says, and how it is answered: with a page to a browser, and with JSON to all others.

use std::sync::Arc;
use std::time::Duration;

use askama::Template as _;
use axum::body::Bytes;
use axum::extract::{FromRequest, Json, Query, State};
use axum::http::header::{ACCEPT, CONTENT_TYPE, ETAG, IF_MATCH, LOCATION};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri};
use axum::response::{Html, IntoResponse, Redirect, Response};
use eventsourcing::Error;
use eventsourcing::error::{BoxError, ViewError};
use eventsourcing::prelude::*;
use eventsourcing::repository::CommandOutput;
use eventsourcing::view::Projection;
use rusqlite::Params;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Server;
use super::problem::Problem;
use crate::shop::domain::{Email, Refused, Status};
use crate::shop::pages::Page;

pub(super) type Answer = Result<Response, Problem>;

/// A request: where it goes, its headers, and what it sends.
#[derive(FromRequest)]
#[from_request(state(Arc<Server>))]
pub(super) struct Call {
    #[from_request(via(State))]
    pub(super) app: Arc<Server>,
    /// What is asked for behind the `?`.
    #[from_request(via(Query))]
    pub(super) asked: Asked,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
}

#[derive(Deserialize)]
pub(super) struct Asked {
    /// A list is to show what was done up to this position.
    after: Option<Position>,
    /// Only what was done before this one.
    pub(super) before: Option<Position>,
    pub(super) status: Option<Status>,
    pub(super) email: Option<Email>,
}

pub(super) fn wants_page(headers: &HeaderMap) -> bool {
    headers.get(ACCEPT).is_some_and(|accept| accept.as_bytes().starts_with(b"text/html"))
}

fn tag(version: Version) -> String {
    format!("\"{version}\"")
}

impl Call {
    /// What is sent, as JSON or by the form of a page.
    pub(super) fn sent<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        let kind = self.headers.get(CONTENT_TYPE).map_or(&b""[..], HeaderValue::as_bytes);
        if kind.starts_with(b"application/x-www-form-urlencoded") {
            let sent = serde_urlencoded::from_bytes(&self.body);
            return sent.map_err(|error| Problem::new(StatusCode::UNPROCESSABLE_ENTITY, error.to_string()));
        }
        if !kind.starts_with(b"application/json") {
            return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "send `application/json`, or a form"));
        }
        let sent = Json::from_bytes(&self.body).map(|Json(sent)| sent);
        sent.map_err(|rejection| Problem::new(rejection.status(), rejection.body_text()))
    }

    /// What names the request: the same `Idempotency-Key` at another address is another request.
    fn key(&self) -> Option<String> {
        self.headers.get("idempotency-key").map(|key| format!("{} {key:?}", self.uri.path()))
    }

    /// The id of what the request creates: the same one for the same request.
    pub(super) fn id<A: Aggregate>(&self) -> Id<A> {
        self.key().as_deref().map_or_else(Id::new, Id::named)
    }

    /// Who asks: this shop believes the address, where one of one's own looks for a session.
    fn actor(&self) -> String {
        match self.uri.path().split('/').collect::<Vec<_>>()[..] {
            ["", "customers", id, ..] => format!("customer {id}"),
            ["", "customers"] => "visitor".to_owned(),
            ["", "payments"] => "payment provider".to_owned(),
            _ => "admin".to_owned(),
        }
    }

    /// In the name of who asks, and once for its key: the same key with another body is refused.
    pub(super) fn options(&self) -> CommitOptions {
        let metadata = Metadata::new().with_actor(self.actor()).with_correlation_id(Uuid::now_v7().to_string());
        let options = CommitOptions::new().metadata(metadata).fingerprint(&self.body);
        self.key().into_iter().fold(options, |options, key| options.id(CommitId::named(&key)))
    }

    /// Refuses if the caller has seen another version. Within a command it holds until that is stored, and a repetition is judged as the first was.
    pub(super) fn check(&self, is: Version) -> Result<(), Refused> {
        let has_seen = self.headers.get(IF_MATCH).is_none_or(|seen| seen == "*" || *seen == tag(is));
        if has_seen { Ok(()) } else { Err(Refused::Changed { is: is.get() }) }
    }

    /// The rows of a list that shows what was done up to the position that is asked for: where it is late, as it is.
    pub(super) async fn rows<V: Projection>(&self, which: &str, values: impl Params) -> Result<Vec<V>, ViewError> {
        if let Some(position) = self.asked.after {
            let _late = self.app.views.wait_for::<V>(position, Duration::from_secs(2)).await;
        }
        self.app.views.query(which, values).await
    }

    pub(super) fn list(&self, rows: &impl Serialize, page: Page<'_>) -> Answer {
        let page = || page.render().map(Html).map_err(Error::rejected);
        Ok(if wants_page(&self.headers) { page()?.into_response() } else { Json(rows).into_response() })
    }

    /// Shows an aggregate, with its version.
    pub(super) fn show<A: Aggregate + Serialize>(&self, is: &A, page: Page<'_>) -> Answer {
        Ok(([(ETAG, tag(is.version()))], self.list(is, page)?).into_response())
    }

    /// Runs a command once, however often it is sent with its key, on the version that the caller has seen.
    pub(super) async fn change<A: Aggregate + Clone + Serialize, R: CommandOutput<Error: Into<BoxError>>>(
        &self,
        kept: &Repository<A>,
        id: Id<A>,
        mut command: impl FnMut(&mut A) -> R,
    ) -> Answer {
        let command = |aggregate: &mut A| {
            self.check(aggregate.version())?;
            command(aggregate).into_result().map_err(Into::into)?;
            Ok::<_, BoxError>(aggregate.clone())
        };
        let changed = kept.update_with(self.options(), id, command).await?;
        // What is done to something has an address below that of the thing.
        let place = self.uri.path().rsplit_once('/').map_or("/", |(place, _)| place);
        self.done(StatusCode::OK, place, &changed).await
    }

    /// Says what was done, and where that is shown: a browser goes there.
    pub(super) async fn done<A: Aggregate + Serialize>(&self, code: StatusCode, place: &str, is: &A) -> Answer {
        let place = format!("{place}?after={}", self.app.shop.position().await?);
        if wants_page(&self.headers) {
            return Ok(Redirect::to(&place).into_response());
        }
        Ok((code, [(LOCATION, place), (ETAG, tag(is.version()))], Json(is)).into_response())
    }
}
