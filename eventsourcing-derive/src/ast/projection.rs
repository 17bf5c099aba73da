//! An `impl` block under `#[projection]`.

use quote::ToTokens as _;
use syn::ext::IdentExt as _;
use syn::{Expr, Ident, ImplItem, ImplItemFn, ItemImpl, LitInt, Path, Type};

use crate::args::{ProjectionArgs, is_on_mark};
use crate::ast::handler::Handler;
use crate::ast::self_type::SelfType;
use crate::ast::sql;
use crate::crate_path::CratePath;
use crate::ctxt::Ctxt;
use crate::names::StoredName;
use crate::spelled::ungrouped_value;

pub(crate) use crate::args::Ignored;

pub(crate) struct Projection<'a> {
    pub(crate) original: &'a ItemImpl,
    pub(crate) krate: CratePath,
    pub(crate) version: u32,
    pub(crate) ty: &'a Type,
    pub(crate) handlers: Vec<Handler<'a>>,
    pub(crate) ignored: Vec<Ignored>,
    /// What it is if it is in SQL.
    pub(crate) sql: Option<InSql<'a>>,
    /// Whether there are handlers that could not be read, so that nothing can be said of what is missing.
    pub(crate) is_incomplete: bool,
}

/// A projection in SQL.
pub(crate) struct InSql<'a> {
    pub(crate) name: StoredName,
    /// What makes the tables. Without it, that is reported.
    pub(crate) setup: Option<&'a ImplItemFn>,
}

/// What is done with the events of one enum.
pub(crate) struct OfEnum<'p, 'a> {
    pub(crate) events: &'p Path,
    /// Its paths: a `type` may give it another beside its own.
    names: Vec<String>,
    /// With the number of each.
    pub(crate) handlers: Vec<(u16, &'p Handler<'a>)>,
    pub(crate) ignored: Vec<&'p Ident>,
    /// Whether all without a handler are ignored.
    pub(crate) ignores_others: bool,
}

impl<'a> Projection<'a> {
    pub(crate) fn from_impl(ctxt: &Ctxt, args: ProjectionArgs, original: &'a ItemImpl) -> Option<Self> {
        if let Some((path, _)) = &original.trait_ {
            ctxt.error(path, "`#[projection]` goes on the row type's own `impl` block, not on that of a trait");
            return None;
        }
        let row = SelfType::new(ctxt, &original.self_ty)?;
        for parameter in &original.generics.params {
            ctxt.error(parameter, "the rows of a view are of one type: write the `impl` block without parameters");
        }
        if args.version.is_none() {
            let message =
                "the handlers have no version: write `#[projection(version = 1)]`, and raise it when they change";
            ctxt.error(&original.self_ty, message);
        }
        let version = args.version.as_ref().map_or(1, |version| self::version(ctxt, version));
        let functions: Vec<_> = original.items.iter().filter_map(function).collect();
        let sql = sql::is_in_sql(&functions).then(|| InSql {
            name: StoredName::new(ctxt, args.name.as_ref(), &row.ident),
            setup: sql::setup(ctxt, &functions, &original.self_ty),
        });
        if sql.is_none() {
            sql::check_is_no_part_of_rows(ctxt, &functions, args.name.as_ref());
        }
        let (mut handlers, mut is_incomplete) = (Vec::new(), false);
        for function in functions {
            for mark in function.attrs.iter().filter(|attribute| is_on_mark(attribute)) {
                match Handler::new(ctxt, &row, sql.is_some(), mark, function) {
                    Some(handler) => handlers.push(handler),
                    None => is_incomplete = true,
                }
            }
        }
        let ty = &*original.self_ty;
        Some(Self { original, krate: args.krate, version, ty, handlers, ignored: args.ignored, sql, is_incomplete })
    }

    /// What is done with the events, by their enums.
    pub(crate) fn by_enum(&self) -> Vec<OfEnum<'_, 'a>> {
        let mut enums: Vec<OfEnum<'_, 'a>> = Vec::new();
        for (number, handler) in (0..).zip(&self.handlers) {
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
        for ignored in &self.ignored {
            let name = name_of(&ignored.events);
            let Some(of) = enums.iter_mut().find(|of| of.names.contains(&name)) else { continue };
            match &ignored.variant {
                Some(variant) => of.ignored.push(variant),
                None => of.ignores_others = true,
            }
        }
        enums
    }
}

/// An aggregate has one enum of events, so what is said to be of one aggregate is one enum under two paths.
fn of_different_aggregates<'p, 'a>(enums: Vec<OfEnum<'p, 'a>>) -> Vec<OfEnum<'p, 'a>> {
    let written = |ty: Option<Type>| ty.map(|ty| ty.into_token_stream().to_string());
    let mut merged: Vec<OfEnum<'p, 'a>> = Vec::new();
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

impl<'p, 'a> OfEnum<'p, 'a> {
    /// The events that are handled, each with its handlers.
    pub(crate) fn by_event(&self) -> Vec<(&'p Ident, Vec<(u16, &'p Handler<'a>)>)> {
        let mut events: Vec<(&Ident, Vec<_>)> = Vec::new();
        for (number, handler) in &self.handlers {
            match events.iter_mut().find(|(variant, _)| **variant == handler.variant) {
                Some((_, handlers)) => handlers.push((*number, *handler)),
                None => events.push((&handler.variant, vec![(*number, *handler)])),
            }
        }
        events
    }

    /// The aggregate whose events they are: as `at: &At<..>` names it, or else the name of the enum.
    pub(crate) fn aggregate(&self) -> Option<Type> {
        self.handlers.iter().find_map(|(_, handler)| handler.aggregate()).cloned().or_else(|| by_name(self.events))
    }

    /// The first handler without a key, whose event goes to the row of its aggregate.
    pub(crate) fn without_key(&self) -> Option<&(u16, &'p Handler<'a>)> {
        self.handlers.iter().find(|(_, handler)| handler.key.is_none())
    }

    /// Whether each of its events goes to the row of its aggregate.
    pub(crate) fn is_by_id(&self) -> bool {
        self.handlers.iter().all(|(_, handler)| handler.key.is_none())
    }

    /// Whether each of its events has the id of its aggregate as its key, written as `at.id()`.
    pub(crate) fn is_by_id_in_sql(&self) -> bool {
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

/// A path, whatever it is generic over.
pub(crate) fn name_of(path: &Path) -> String {
    let colon = path.leading_colon.to_token_stream().to_string();
    let words: Vec<_> = path.segments.iter().map(|segment| segment.ident.unraw().to_string()).collect();
    format!("{colon}{}", words.join("::"))
}

const fn function(item: &ImplItem) -> Option<&ImplItemFn> {
    if let ImplItem::Fn(function) = item { Some(function) } else { None }
}

fn version(ctxt: &Ctxt, literal: &LitInt) -> u32 {
    let number = literal.base10_parse().ok().filter(|number| *number > 0);
    if number.is_none() {
        ctxt.error(literal, format_args!("the version of a projection is a number from 1 to {}", u32::MAX));
    }
    number.unwrap_or(1)
}
