//! An `impl` block under `#[upcast]`: the upcasters of a user's own enum.

use crate::args::{ItemArgs, is_upcast_mark};
use crate::ast::impl_block::{BlockItem, ImplBlock};
use crate::ast::self_type::SelfType;
use crate::ast::upcaster::Upcaster;
use crate::crate_path::CratePath;
use crate::ctxt::Ctxt;

pub(crate) struct Upcasts<'a> {
    pub(crate) original: &'a ImplBlock,
    pub(crate) krate: CratePath,
    pub(crate) event: SelfType,
    pub(crate) upcasters: Vec<Upcaster<'a>>,
}

impl<'a> Upcasts<'a> {
    pub(crate) fn from_impl(ctxt: &Ctxt, args: ItemArgs, original: &'a ImplBlock) -> Option<Self> {
        if let Some((path, _)) = &original.trait_ {
            ctxt.error(path, "`#[upcast]` goes on the event enum's own `impl` block, not on that of a trait");
            return None;
        }
        let event = SelfType::new(ctxt, &original.self_ty, "#[upcast]")?;
        let upcasters = original.items.iter().filter_map(|item| {
            let BlockItem::Fn(function) = item else { return None };
            let mark = function.attrs.iter().find(|attribute| is_upcast_mark(attribute))?;
            Upcaster::new(ctxt, mark, function)
        });
        let upcasters = upcasters.collect();
        Some(Self { original, krate: args.krate, event, upcasters })
    }
}
