//! Running processes: which there are (`set`), the life of each (`registered`) and its loop (`drive`), which reads the `log` (`read_on`), keeps an `index` of timers and of what is parked,
//! has `work` done for many instances `in_flight`, and shows its `progress` to those who ask.

mod answers;
mod any_process;
mod begin;
mod drive;
mod in_flight;
mod index;
mod keep;
mod log;
mod progress;
mod read_on;
mod registered;
mod requests;
mod set;
mod settings;
mod start;
mod status;
mod unattended;
mod wait;
mod work;

pub(crate) use self::any_process::AnyProcess;
pub(crate) use self::set::{ProcessClaim, Processes};
pub(crate) use self::settings::ProcessSettings;
pub use self::status::{ProcessState, ProcessStatus};
pub(crate) use self::unattended::Journals;
