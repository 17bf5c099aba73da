//! The user's items as a whole, read into what they mean. Mistakes are reported; what is returned is a best effort.

pub(crate) mod aggregate;
pub(crate) mod application;
pub(crate) mod block_context;
pub(crate) mod command;
pub(crate) mod condition;
pub(crate) mod event_enum;
pub(crate) mod event_method;
pub(crate) mod events;
mod exclusive;
pub(crate) mod field;
pub(crate) mod function;
pub(crate) mod handler;
pub(crate) mod impl_block;
pub(crate) mod obligation;
pub(crate) mod of_enum;
pub(crate) mod part;
pub(crate) mod process;
pub(crate) mod projection;
pub(crate) mod reaction;
pub(crate) mod row_handler;
pub(crate) mod schema;
pub(crate) mod self_type;
mod signature;
mod sql;
mod stored;
pub(crate) mod timer;
mod timer_calls;
pub(crate) mod unique;
pub(crate) mod upcaster;
pub(crate) mod upcasts;
pub(crate) mod view;

use syn::ext::IdentExt as _;
use syn::{Attribute, FnArg, Ident, Pat, PatType};

use self::field::Field;
use self::function::Function;
use self::process::is_handler_mark;
pub(crate) use crate::args::is_upcast_mark;
use crate::args::{is_conditional_mark, is_event_mark, is_field_mark, is_on_mark, is_setup_mark};
use crate::names::{SchemaVersion, StoredName};

/// An event, wherever it was declared.
pub(crate) struct Event {
    pub(crate) variant: Ident,
    pub(crate) name: StoredName,
    pub(crate) aliases: Vec<StoredName>,
    /// The version of its fields; without it, 1.
    pub(crate) version: Option<SchemaVersion>,
    pub(crate) discard: bool,
    pub(crate) revives: bool,
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) fields: Vec<Field>,
}

impl Event {
    /// The `#[cfg]`s on it, which everything that is made of it must carry.
    pub(crate) fn cfgs(&self) -> impl Iterator<Item = &Attribute> {
        cfgs(&self.attributes)
    }

    pub(crate) fn schema_version(&self) -> u32 {
        self.version.map_or(1, |version| version.number)
    }

    /// Whether a user may mean it by this: its variant, or a name that it is or was stored under.
    pub(crate) fn is_called(&self, text: &str) -> bool {
        self.variant.unraw() == text || self.is_stored_as(text)
    }

    /// Whether it is or was stored under this name.
    pub(crate) fn is_stored_as(&self, name: &str) -> bool {
        [&self.name].into_iter().chain(&self.aliases).any(|stored| stored.text == name)
    }

    /// Whether it may be configured away.
    pub(crate) fn is_conditional(&self) -> bool {
        self.cfgs().next().is_some()
    }
}

pub(crate) fn cfgs(attributes: &[Attribute]) -> impl Iterator<Item = &Attribute> {
    attributes.iter().filter(|attribute| attribute.path().is_ident("cfg"))
}

pub(crate) fn without_mark(attributes: &[Attribute]) -> Vec<Attribute> {
    let is_ours = |attribute: &&Attribute| {
        is_event_mark(attribute) || is_upcast_mark(attribute) || is_conditional_mark(attribute)
    };
    attributes.iter().filter(|attribute| !is_ours(attribute)).cloned().collect()
}

/// Whether an argument of a handler has this name, and takes no field. One that the handler does not use may have it behind an underscore, as rustc advises.
fn is_argument_called(argument: &PatType, name: &str) -> bool {
    !argument.attrs.iter().any(is_field_mark)
        && matches!(&*argument.pat, Pat::Ident(pattern) if without_underscore(&pattern.ident.to_string()) == name)
}

fn without_underscore(name: &str) -> &str {
    name.strip_prefix('_').unwrap_or(name)
}

/// Takes our marks off a handler, and off its arguments; whether it is one.
pub(crate) fn without_handler_marks(function: &mut Function) -> bool {
    let is_mark = |attribute: &Attribute| is_on_mark(attribute) || is_handler_mark(attribute);
    let is_handler = function.attrs.iter().any(is_mark);
    function.attrs.retain(|attribute| !is_mark(attribute) && !is_setup_mark(attribute));
    for argument in &mut function.sig.inputs {
        if let (FnArg::Typed(argument), true) = (argument, is_handler) {
            argument.attrs.retain(|attribute| !is_field_mark(attribute));
        }
    }
    is_handler
}
