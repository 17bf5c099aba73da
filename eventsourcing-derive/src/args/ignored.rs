//! `ignore(AccountEvent::Renamed, CustomerEvent::..)`: the events that a projection or a process does nothing on.

use syn::ext::IdentExt as _;
use syn::parse::ParseStream;
use syn::{Ident, Path, PathSegment, Token, parenthesized};

use crate::args::options::skip_value;
use crate::ctxt::Ctxt;

/// What is ignored.
pub(crate) struct Ignored {
    /// The enum of the events.
    pub(crate) events: Path,
    /// One of them; without it, all that have no handler.
    pub(crate) variant: Option<Ident>,
}

impl Ignored {
    /// Reads `(..)`.
    pub(super) fn list(ctxt: &Ctxt, input: ParseStream<'_>) -> syn::Result<Vec<Self>> {
        let events;
        parenthesized!(events in input);
        let mut ignored = Vec::new();
        while !events.is_empty() {
            match Self::parse(&events) {
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
