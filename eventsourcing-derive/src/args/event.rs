//! `#[event(..)]` on a method or a variant.

use proc_macro2::Group;
use syn::ext::IdentExt as _;
use syn::parse::{ParseStream, Parser as _};
use syn::punctuated::Punctuated;
use syn::{Attribute, Ident, LitInt, LitStr, Meta, Token, token};

use crate::args::marks::is_event_mark;
use crate::args::options::{flag, options, skip_value, value};
use crate::ctxt::Ctxt;

/// `#[event(Name, ..)]` on a method, `#[event(..)]` on a variant.
#[derive(Default)]
pub(crate) struct EventArgs {
    /// Only on a method: the variant.
    pub(crate) variant: Option<Ident>,
    pub(crate) name: Option<LitStr>,
    pub(crate) aliases: Vec<LitStr>,
    pub(crate) version: Option<LitInt>,
    pub(crate) discard: bool,
    pub(crate) revives: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum Key {
    Name,
    Alias,
    Version,
    Discard,
    Revives,
}

const KEYS: [(&str, Key); 5] = [
    ("name", Key::Name),
    ("alias", Key::Alias),
    ("version", Key::Version),
    ("discard", Key::Discard),
    ("revives", Key::Revives),
];

impl EventArgs {
    /// Of a method, whose first argument is the event's name.
    pub(crate) fn from_method(ctxt: &Ctxt, attribute: &Attribute) -> Self {
        let mut args = Self::default();
        if let Meta::Path(path) = &attribute.meta {
            ctxt.error(path, "the event has no name: write `#[event(Name)]`");
            return args;
        }
        ctxt.ok(attribute.parse_args_with(|input: ParseStream<'_>| {
            if input.peek(LitStr) {
                let literal: LitStr = input.parse()?;
                args.variant = unquoted(ctxt, &literal);
                input.parse::<Option<Token![,]>>()?;
            } else if !input.peek(Ident::peek_any) || input.peek2(Token![=]) {
                ctxt.error(&attribute.meta, "the event has no name: write it first, as in `#[event(Name)]`");
                if !input.peek(Ident::peek_any) {
                    skip_value(input)?;
                    input.parse::<Option<Token![,]>>()?;
                }
            } else {
                args.variant = Some(input.parse()?);
                if !input.is_empty() {
                    input.parse::<Token![,]>()?;
                }
            }
            args.parse(ctxt, input)
        }));
        args
    }

    /// Of a variant, which has its name already.
    pub(crate) fn from_variant(ctxt: &Ctxt, attributes: &[Attribute]) -> Self {
        let mut args = Self::default();
        for mark in attributes.iter().filter(|attribute| is_event_mark(attribute)) {
            ctxt.ok(mark.parse_args_with(|input: ParseStream<'_>| args.parse(ctxt, input)));
        }
        args
    }

    /// Whether anything beside the event's name is given.
    pub(crate) fn has_options(&self) -> bool {
        self.name.is_some() || !self.aliases.is_empty() || self.version.is_some() || self.discard || self.revives
    }

    fn parse(&mut self, ctxt: &Ctxt, input: ParseStream<'_>) -> syn::Result<()> {
        options(ctxt, input, &KEYS, &[Key::Alias], |key, input| {
            match key {
                Key::Name => self.name = Some(value(input)?),
                Key::Alias => self.aliases.extend(aliases(ctxt, input)?),
                Key::Version => self.version = Some(value(input)?),
                Key::Discard => self.discard = flag("discard", input)?,
                Key::Revives => self.revives = flag("revives", input)?,
            }
            Ok(())
        })
    }
}

/// The variant that is meant by a name in quotes.
fn unquoted(ctxt: &Ctxt, literal: &LitStr) -> Option<Ident> {
    let variant = literal.parse::<Ident>().ok();
    let message = match &variant {
        Some(variant) => {
            format!("an event is named without quotes, as a variant of its enum: write `#[event({variant})]`")
        }
        None => {
            format!("an event is named as a variant of its enum: write `#[event(Name, name = {:?})]`", literal.value())
        }
    };
    ctxt.error(literal, message);
    variant
}

/// `= "one"`. Of a list of them, each is to be an option.
fn aliases(ctxt: &Ctxt, input: ParseStream<'_>) -> syn::Result<Vec<LitStr>> {
    if input.peek(Token![=]) && !(input.peek2(token::Bracket) || input.peek2(token::Paren)) {
        return Ok(vec![value(input)?]);
    }
    input.parse::<Option<Token![=]>>()?;
    let Ok(list) = input.parse::<Group>() else { return Err(input.error("write `alias = \"..\"`")) };
    let names = Punctuated::<LitStr, Token![,]>::parse_terminated.parse2(list.stream())?;
    let each: Vec<_> = names.iter().map(|name| format!("alias = {:?}", name.value())).collect();
    ctxt.error(list, format_args!("each old name is an option of its own: write `{}`", each.join(", ")));
    Ok(names.into_iter().collect())
}
