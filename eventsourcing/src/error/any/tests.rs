use std::convert::Infallible;
use std::sync::Arc;

use uuid::Uuid;

use super::*;
use crate::error::{StoreErrorKind, StoredFirst};
use crate::stream::StreamId;

fn stream() -> StreamId {
    StreamId::new("Account", Uuid::nil())
}

fn conflict() -> Conflict {
    Conflict::new(stream(), 1.into(), 2.into())
}

fn of_store(kind: StoreErrorKind) -> StoreError {
    StoreError::new(kind, "the store")
}

#[derive(Debug, PartialEq, Derive)]
#[error("not enough")]
struct NotEnough;

#[test]
fn a_conflict_is_one_however_it_came() {
    let errors: [Error; 4] = [
        conflict().into(),
        SaveError::Conflict(conflict()).into(),
        CommitError::Conflict(conflict()).into(),
        UpdateError::<NotEnough>::Conflict(conflict()).into(),
    ];
    for error in errors {
        assert!(error.is_conflict() && error.is_retryable() && !error.is_not_found(), "{error:?}");
        assert!(matches!(error, Error::Conflict(_)));
    }
    assert!(SaveError::Conflict(conflict()).is_retryable());
    assert!(UpdateError::<Infallible>::Save(SaveError::Conflict(conflict())).is_conflict());
}

#[test]
fn another_version_than_was_seen_is_no_conflict() {
    let error = UpdateError::<Infallible>::WrongVersion(conflict());
    assert_eq!(StoredFirst::find_in(&error), None);
    let error = Error::from(error);
    assert_eq!(StoredFirst::find_in(&error), None, "so no `retry` tries it again");
    assert!(!error.is_conflict() && !error.is_retryable(), "{error:?}");
    assert_eq!(StoredFirst::find_in(&Error::from(conflict())).map(StoredFirst::conflicting_stream), Some(&stream()));
}

#[test]
fn only_what_certainly_did_nothing_may_be_tried_again() {
    for kind in [StoreErrorKind::Unavailable, StoreErrorKind::OutcomeUnknown, StoreErrorKind::Full] {
        let read = || LoadError::Read(ReadError::Store(of_store(kind)));
        let errors: [Error; 9] = [
            of_store(kind).into(),
            read().into(),
            SaveError::Store(of_store(kind)).into(),
            UpdateError::<Infallible>::Load(read()).into(),
            SnapshotError::Load(read()).into(),
            ExportError::Load(read()).into(),
            ViewError::Store(of_store(kind)).into(),
            ViewError::Rows(of_store(kind)).into(),
            ViewError::Log(Arc::new(ReadError::Store(of_store(kind)))).into(),
        ];
        for error in errors {
            assert_eq!(error.store_error().map(StoreError::kind), Some(kind), "{error:?}");
            assert_eq!(error.is_retryable(), kind == StoreErrorKind::Unavailable, "{error:?}");
            assert_eq!(error.is_outcome_unknown(), kind == StoreErrorKind::OutcomeUnknown, "{error:?}");
        }
        assert_eq!(SaveError::Store(of_store(kind)).is_retryable(), kind == StoreErrorKind::Unavailable);
    }
}

#[test]
fn what_a_view_could_not_do_is_one_of_them() {
    let error = Error::from(ProcessError::Unknown { process: "fines" });
    assert!(matches!(error, Error::Process(_)) && !error.is_retryable() && !error.is_conflict(), "{error:?}");
    let error = Error::from(RunError::AlreadyRunning);
    assert!(matches!(error, Error::Run(RunError::AlreadyRunning)) && !error.is_retryable(), "{error:?}");
}

#[test]
fn what_a_command_said_comes_back_as_it_was() {
    let error = Error::from(UpdateError::Rejected(NotEnough));
    assert_eq!(error.to_string(), "not enough");
    assert_eq!(error.rejected_ref::<NotEnough>(), Some(&NotEnough));
    assert!(error.rejected_ref::<std::io::Error>().is_none());
    let error = error.into_rejected::<std::io::Error>().unwrap_err();
    assert_eq!(error.into_rejected::<NotEnough>().unwrap(), NotEnough);
    assert_eq!(Error::rejected(NotEnough).into_rejected::<NotEnough>().unwrap(), NotEnough);
    assert_eq!(UpdateError::Rejected(NotEnough).into_rejected().unwrap(), NotEnough);
    let other = UpdateError::<NotEnough>::Load(LoadError::NotFound { stream: stream() });
    assert!(other.is_not_found() && !UpdateError::Rejected(NotEnough).is_not_found());
    let other = other.into_rejected();
    let other = other.unwrap_err();
    assert!(other.is_not_found() && other.rejected_ref::<NotEnough>().is_none());
}
