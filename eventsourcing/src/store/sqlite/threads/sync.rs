//! Locks and waiting: those of the system, or those of the model that tries other orders of the same steps.

#[cfg(not(all(test, shuttle)))]
pub(crate) use std::sync::{Arc, Mutex, MutexGuard};

#[cfg(not(all(test, shuttle)))]
pub(crate) use pollster::block_on;
#[cfg(all(test, shuttle))]
pub(crate) use shuttle::future::block_on;
#[cfg(all(test, shuttle))]
pub(crate) use shuttle::sync::{Arc, Mutex, MutexGuard};
