//! `#[process(..)]`, and what stands on its handlers of timers.

use proc_macro2::TokenStream;
use syn::parse::{ParseStream, Parser as _};
use syn::{Attribute, Ident, LitStr, Meta, Token, Type};

use crate::args::ignored::Ignored;
use crate::args::marks::is_mark;
use crate::args::options::{options, value};
use crate::crate_path::CratePath;
use crate::ctxt::Ctxt;

/// `#[process(app = Shop, ignore(OrderEvent::Shipped, InvoiceEvent::..))]`.
#[derive(Default)]
pub(crate) struct ProcessArgs {
    pub(crate) app: Option<Type>,
    pub(crate) ignored: Vec<Ignored>,
    pub(crate) krate: CratePath,
}

/// What `#[process(..)]` takes.
#[derive(Clone, Copy, PartialEq)]
enum Key {
    App,
    Ignore,
    Crate,
}

const KEYS: [(&str, Key); 3] = [("app", Key::App), ("ignore", Key::Ignore), ("crate", Key::Crate)];

impl ProcessArgs {
    pub(crate) fn from_tokens(ctxt: &Ctxt, tokens: TokenStream) -> Self {
        let mut args = Self::default();
        let parsed = (|input: ParseStream<'_>| {
            options(ctxt, input, &KEYS, &[Key::Ignore], |key, input| {
                match key {
                    Key::App => args.app = Some(value(input)?),
                    Key::Ignore => args.ignored.extend(Ignored::list(ctxt, input)?),
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

/// The attribute of a handler of a timer.
pub(crate) const TIMER: &str = "timer";

/// Whether it is `#[timer]`, by whatever path.
pub(crate) fn is_timer_mark(attribute: &Attribute) -> bool {
    is_mark(attribute, TIMER)
}

/// The arguments of `#[timer("overdue")]`, or of `#[timer("overdue", retired)]`.
pub(crate) struct TimerArgs {
    pub(crate) name: LitStr,
    /// Where it says that no handler sets it any more.
    pub(crate) retired: Option<Ident>,
}

impl TimerArgs {
    pub(crate) fn new(ctxt: &Ctxt, mark: &Attribute) -> Option<Self> {
        let args = match &mark.meta {
            Meta::Path(_) => None,
            Meta::List(_) | Meta::NameValue(_) => mark.parse_args_with(Self::parse).ok(),
        };
        if args.is_none() {
            let message = "a handler of a timer names it, by a text: write the name that it is set by, `#[timer(\"overdue\")]`, or \
                           `#[timer(\"overdue\", retired)]` of one that only a release before has set";
            ctxt.error(&mark.meta, message);
        }
        args
    }

    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let name = input.parse()?;
        let mut retired = None;
        if input.parse::<Option<Token![,]>>()?.is_some() && !input.is_empty() {
            let word: Ident = input.parse()?;
            if word != "retired" {
                return Err(syn::Error::new(word.span(), "not `retired`"));
            }
            retired = Some(word);
            input.parse::<Option<Token![,]>>()?;
        }
        Ok(Self { name, retired })
    }
}
