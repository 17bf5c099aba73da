//! Running processes: which there are (`set`), and the loop of each (`drive`), which reads the `log`, keeps an `index` of timers and of what is set aside,
//! has `work` done for many instances `in_flight`, and shows its `progress` to those who ask.

mod drive;
mod in_flight;
mod index;
mod log;
mod progress;
mod requests;
mod set;
mod wait;
mod work;

pub use self::progress::{ParkedInstance, ProcessState, ProcessStatus};
pub(crate) use self::requests::Wish;
pub(crate) use self::set::{AnyProcess, ProcessClaim, ProcessSettings, Processes};
