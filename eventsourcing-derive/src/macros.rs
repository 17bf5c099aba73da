//! Each macro from its item to its output: read, check, stop at mistakes, print.

use std::path::Path;

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::{DeriveInput, ImplItemFn, Item};

use crate::args::{AggregateArgs, EventsArgs, ItemArgs, ProcessArgs, ProjectionArgs};
use crate::ast::aggregate::Aggregate;
use crate::ast::application::Application;
use crate::ast::event_enum::EventEnum;
use crate::ast::events::Events;
use crate::ast::impl_block::{self, ImplBlock};
use crate::ast::process::Process;
use crate::ast::projection::Projection;
use crate::ast::schema::Schema;
use crate::ast::upcasts::Upcasts;
use crate::ast::view::View;
use crate::ctxt::Ctxt;
use crate::expand::History;
use crate::lock::CrateLock;
use crate::scope::{Neighbours, Sought, imports};
use crate::{check, expand, fallback, scope};

pub(crate) fn aggregate(input: TokenStream) -> TokenStream {
    derive(input, |input| {
        let ctxt = Ctxt::new();
        let item = Aggregate::from_derive(&ctxt, input);
        if let Some(item) = &item {
            check::aggregate(&ctxt, item);
            check::history::aggregate(&ctxt, &lock(&ctxt), item);
        }
        finish(ctxt, item.as_ref(), expand::aggregate, |item| {
            fallback::aggregate(input, item, &AggregateArgs::crate_path(&input.attrs))
        })
    })
}

pub(crate) fn application(input: TokenStream) -> TokenStream {
    derive(input, |input| {
        let ctxt = Ctxt::new();
        let item = Application::from_derive(&ctxt, input);
        finish(ctxt, item.as_ref(), expand::application, |item| {
            fallback::application(input, &item.map(|item| item.krate.clone()).unwrap_or_default())
        })
    })
}

pub(crate) fn schema(input: TokenStream) -> TokenStream {
    derive(input, |input| {
        let ctxt = Ctxt::new();
        let item = Schema::from_derive(&ctxt, input);
        let lock = lock(&ctxt);
        let obligations = item.iter().flat_map(|item| check::history::schema(&ctxt, &lock, item)).collect();
        let history = History { obligations, lock: lock.place, ..History::default() };
        finish(ctxt, item.as_ref(), |item| expand::schema(item, &history), |item| fallback::schema(input, item))
    })
}

pub(crate) fn view(input: TokenStream) -> TokenStream {
    derive(input, |input| {
        let ctxt = Ctxt::new();
        let item = View::from_derive(&ctxt, input);
        if let Some(item) = &item {
            check::view(&ctxt, item);
        }
        finish(ctxt, item.as_ref(), expand::view, |item| fallback::view(input, item))
    })
}

pub(crate) fn events(args: TokenStream, input: &TokenStream, file: Option<&Path>) -> TokenStream {
    let original = match impl_block(input, "events") {
        Ok(original) => original,
        Err(output) => return output,
    };
    let ctxt = Ctxt::new();
    let args = EventsArgs::from_tokens(&ctxt, args);
    let item = Events::from_impl(&ctxt, args, &original);
    let lock = lock(&ctxt);
    let (mut neighbours, mut history) = (Neighbours::default(), History::default());
    if let Some(events) = &item {
        if let Some(file) = file {
            let (aggregate, event_enum) = (&*events.aggregate.ident.to_string(), events.enum_ident.to_string());
            let is_part = !events.events().any(|method| method.creates);
            let sought = Sought { mark: "events", aggregate, event_enum: Some(&event_enum), is_part };
            neighbours = scope::neighbours(file, input, sought);
        }
        let chance = file.map(|file| imports::in_file(file, &check::CRATES_OF_CHANCE)).unwrap_or_default();
        check::events(&ctxt, events, neighbours, &chance);
        history.obligations = check::history::events(&ctxt, &lock, events);
        history.conditions = check::history::conditions(&lock, events);
    }
    history.lock = lock.place;
    finish(
        ctxt,
        item.as_ref(),
        |events| expand::events(events, &history),
        |events| fallback::events(&original, events, neighbours),
    )
}

pub(crate) fn event(args: TokenStream, input: &TokenStream) -> TokenStream {
    let Ok(Item::Enum(original)) = syn::parse2(input.clone()) else {
        let of_method = "an event method needs `#[events]` on its `impl` block: write it above `impl`";
        let otherwise = "`#[event]` goes on an enum of events, or on a method of an `impl` block under `#[events]`";
        return misplaced(input, of_method, otherwise);
    };
    let ctxt = Ctxt::new();
    let args = EventsArgs::from_tokens(&ctxt, args);
    let item = EventEnum::from_enum(&ctxt, args, &original);
    check::event_enum(&ctxt, &item);
    let lock = lock(&ctxt);
    let obligations = check::history::event_enum(&ctxt, &lock, &item);
    let conditions = check::history::event_enum_conditions(&lock, &item);
    let history = History { obligations, conditions, lock: lock.place };
    finish(ctxt, Some(&item), |item| expand::user_enum(item, &original, &history), |_| fallback::event_enum(&item))
}

pub(crate) fn upcast(args: TokenStream, input: &TokenStream) -> TokenStream {
    let Ok(original) = ImplBlock::parse(input.clone()) else {
        let of_method = "an upcaster needs `#[events]` on its `impl` block, or `#[upcast]` on that of an event enum: write it above `impl`";
        let otherwise =
            "`#[upcast]` goes on the `impl` block of an event enum, and on the functions in it or under `#[events]`";
        return misplaced(input, of_method, otherwise);
    };
    let ctxt = Ctxt::new();
    let args = ItemArgs::from_tokens(&ctxt, args);
    let item = Upcasts::from_impl(&ctxt, args, &original);
    if let Some(upcasts) = &item {
        check::upcasts(&ctxt, upcasts);
    }
    let lock = lock(&ctxt);
    let obligations = item.iter().flat_map(|upcasts| check::history::upcasts(&lock, upcasts)).collect();
    let history = History { obligations, lock: lock.place, ..History::default() };
    finish(ctxt, item.as_ref(), |upcasts| expand::upcasts(upcasts, &history), |_| fallback::upcasts(&original))
}

pub(crate) fn projection(args: TokenStream, input: &TokenStream) -> TokenStream {
    let original = match impl_block(input, "projection") {
        Ok(original) => original,
        Err(output) => return output,
    };
    let ctxt = Ctxt::new();
    let args = ProjectionArgs::from_tokens(&ctxt, args);
    let krate = args.krate.clone();
    let item = Projection::from_impl(&ctxt, args, &original);
    if let Some(projection) = &item {
        check::projection(&ctxt, projection);
    }
    finish(ctxt, item.as_ref(), expand::projection, |item| fallback::projection(&original, item, &krate))
}

pub(crate) fn process(args: TokenStream, input: &TokenStream, file: Option<&Path>) -> TokenStream {
    let original = match impl_block(input, "process") {
        Ok(original) => original,
        Err(output) => return output,
    };
    let ctxt = Ctxt::new();
    let args = ProcessArgs::from_tokens(&ctxt, args);
    let krate = args.krate.clone();
    let item = Process::from_impl(&ctxt, args, &original);
    let mut neighbours = Neighbours::default();
    if let Some(process) = &item {
        if let Some(file) = file {
            let sought = Sought {
                mark: "process",
                aggregate: &process.this.ident.to_string(),
                event_enum: None,
                is_part: false,
            };
            neighbours = scope::neighbours(file, input, sought);
        }
        check::process(&ctxt, process, neighbours);
    }
    finish(ctxt, item.as_ref(), expand::process, |item| fallback::process(&original, item, &krate, neighbours))
}

/// `#[starts]`, `#[continues]`, `#[starts_or_continues]` and `#[timer]` by themselves.
pub(crate) fn reaction(input: &TokenStream, mark: &str) -> TokenStream {
    let of_method = "a handler of a process needs `#[process(app = ..)]` on its `impl` block: write it above `impl`";
    let otherwise = format!("`#[{mark}]` goes on a function of an `impl` block under `#[process]`");
    misplaced(input, of_method, &otherwise)
}

pub(crate) fn on(input: &TokenStream) -> TokenStream {
    let of_method = "a handler needs `#[projection(version = 1)]` on its `impl` block: write it above `impl`";
    let otherwise = "`#[on]` goes on a function of an `impl` block under `#[projection]`";
    misplaced(input, of_method, otherwise)
}

pub(crate) fn setup(input: &TokenStream) -> TokenStream {
    let of_method =
        "what makes the tables of a view needs `#[projection(version = 1)]` on its `impl` block: write it above `impl`";
    let otherwise = "`#[setup]` goes on a function of an `impl` block under `#[projection]`";
    misplaced(input, of_method, otherwise)
}

/// The `impl` block under an attribute, or what is printed of something else.
fn impl_block(input: &TokenStream, mark: &str) -> Result<ImplBlock, TokenStream> {
    ImplBlock::parse(input.clone()).map_err(|error| {
        let error = match syn::parse2::<Item>(input.clone()) {
            Ok(other) => syn::Error::new_spanned(other, format_args!("`#[{mark}]` goes on an `impl` block")),
            Err(_) => error,
        };
        with_errors(Some(error), &impl_block::unread(input.clone()))
    })
}

fn derive(input: TokenStream, print: impl FnOnce(&DeriveInput) -> TokenStream) -> TokenStream {
    syn::parse2(input).map_or_else(|error| error.to_compile_error(), |input| print(&input))
}

/// Prints an item that was read and has no mistakes; or else its mistakes, and what stands in for it.
fn finish<T>(
    ctxt: Ctxt,
    item: Option<&T>,
    print: impl FnOnce(&T) -> TokenStream,
    fall_back: impl FnOnce(Option<&T>) -> TokenStream,
) -> TokenStream {
    match (ctxt.finish(), item) {
        (Ok(()), Some(item)) => print(item),
        (mistakes, item) => with_errors(mistakes.err(), &fall_back(item)),
    }
}

fn with_errors(mistakes: Option<syn::Error>, output: &TokenStream) -> TokenStream {
    let errors = mistakes.map(|error| error.to_compile_error());
    quote!(#errors #output)
}

/// An attribute on what it does not go on, which may be a method.
fn misplaced(input: &TokenStream, of_method: &str, otherwise: &str) -> TokenStream {
    let message = if syn::parse2::<ImplItemFn>(input.clone()).is_ok() { of_method } else { otherwise };
    with_errors(Some(syn::Error::new(Span::call_site(), message)), input)
}

/// Reads `events.lock`; that it cannot be read is a mistake of the first item of the crate that needs it.
fn lock(ctxt: &Ctxt) -> CrateLock {
    let (lock, unreadable) = CrateLock::read();
    if let Some(unreadable) = unreadable {
        ctxt.error_at(Span::call_site(), unreadable);
    }
    lock
}
