//! `#[projection(..)]`, and what stands on its handlers.

use proc_macro2::TokenStream;
use syn::ext::IdentExt as _;
use syn::parse::{ParseStream, Parser as _};
use syn::{Attribute, Expr, Ident, LitInt, LitStr, Meta, Path, PathSegment, Token, parenthesized};

use crate::args::marks::is_mark;
use crate::args::options::{options, skip_value, value};
use crate::crate_path::CratePath;
use crate::ctxt::Ctxt;

/// `#[projection(version = 1, ignore(AccountEvent::Renamed, CustomerEvent::..))]`.
#[derive(Default)]
pub(crate) struct ProjectionArgs {
    pub(crate) version: Option<LitInt>,
    pub(crate) name: Option<LitStr>,
    pub(crate) ignored: Vec<Ignored>,
    pub(crate) krate: CratePath,
}

/// What a projection ignores.
pub(crate) struct Ignored {
    /// The enum of the events.
    pub(crate) events: Path,
    /// One of them; without it, all that have no handler.
    pub(crate) variant: Option<Ident>,
}

/// `#[on(AccountEvent::Opened, key = owner)]`.
#[derive(Default)]
pub(crate) struct OnArgs {
    pub(crate) event: Option<Path>,
    pub(crate) key: Option<Expr>,
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

/// What `#[projection(..)]` takes.
#[derive(Clone, Copy, PartialEq)]
enum Key {
    Version,
    Ignore,
    Name,
    Crate,
}

const KEYS: [(&str, Key); 4] =
    [("version", Key::Version), ("ignore", Key::Ignore), ("name", Key::Name), ("crate", Key::Crate)];

impl ProjectionArgs {
    pub(crate) fn from_tokens(ctxt: &Ctxt, tokens: TokenStream) -> Self {
        let mut args = Self::default();
        let parsed = (|input: ParseStream<'_>| {
            options(ctxt, input, &KEYS, &[Key::Ignore], |key, input| {
                match key {
                    Key::Version => args.version = Some(value(input)?),
                    Key::Ignore => args.ignored.extend(ignored(ctxt, input)?),
                    Key::Name => args.name = Some(value(input)?),
                    Key::Crate => args.krate = CratePath::parse(ctxt, input)?,
                }
                Ok(())
            })
        })
        .parse2(tokens);
        ctxt.ok(parsed);
        args
    }
}

fn ignored(ctxt: &Ctxt, input: ParseStream<'_>) -> syn::Result<Vec<Ignored>> {
    let events;
    parenthesized!(events in input);
    let mut ignored = Vec::new();
    while !events.is_empty() {
        match Ignored::parse(&events) {
            Ok(event) => ignored.push(event),
            Err(error) => {
                ctxt.report(error);
                skip_value(&events)?;
            }
        }
        if !events.is_empty() {
            events.parse::<Token![,]>()?;
        }
    }
    Ok(ignored)
}

impl Ignored {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut events =
            Path { leading_colon: input.parse()?, segments: syn::punctuated::Punctuated::<PathSegment, _>::new() };
        loop {
            let ident = Ident::parse_any(input)?;
            if !input.peek(Token![::]) {
                if events.segments.is_empty() {
                    let message = format_args!(
                        "this names no enum: write `AccountEvent::{ident}`, or `AccountEvent::..` for all without a handler"
                    );
                    return Err(syn::Error::new(ident.span(), message));
                }
                events.segments.pop_punct();
                return Ok(Self { events, variant: Some(ident) });
            }
            events.segments.push(ident.into());
            let separator: Token![::] = input.parse()?;
            if input.parse::<Option<Token![..]>>()?.is_some() {
                return Ok(Self { events, variant: None });
            }
            events.segments.push_punct(separator);
        }
    }
}

impl OnArgs {
    pub(crate) fn from_method(ctxt: &Ctxt, attribute: &Attribute) -> Self {
        let write = "write the event first, by its enum: `#[on(AccountEvent::Opened)]`";
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
            options(ctxt, input, &[("key", ())], &[], |(), input| {
                args.key = Some(value(input)?);
                Ok(())
            })
        }));
        args
    }
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
