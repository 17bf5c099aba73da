//! `#[schema(..)]` and `#[view(..)]` on a type.

use syn::{Attribute, LitStr};

use crate::args::options::{each_list, options, value};
use crate::crate_path::CratePath;
use crate::ctxt::Ctxt;

/// The name that a type is kept under, and where our crate is.
#[derive(Default)]
pub(crate) struct NamedItemArgs {
    pub(crate) name: Option<LitStr>,
    pub(crate) krate: CratePath,
}

#[derive(Clone, Copy, PartialEq)]
enum Key {
    Name,
    Crate,
}

impl NamedItemArgs {
    /// Those of the attributes of this word.
    pub(crate) fn from_attributes(ctxt: &Ctxt, attributes: &[Attribute], word: &str) -> Self {
        let mut args = Self::default();
        each_list(ctxt, attributes, word, |input| {
            options(ctxt, input, &[("name", Key::Name), ("crate", Key::Crate)], &[], |key, input| {
                match key {
                    Key::Name => args.name = Some(value(input)?),
                    Key::Crate => args.krate = CratePath::parse(ctxt, input)?,
                }
                Ok(())
            })
        });
        args
    }
}
