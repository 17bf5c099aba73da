//! The options in our attributes: tokens, spans and our words, nothing of what is made of them.

use proc_macro2::TokenStream;
use syn::ext::IdentExt as _;
use syn::parse::{ParseStream, Parser as _};
use syn::{Attribute, Ident, LitStr, Meta, Token, Type};

use crate::crate_path::CratePath;
use crate::ctxt::Ctxt;

/// `#[aggregate(..)]` on a struct.
#[derive(Default)]
pub(crate) struct AggregateArgs {
    pub(crate) name: Option<LitStr>,
    pub(crate) event: Option<Type>,
    pub(crate) krate: CratePath,
}

/// `#[events(..)]`, `#[event(..)]` on an enum and `#[application(..)]`: they have the same one option.
#[derive(Default)]
pub(crate) struct ItemArgs {
    pub(crate) krate: CratePath,
}

/// `#[event(Name, ..)]` on a method, `#[event(..)]` on a variant.
#[derive(Default)]
pub(crate) struct EventArgs {
    /// Only on a method: the variant.
    pub(crate) variant: Option<Ident>,
    pub(crate) name: Option<LitStr>,
    pub(crate) aliases: Vec<LitStr>,
    pub(crate) discard: bool,
}

impl AggregateArgs {
    pub(crate) fn from_attributes(ctxt: &Ctxt, attributes: &[Attribute]) -> Self {
        let mut args = Self::default();
        each_list(ctxt, attributes, "aggregate", |input| {
            options(ctxt, input, &["name", "event", "crate"], &[], |key, input| {
                match key {
                    "name" => args.name = Some(value(input)?),
                    "event" => args.event = Some(value(input)?),
                    _ => args.krate = CratePath::parse(ctxt, input)?,
                }
                Ok(())
            })
        });
        args
    }
}

impl ItemArgs {
    pub(crate) fn from_tokens(ctxt: &Ctxt, tokens: TokenStream) -> Self {
        let mut args = Self::default();
        let parsed = (|input: ParseStream<'_>| args.parse(ctxt, input)).parse2(tokens);
        ctxt.ok(parsed);
        args
    }

    pub(crate) fn from_attributes(ctxt: &Ctxt, attributes: &[Attribute], name: &str) -> Self {
        let mut args = Self::default();
        each_list(ctxt, attributes, name, |input| args.parse(ctxt, input));
        args
    }

    fn parse(&mut self, ctxt: &Ctxt, input: ParseStream<'_>) -> syn::Result<()> {
        options(ctxt, input, &["crate"], &[], |_, input| {
            self.krate = CratePath::parse(ctxt, input)?;
            Ok(())
        })
    }
}

impl EventArgs {
    /// Of a method, whose first argument is the event's name.
    pub(crate) fn from_method(ctxt: &Ctxt, attribute: &Attribute) -> Self {
        let mut args = Self::default();
        if let Meta::Path(path) = &attribute.meta {
            ctxt.error(path, "the event has no name: write `#[event(Name)]`");
            return args;
        }
        ctxt.ok(attribute.parse_args_with(|input: ParseStream<'_>| {
            if !input.peek(Ident::peek_any) || input.peek2(Token![=]) {
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

    fn parse(&mut self, ctxt: &Ctxt, input: ParseStream<'_>) -> syn::Result<()> {
        options(ctxt, input, &["name", "alias", "discard"], &["alias"], |key, input| {
            match key {
                "name" => self.name = Some(value(input)?),
                "alias" => self.aliases.push(value(input)?),
                _ if input.peek(Token![=]) => return Err(input.error("`discard` takes no value: write it alone")),
                _ => self.discard = true,
            }
            Ok(())
        })
    }
}

fn each_list(
    ctxt: &Ctxt,
    attributes: &[Attribute],
    name: &str,
    mut parse: impl FnMut(ParseStream<'_>) -> syn::Result<()>,
) {
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident(name)) {
        ctxt.ok(attribute.parse_args_with(&mut parse));
    }
}

/// Whether it is `#[event]`, by whatever path.
pub(crate) fn is_event_mark(attribute: &Attribute) -> bool {
    attribute.path().segments.last().is_some_and(|last| last.ident == "event")
}

/// Reads `key`, `key = value`, .. up to the end. `each` reads what follows a key that is known.
fn options(
    ctxt: &Ctxt,
    input: ParseStream<'_>,
    known: &[&str],
    repeatable: &[&str],
    mut each: impl FnMut(&str, ParseStream<'_>) -> syn::Result<()>,
) -> syn::Result<()> {
    let mut seen: Vec<String> = Vec::new();
    let listed = known.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    while !input.is_empty() {
        if !input.peek(Ident::peek_any) {
            return Err(input.error(format_args!("this is not an option; known here: {listed}")));
        }
        let key = Ident::parse_any(input)?;
        let text = key.to_string();
        if known.contains(&&*text) {
            if seen.contains(&text) && !repeatable.contains(&&*text) {
                ctxt.error(&key, format_args!("option `{key}` is given twice: leave one"));
            }
            each(&text, input)?;
        } else {
            ctxt.error(&key, format_args!("unknown option `{key}`; known here: {listed}"));
            skip_value(input)?;
        }
        seen.push(text);
        if !input.is_empty() {
            input.parse::<Token![,]>()?;
        }
    }
    Ok(())
}

fn value<T: syn::parse::Parse>(input: ParseStream<'_>) -> syn::Result<T> {
    input.parse::<Token![=]>()?;
    input.parse()
}

fn skip_value(input: ParseStream<'_>) -> syn::Result<()> {
    while !input.is_empty() && !input.peek(Token![,]) {
        input.parse::<proc_macro2::TokenTree>()?;
    }
    Ok(())
}
