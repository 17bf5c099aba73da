//! What the parts of an `impl` block under `#[events]` know of it.

use crate::ast::self_type::SelfType;
use crate::names::case::CaseRule;

pub(crate) struct BlockContext<'a> {
    pub(crate) aggregate: &'a SelfType,
    pub(crate) rename_all: Option<CaseRule>,
}
