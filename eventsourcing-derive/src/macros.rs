//! Each macro from its item to its output: read, check, stop at mistakes, print.

use std::path::Path;

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::{DeriveInput, ImplItemFn, Item};

use crate::args::{AggregateArgs, EventsArgs, ItemArgs, ProjectionArgs};
use crate::ast::aggregate::Aggregate;
use crate::ast::application::Application;
use crate::ast::event_enum::EventEnum;
use crate::ast::events::Events;
use crate::ast::impl_block::{self, ImplBlock};
use crate::ast::projection::Projection;
use crate::ast::schema::Schema;
use crate::ast::upcasts::Upcasts;
use crate::ast::view::View;
use crate::ctxt::Ctxt;
use crate::expand::History;
use crate::lock::CrateLock;
use crate::scope::Beside;
use crate::{check, expand, fallback, scope};

/// Reads `events.lock`; that it cannot be read is a mistake of the first item of the crate that needs it.
fn lock(ctxt: &Ctxt) -> CrateLock {
    let (lock, unreadable) = CrateLock::read();
    if let Some(unreadable) = unreadable {
        ctxt.report(syn::Error::new(Span::call_site(), unreadable));
    }
    lock
}

pub(crate) fn aggregate(input: TokenStream) -> TokenStream {
    let input: DeriveInput = match syn::parse2(input) {
        Ok(input) => input,
        Err(error) => return error.to_compile_error(),
    };
    let ctxt = Ctxt::new();
    let item = Aggregate::from_derive(&ctxt, &input);
    if let Some(item) = &item {
        check::aggregate(&ctxt, item);
        check::history::aggregate(&ctxt, &lock(&ctxt), item);
    }
    match (ctxt.finish(), item) {
        (Ok(()), Some(item)) => expand::aggregate(&item),
        (mistakes, _) => {
            let ignored = Ctxt::new();
            let krate = AggregateArgs::from_attributes(&ignored, &input.attrs).krate;
            let _already_reported = ignored.finish();
            with_errors(mistakes, &fallback::aggregate(&input, &krate))
        }
    }
}

pub(crate) fn application(input: TokenStream) -> TokenStream {
    let input: DeriveInput = match syn::parse2(input) {
        Ok(input) => input,
        Err(error) => return error.to_compile_error(),
    };
    let ctxt = Ctxt::new();
    let item = Application::from_derive(&ctxt, &input);
    match (ctxt.finish(), item) {
        (Ok(()), Some(item)) => expand::application(&item),
        (mistakes, item) => {
            let krate = item.map(|item| item.krate).unwrap_or_default();
            with_errors(mistakes, &fallback::application(&input, &krate))
        }
    }
}

pub(crate) fn schema(input: TokenStream) -> TokenStream {
    let input: DeriveInput = match syn::parse2(input) {
        Ok(input) => input,
        Err(error) => return error.to_compile_error(),
    };
    let ctxt = Ctxt::new();
    let item = Schema::from_derive(&ctxt, &input);
    let lock = lock(&ctxt);
    let obligations = item.iter().flat_map(|item| check::history::schema(&ctxt, &lock, item)).collect();
    match (ctxt.finish(), &item) {
        (Ok(()), Some(item)) => {
            expand::schema(item, &History { obligations, conditions: Vec::new(), lock: lock.place })
        }
        (mistakes, item) => {
            let krate = item.as_ref().map(|item| item.krate.clone()).unwrap_or_default();
            with_errors(mistakes, &fallback::schema(&input, &krate))
        }
    }
}

pub(crate) fn view(input: TokenStream) -> TokenStream {
    let input: DeriveInput = match syn::parse2(input) {
        Ok(input) => input,
        Err(error) => return error.to_compile_error(),
    };
    let ctxt = Ctxt::new();
    let item = View::from_derive(&ctxt, &input);
    if let Some(item) = &item {
        check::view(&ctxt, item);
    }
    match (ctxt.finish(), item) {
        (Ok(()), Some(item)) => expand::view(&item),
        (mistakes, item) => with_errors(mistakes, &fallback::view(&input, item.as_ref())),
    }
}

pub(crate) fn events(args: TokenStream, input: &TokenStream, file: Option<&Path>) -> TokenStream {
    let item = match ImplBlock::parse(input.clone()) {
        Ok(item) => item,
        Err(error) => {
            let error = match syn::parse2::<Item>(input.clone()) {
                Ok(other) => syn::Error::new_spanned(other, "`#[events]` goes on an `impl` block"),
                Err(_) => error,
            };
            return with_errors(Err(error), &impl_block::unread(input.clone()));
        }
    };
    let ctxt = Ctxt::new();
    let args = EventsArgs::from_tokens(&ctxt, args);
    let read = Events::from_impl(&ctxt, args, &item);
    let lock = lock(&ctxt);
    let mut obligations = Vec::new();
    let mut beside = Beside::default();
    if let Some(events) = &read {
        if let Some(file) = file {
            let (aggregate, event_enum) = (events.aggregate.ident.to_string(), events.enum_ident.to_string());
            beside = scope::beside(file, input, &aggregate, &event_enum);
        }
        check::events(&ctxt, events, beside);
        obligations = check::history::events(&ctxt, &lock, events);
    }
    match (ctxt.finish(), &read) {
        (Ok(()), Some(events)) => {
            let conditions = check::history::conditions(&lock, events);
            expand::events(events, &History { obligations, conditions, lock: lock.place })
        }
        (mistakes, read) => with_errors(mistakes, &fallback::events(&item, read.as_ref(), beside)),
    }
}

pub(crate) fn projection(args: TokenStream, input: &TokenStream) -> TokenStream {
    let item = match syn::parse2(input.clone()) {
        Ok(Item::Impl(item)) => item,
        Ok(other) => {
            let error = syn::Error::new_spanned(other, "`#[projection]` goes on an `impl` block").to_compile_error();
            return quote!(#error #input);
        }
        Err(error) => {
            let error = error.to_compile_error();
            return quote!(#error #input);
        }
    };
    let ctxt = Ctxt::new();
    let args = ProjectionArgs::from_tokens(&ctxt, args);
    let krate = args.krate.clone();
    let read = Projection::from_impl(&ctxt, args, &item);
    if let Some(projection) = &read {
        check::projection(&ctxt, projection);
    }
    match (ctxt.finish(), &read) {
        (Ok(()), Some(projection)) => expand::projection(projection),
        (mistakes, _) => with_errors(mistakes, &fallback::projection(&item, &krate)),
    }
}

pub(crate) fn on(input: &TokenStream) -> TokenStream {
    let message = if syn::parse2::<ImplItemFn>(input.clone()).is_ok() {
        "a handler needs `#[projection(version = 1)]` on its `impl` block: write it above `impl`"
    } else {
        "`#[on]` goes on a function of an `impl` block under `#[projection]`"
    };
    let error = syn::Error::new(Span::call_site(), message).to_compile_error();
    quote!(#error #input)
}

pub(crate) fn event(args: TokenStream, input: &TokenStream) -> TokenStream {
    let Ok(Item::Enum(item)) = syn::parse2(input.clone()) else {
        let message = if syn::parse2::<ImplItemFn>(input.clone()).is_ok() {
            "an event method needs `#[events]` on its `impl` block: write it above `impl`"
        } else {
            "`#[event]` goes on an enum of events, or on a method of an `impl` block under `#[events]`"
        };
        let error = syn::Error::new(Span::call_site(), message).to_compile_error();
        return quote!(#error #input);
    };
    let ctxt = Ctxt::new();
    let args = EventsArgs::from_tokens(&ctxt, args);
    let read = EventEnum::from_enum(&ctxt, args, &item);
    check::event_enum(&ctxt, &read);
    let lock = lock(&ctxt);
    let obligations = check::history::event_enum(&ctxt, &lock, &read);
    match ctxt.finish() {
        Ok(()) => {
            let conditions = check::history::event_enum_conditions(&lock, &read);
            expand::user_enum(&read, &History { obligations, conditions, lock: lock.place })
        }
        mistakes => {
            drop(obligations);
            with_errors(mistakes, &fallback::event_enum(read))
        }
    }
}

pub(crate) fn upcast(args: TokenStream, input: &TokenStream) -> TokenStream {
    let Ok(item) = ImplBlock::parse(input.clone()) else {
        let message = if syn::parse2::<ImplItemFn>(input.clone()).is_ok() {
            "an upcaster needs `#[events]` on its `impl` block, or `#[upcast]` on that of an event enum: write it above `impl`"
        } else {
            "`#[upcast]` goes on the `impl` block of an event enum, and on the functions in it or under `#[events]`"
        };
        let error = syn::Error::new(Span::call_site(), message).to_compile_error();
        return quote!(#error #input);
    };
    let ctxt = Ctxt::new();
    let args = ItemArgs::from_tokens(&ctxt, args);
    let read = Upcasts::from_impl(&ctxt, args, &item);
    if let Some(upcasts) = &read {
        check::upcasts(&ctxt, upcasts);
    }
    let lock = lock(&ctxt);
    let obligations = read.iter().flat_map(|upcasts| check::history::upcasts(&lock, upcasts)).collect();
    match (ctxt.finish(), &read) {
        (Ok(()), Some(upcasts)) => {
            expand::upcasts(upcasts, &History { obligations, conditions: Vec::new(), lock: lock.place })
        }
        (mistakes, _) => with_errors(mistakes, &fallback::upcasts(&item)),
    }
}

fn with_errors(mistakes: syn::Result<()>, output: &TokenStream) -> TokenStream {
    let errors = mistakes.err().map(|error| error.to_compile_error());
    quote!(#errors #output)
}
