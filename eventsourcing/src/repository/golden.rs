//! Stored samples of events, read and folded.

use std::panic::{AssertUnwindSafe, catch_unwind};

use uuid::Uuid;

use crate::aggregate::{Aggregate, Id, replayed};
use crate::codec::{self, Decoded};
use crate::error::{DecodeError, with_sources};

/// A payload as some release stored it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sample<'a> {
    pub(crate) name: &'a str,
    pub(crate) version: u32,
    pub(crate) payload: &'a str,
}

/// Reads each sample and applies what is left of it to an aggregate that one of them created; says what went wrong.
pub(crate) fn fold<A: Aggregate>(samples: &[Sample<'_>]) -> Vec<String> {
    let mut failures = Vec::new();
    for sample in samples {
        let fails = |why: &str| format!("event `{}` version {} of {}: {why}", sample.name, sample.version, A::NAME);
        let events = match decode::<A>(sample) {
            Ok(events) => events,
            Err(error) => {
                failures.push(fails(&with_sources(&error)));
                continue;
            }
        };
        for event in events {
            // One of its own for each, so that a sample does not depend on those before it.
            let Some(mut aggregate) = samples.iter().find_map(created::<A>) else {
                failures.push(fails("no sample creates an aggregate to apply it to"));
                continue;
            };
            if catch_unwind(AssertUnwindSafe(|| aggregate.apply(event))).is_err() {
                failures.push(fails("its mutator panics on the sample; write a payload that can happen in its place"));
            }
        }
    }
    failures
}

/// The aggregate that a sample creates, if it does.
fn created<A: Aggregate>(sample: &Sample<'_>) -> Option<A> {
    let first = decode::<A>(sample).ok()?.into_iter().next()?;
    catch_unwind(AssertUnwindSafe(|| replayed(Id::from(Uuid::nil()), first))).ok()?
}

fn decode<A: Aggregate>(sample: &Sample<'_>) -> Result<Vec<A::Event>, DecodeError> {
    Ok(match codec::decode(sample.name, sample.version, sample.payload.as_bytes(), codec::not_stored)? {
        Decoded::Current(event) => vec![event],
        Decoded::Old(events) => events.into_iter().collect(),
    })
}
