//! The rule that an event records no other.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::Ident;

use crate::ast::event_method::EventMethod;
use crate::ast::events::Events;
use crate::ctxt::Ctxt;
use crate::tokens::{self, is_group, is_punct, is_word};

/// A mutator runs again whenever the history is read; what it recorded would be recorded again.
pub(super) fn no_event_records_another(ctxt: &Ctxt, events: &Events<'_>) {
    let (creating, changing): (Vec<_>, Vec<_>) = events.events().partition(|method| method.creates);
    let creating_names: Vec<_> = creating.iter().map(|method| &method.original.sig.ident).collect();
    let recording_names: Vec<_> = changing
        .iter()
        .map(|method| &method.original.sig.ident)
        .chain(events.commands().map(|command| &command.original.sig.ident))
        .collect();
    let refuse = |method: &EventMethod<'_>, (on, separator), recording: &[&Ident], instead| {
        each_call(method.original.block.to_token_stream(), on, separator, |called| {
            if recording.contains(&called) {
                ctxt.error(
                    called,
                    format_args!(
                        "an event cannot record another: `{called}` would be recorded again whenever the history is \
                         read; {instead}"
                    ),
                );
            }
        });
    };
    for method in changing {
        refuse(method, ("self", "."), &recording_names, "call both from a command");
    }
    for method in creating {
        refuse(method, ("Self", "::"), &creating_names, "let both call a function without `#[event]`");
    }
}

/// Finds the names in `self.name(..)` or `Self::name(..)`; `self.open {` and `self.items[` are fields.
fn each_call(tokens: TokenStream, on: &str, separator: &str, mut found: impl FnMut(&Ident)) {
    tokens::each(tokens, |_, here| {
        let Some((token, rest)) = here.split_first() else { return };
        let is_separated = separator.chars().zip(rest).all(|(char, token)| is_punct(token, char));
        if let (true, true, [TokenTree::Ident(name), after, ..]) =
            (is_word(token, on), is_separated, rest.get(separator.len()..).unwrap_or_default())
            && (is_group(after, Delimiter::Parenthesis) || is_punct(after, ':'))
        {
            found(name);
        }
    });
}
