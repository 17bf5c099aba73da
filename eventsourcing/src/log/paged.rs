//! A reader of pages, as a stream of what is on them.

use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::error::LoadError;
use crate::store::BoxFuture;

/// What a reader gives page by page, one by one. It reads one page at a time, and ends at the first that is empty or cannot be read.
pub(crate) struct Paged<R, T> {
    page: VecDeque<T>,
    state: State<R, T>,
}

enum State<R, T> {
    Idle(Box<R>),
    Reading(BoxFuture<'static, NextPage<R, T>>),
    Ended,
}

/// A reader, and the page that it has read.
pub(crate) type NextPage<R, T> = (Box<R>, Result<Vec<T>, LoadError>);

impl<R: Send + 'static, T: Send + 'static> Paged<R, T> {
    /// The next of them. `read` begins to read a page, and `is_read` is called with the reader when it has.
    pub(crate) fn poll_next<F: Future<Output = NextPage<R, T>> + Send + 'static>(
        &mut self,
        context: &mut Context<'_>,
        read: impl Fn(Box<R>) -> F,
        mut is_read: impl FnMut(&R),
    ) -> Poll<Option<Result<T, LoadError>>> {
        loop {
            if let Some(item) = self.page.pop_front() {
                return Poll::Ready(Some(Ok(item)));
            }
            self.state = match std::mem::replace(&mut self.state, State::Ended) {
                State::Ended => return Poll::Ready(None),
                State::Idle(reader) => State::Reading(Box::pin(read(reader))),
                State::Reading(mut reading) => {
                    let Poll::Ready((reader, page)) = Pin::new(&mut reading).poll(context) else {
                        self.state = State::Reading(reading);
                        return Poll::Pending;
                    };
                    is_read(&reader);
                    match page {
                        Err(error) => return Poll::Ready(Some(Err(error))),
                        Ok(page) if page.is_empty() => State::Ended,
                        Ok(page) => {
                            self.page = page.into();
                            State::Idle(reader)
                        }
                    }
                }
            };
        }
    }
}

impl<R, T> Paged<R, T> {
    pub(crate) fn new(reader: R) -> Self {
        Self { page: VecDeque::new(), state: State::Idle(Box::new(reader)) }
    }

    /// What comes next, if it was read already.
    pub(crate) fn front(&self) -> Option<&T> {
        self.page.front()
    }
}
