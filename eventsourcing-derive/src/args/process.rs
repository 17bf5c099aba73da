//! `#[process(..)]`, and what stands on its handlers of timers.

use proc_macro2::TokenStream;
use syn::parse::{ParseStream, Parser as _};
use syn::{Attribute, LitStr, Meta, Type};

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

/// The name in `#[timer("overdue")]`.
pub(crate) fn timer_name(ctxt: &Ctxt, mark: &Attribute) -> Option<LitStr> {
    let write = "write the name that it is set by: `#[timer(\"overdue\")]`";
    let name = match &mark.meta {
        Meta::Path(_) => None,
        Meta::List(_) | Meta::NameValue(_) => mark.parse_args::<LitStr>().ok(),
    };
    if name.is_none() {
        ctxt.error(&mark.meta, format_args!("a handler of a timer names it, by a text and nothing else: {write}"));
    }
    name
}
