//! What stands on a handler of an event, and on its arguments.

use syn::ext::IdentExt as _;
use syn::parse::ParseStream;
use syn::{Attribute, Expr, Ident, Meta, Path, Token};

use crate::args::marks::is_mark;
use crate::args::options::{options, skip_value, value};
use crate::ctxt::Ctxt;

/// `#[on(AccountEvent::Opened, key = owner)]`, or `#[starts(OrderEvent::Placed, id = order)]`.
#[derive(Default)]
pub(crate) struct HandlerArgs {
    pub(crate) event: Option<Path>,
    /// What the event is given to.
    pub(crate) key: Option<Expr>,
}

impl HandlerArgs {
    /// Those of an attribute that calls the key so. `example` is one that a user could write.
    pub(crate) fn from_method(ctxt: &Ctxt, attribute: &Attribute, key: &str, example: &str) -> Self {
        let write = format!("write the event first, by its enum: `{example}`");
        let mut args = Self::default();
        if let Meta::Path(path) = &attribute.meta {
            ctxt.error(path, format_args!("no event is named: {write}"));
            return args;
        }
        ctxt.ok(attribute.parse_args_with(|input: ParseStream<'_>| {
            if !(input.peek(Ident::peek_any) || input.peek(Token![::])) || input.peek2(Token![=]) {
                ctxt.error(&attribute.meta, format_args!("no event is named: {write}"));
                if !input.peek(Ident::peek_any) {
                    skip_value(input)?;
                    input.parse::<Option<Token![,]>>()?;
                }
            } else {
                let event: Path = input.parse()?;
                if event.segments.len() > 1 {
                    args.event = Some(event);
                } else {
                    ctxt.error(&event, format_args!("this names no enum: {write}"));
                }
                if !input.is_empty() {
                    input.parse::<Token![,]>()?;
                }
            }
            options(ctxt, input, &[(key, ())], &[], |(), input| {
                args.key = Some(value(input)?);
                Ok(())
            })
        }));
        args
    }
}

/// Whether it is `#[on]`, by whatever path.
pub(crate) fn is_on_mark(attribute: &Attribute) -> bool {
    is_mark(attribute, "on")
}

/// Whether it is `#[setup]`, by whatever path.
pub(crate) fn is_setup_mark(attribute: &Attribute) -> bool {
    is_mark(attribute, "setup")
}

/// Whether it is `#[field]`, which is ours on the argument of a handler.
pub(crate) fn is_field_mark(attribute: &Attribute) -> bool {
    attribute.path().is_ident("field")
}

/// The name in `#[field(name)]`.
pub(crate) fn field_mark(ctxt: &Ctxt, attributes: &[Attribute]) -> Option<Ident> {
    let mut marks = attributes.iter().filter(|attribute| is_field_mark(attribute));
    let field = marks.next().and_then(|mark| ctxt.ok(mark.parse_args_with(Ident::parse_any)));
    for other in marks {
        ctxt.error(other, "an argument is one field: leave one `#[field(..)]`");
    }
    field
}
