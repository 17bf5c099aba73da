//! What is done with the events of one enum.

use quote::ToTokens as _;
use syn::ext::IdentExt as _;
use syn::{Expr, Ident, Path, Type};

pub(crate) use crate::args::Ignored;
use crate::ast::handler::Handler;
use crate::spelled::{is_called, last_word, ungrouped, ungrouped_value};

/// A handler and its number.
pub(crate) type Numbered<'p, 'a, F> = (u16, &'p Handler<'a, F>);

/// What is done with the events of one enum.
pub(crate) struct OfEnum<'p, 'a, F> {
    pub(crate) events: &'p Path,
    /// Its paths: a `type` may give it another beside its own.
    names: Vec<String>,
    /// With the number of each.
    pub(crate) handlers: Vec<Numbered<'p, 'a, F>>,
    pub(crate) ignored: Vec<&'p Ident>,
    /// Whether all without a handler are ignored.
    pub(crate) ignores_others: bool,
}

/// What is done with the events, by their enums.
pub(crate) fn by_enum<'p, 'a, F>(handlers: &'p [Handler<'a, F>], ignored: &'p [Ignored]) -> Vec<OfEnum<'p, 'a, F>> {
    let mut enums: Vec<OfEnum<'p, 'a, F>> = Vec::new();
    for (number, handler) in (0..).zip(handlers) {
        let name = name_of(&handler.events);
        match enums.iter_mut().find(|other| other.names.contains(&name)) {
            Some(same) => same.handlers.push((number, handler)),
            None => enums.push(OfEnum {
                events: &handler.events,
                names: vec![name],
                handlers: vec![(number, handler)],
                ignored: Vec::new(),
                ignores_others: false,
            }),
        }
    }
    let mut enums = of_different_aggregates(enums);
    for ignored in ignored {
        let name = name_of(&ignored.events);
        let Some(of) = enums.iter_mut().find(|of| of.names.contains(&name)) else { continue };
        match &ignored.variant {
            Some(variant) => of.ignored.push(variant),
            None => of.ignores_others = true,
        }
    }
    enums
}

/// An aggregate has one enum of events, so what is said to be of one aggregate is one enum under two paths.
fn of_different_aggregates<'p, 'a, F>(enums: Vec<OfEnum<'p, 'a, F>>) -> Vec<OfEnum<'p, 'a, F>> {
    let written = |ty: Option<Type>| ty.map(|ty| ty.into_token_stream().to_string());
    let mut merged: Vec<OfEnum<'p, 'a, F>> = Vec::new();
    for of in enums {
        let aggregate = written(of.aggregate());
        match merged.iter_mut().find(|other| aggregate.is_some() && written(other.aggregate()) == aggregate) {
            Some(same) => {
                same.names.extend(of.names);
                same.handlers.extend(of.handlers);
            }
            None => merged.push(of),
        }
    }
    merged
}

impl<'p, 'a, F> OfEnum<'p, 'a, F> {
    /// The events that are handled, each with its handlers.
    pub(crate) fn by_event(&self) -> Vec<(&'p Ident, Vec<Numbered<'p, 'a, F>>)> {
        let mut events: Vec<(&Ident, Vec<_>)> = Vec::new();
        for (number, handler) in &self.handlers {
            match events.iter_mut().find(|(variant, _)| **variant == handler.variant) {
                Some((_, handlers)) => handlers.push((*number, *handler)),
                None => events.push((&handler.variant, vec![(*number, *handler)])),
            }
        }
        events
    }

    /// The aggregate whose events they are: as `at: &At<..>` names it, one that the enum is named after before others, or else the name of the enum.
    pub(crate) fn aggregate(&self) -> Option<Type> {
        let by_name = by_name(self.events);
        let named = self.handlers.iter().filter_map(|(_, handler)| handler.aggregate());
        let is_named_after = |ty: &&Type| by_name.as_ref().is_some_and(|by_name| ends_alike(ty, by_name));
        named.clone().find(is_named_after).or_else(|| named.clone().next()).cloned().or(by_name)
    }

    /// The first handler without a key, whose event goes to the row of its aggregate.
    pub(crate) fn without_key(&self) -> Option<&Numbered<'p, 'a, F>> {
        self.handlers.iter().find(|(_, handler)| handler.key.is_none())
    }

    /// Whether each of its events goes to the row of its aggregate.
    pub(crate) fn is_by_id(&self) -> bool {
        self.handlers.iter().all(|(_, handler)| handler.key.is_none())
    }

    /// Whether each of its events has the id of its aggregate as its key, written as `at.id()`.
    pub(crate) fn is_by_own_id(&self) -> bool {
        self.handlers.iter().all(|(_, handler)| handler.key.as_ref().is_some_and(is_own_id))
    }
}

fn is_own_id(key: &Expr) -> bool {
    let Expr::MethodCall(call) = ungrouped_value(key) else { return false };
    let Expr::Path(receiver) = &*call.receiver else { return false };
    receiver.path.is_ident("at") && call.method == "id" && call.args.is_empty()
}

/// `bank::Account` of `bank::AccountEvent`, which is what `#[events]` calls the enum.
fn by_name(events: &Path) -> Option<Type> {
    let mut aggregate = events.clone();
    let last = aggregate.segments.last_mut().filter(|last| last.arguments.is_none())?;
    let name = last.ident.unraw().to_string();
    let name = name.strip_suffix("Event").filter(|name| !name.is_empty())?;
    last.ident = Ident::new(name, last.ident.span());
    Some(syn::parse_quote!(#aggregate))
}

/// Whether two types have one name, whatever paths lead to it.
fn ends_alike(one: &Type, other: &Type) -> bool {
    matches!(ungrouped(other), Type::Path(other) if is_called(one, &last_word(&other.path)))
}

/// A path, whatever it is generic over.
pub(crate) fn name_of(path: &Path) -> String {
    let colon = path.leading_colon.to_token_stream().to_string();
    let words: Vec<_> = path.segments.iter().map(|segment| segment.ident.unraw().to_string()).collect();
    format!("{colon}{}", words.join("::"))
}
