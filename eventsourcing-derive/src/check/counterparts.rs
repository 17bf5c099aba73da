//! Rules about an event that creates the aggregate or changes it: two methods record it.

use quote::ToTokens as _;

use crate::ast::event_method::EventMethod;
use crate::ast::events::Events;
use crate::ast::field::Field;
use crate::ctxt::Ctxt;

/// The two record one event, so they say the same of it.
pub(super) fn agree(ctxt: &Ctxt, events: &Events<'_>) {
    for changing in events.events().filter(|method| events.is_second(method)) {
        if let Some(creating) = events.counterpart(changing) {
            fields_agree(ctxt, creating, changing);
            options_stand_once(ctxt, creating, changing);
        }
    }
}

fn fields_agree(ctxt: &Ctxt, creating: &EventMethod<'_>, changing: &EventMethod<'_>) {
    let (event, create, change) = (&changing.event.variant, &creating.original.sig.ident, &changing.original.sig.ident);
    let same = format!("`{create}` and `{change}` record the same event `{event}`, so they have the same arguments");
    for field in &changing.event.fields {
        let Some(other) = creating.event.fields.iter().find(|other| other.ident == field.ident) else {
            ctxt.error(&field.ident, format_args!("{same}: `{create}` has no `{}`", field.ident));
            continue;
        };
        let written = |field: &Field| field.ty.to_token_stream().to_string();
        if written(field) != written(other) {
            let ty = written(other).replace("& ", "&");
            ctxt.error(&field.ty, format_args!("{same}: `{}` is `{ty}` in `{create}`", field.ident));
        }
        if let Some(attribute) = field.attributes.first() {
            let message =
                format!("what is said of a field of event `{event}` is said once: write it in `{create}` alone");
            ctxt.error(attribute, message);
        }
    }
    for field in &creating.event.fields {
        if !changing.event.fields.iter().any(|other| other.ident == field.ident) {
            ctxt.error(change, format_args!("{same}: `{}` is missing", field.ident));
        }
    }
}

fn options_stand_once(ctxt: &Ctxt, creating: &EventMethod<'_>, changing: &EventMethod<'_>) {
    if changing.has_options {
        let (event, create) = (&changing.event.variant, &creating.original.sig.ident);
        let message = format!(
            "the options of event `{event}` are given once: write them at `{create}`, and `#[event({event})]` here"
        );
        ctxt.error(event, message);
    }
}
