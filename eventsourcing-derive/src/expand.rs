//! A valid item printed: nothing here can fail.
//!
//! Every path is absolute and every trait method is called through its trait, because users may have anything in scope
//! under any name. What users name stands beside their item; the rest in one `const _`.

mod aggregate;
mod application;
mod apply;
mod arguments;
mod attributes;
mod called;
mod command_body;
mod commands;
mod compared;
mod conditions;
mod delivery;
mod derived;
mod event_body;
mod event_enum;
mod event_field;
mod event_impls;
mod field_shape;
mod forwarded;
mod handler_body;
mod key;
mod lent;
mod methods;
mod obligations;
mod old_fields;
mod process;
mod projection;
mod reaction;
mod recorder;
mod revision;
mod root;
mod schema;
mod schemas;
mod shape;
mod snapshot;
mod sql_projection;
mod storable;
mod types;
mod unhandled;
mod unique;
mod unread;
mod upcasters;
mod view;
mod wrapper;

use proc_macro2::TokenStream;
use quote::{ToTokens as _, format_ident, quote};

pub(crate) use self::aggregate::{aggregate, bound_as_its_events};
pub(crate) use self::application::application;
use self::attributes::is_lint;
use self::called::Called;
pub(crate) use self::event_enum::user_enum;
pub(crate) use self::obligations::History;
pub(crate) use self::process::{process, without_marks as process_functions};
pub(crate) use self::projection::functions;
use self::recorder::Recorder;
pub(crate) use self::schema::{schema, stand_in_schema};
use self::shape::Shape;
pub(crate) use self::unique::stand_ins as stand_ins_of_unique;
pub(crate) use self::upcasters::upcasts;
pub(crate) use self::view::view;
use self::wrapper::Wrapper;
use crate::ast::cfgs;
use crate::ast::events::Events;
use crate::ast::projection::Projection;
use crate::tokens::words;

/// `#[events]`.
pub(crate) fn events(events: &Events<'_>, history: &History<'_>) -> TokenStream {
    let shape = Shape::of_block(events);
    let obligations = obligations::of_events(&shape, history);
    let lock = obligations::depends_on_lock(history);
    let storable = storable::of_events(&shape);
    let event_enum = event_enum::generated_enum(&shape);
    let (old_fields, past) = upcasters::of_events(events, &shape);
    let event_impls = event_impls::impls(&shape, &past);
    let used = words(events.original.to_token_stream()).into_iter().collect();
    let (recorder, wrapper, called) =
        (Recorder::new(events, &used), Wrapper::new(events, &used), Called::in_commands(events));
    let methods = methods::methods(events, &recorder, &wrapper, &called);
    let commands = commands::commands(events, &recorder, &wrapper, &called);
    let apply = apply::apply(events, &recorder, &shape);
    let key = recorder.key(events);
    let unread = unread::refused(events.original);
    let unless_replaced = root::unless_replaced(events);
    let cfgs: Vec<_> = cfgs(&events.original.attrs).collect();
    let lints = events.original.attrs.iter().filter(|attribute| is_lint(attribute));
    let lent = methods::copied_by(events);
    // The user's own `impl` block comes first, because editors colour a word by what it is where it first stands.
    quote! {
        #(#cfgs)*
        #(#lints)*
        const _: () = {
            #methods
            #lent
            #commands
            #apply
            #key
            #unless_replaced
            #event_impls
            #old_fields
            #storable
            #obligations
            #lock
            #unread
        };
        #(#cfgs)*
        #event_enum
    }
}

/// `#[projection]`.
pub(crate) fn projection(item: &Projection<'_>) -> TokenStream {
    match &item.sql {
        Some(sql) => sql_projection::sql_projection(item, sql),
        None => projection::projection(item),
    }
}

/// For the fallback: the enum of the events that could be read and stand alone, and its type. Where its name is taken, it has none that a user may
/// write.
pub(crate) fn stand_in_enum(events: &Events<'_>, is_name_taken: bool) -> (TokenStream, TokenStream) {
    let unnamed = format_ident!("__{}", events.enum_ident);
    let mut shape = Shape::of_block(events).without_repetitions();
    if is_name_taken {
        shape.ident = &unnamed;
    }
    let (event_enum, impls) = (event_enum::generated_enum(&shape), event_impls::impls(&shape, &TokenStream::new()));
    (quote!(#event_enum const _: () = { #impls };), shape.ty())
}
