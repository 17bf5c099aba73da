//! A struct under `#[derive(Aggregate)]`.

use syn::ext::IdentExt as _;
use syn::{
    Data, DeriveInput, Expr, ExprLit, Field, Fields, GenericArgument, GenericParam, Ident, Lit, LitInt, PathArguments,
    Type, Visibility,
};

use crate::args::{AggregateArgs, AggregateFieldArgs};
use crate::ast::unique::Unique;
use crate::crate_path::CratePath;
use crate::ctxt::Ctxt;
use crate::names::{self, StoredName};
use crate::spelled::ungrouped_value;

const WRITE: &str = "write a field `root: Root<Self>`";

pub(crate) struct Aggregate<'a> {
    pub(crate) original: &'a DeriveInput,
    pub(crate) krate: CratePath,
    pub(crate) name: AggregateName,
    /// The enum of events that the user says it has.
    pub(crate) event: Option<Type>,
    pub(crate) root: &'a Field,
    /// The fields beside the root that nothing but an event is to change, as `&self` does what is interior mutable.
    pub(crate) changed_by_events: Vec<&'a Field>,
    /// Whether there are others.
    pub(crate) has_interior_mutable: bool,
    pub(crate) snapshots: Option<Snapshots<'a>>,
    /// The fields whose values are unique.
    pub(crate) unique: Vec<Unique<'a>>,
}

/// The stored name.
pub(crate) enum AggregateName {
    Text(StoredName),
    /// Of a generic aggregate: what gives each instance its own.
    Expression(Expr),
}

/// How snapshots are taken.
pub(crate) struct Snapshots<'a> {
    /// After how many events, if not only on demand.
    pub(crate) every: Option<u64>,
    /// The fields of the state, and which of them are opaque.
    pub(crate) fields: Vec<(&'a Field, bool)>,
}

impl<'a> Aggregate<'a> {
    pub(crate) fn from_derive(ctxt: &Ctxt, original: &'a DeriveInput) -> Option<Self> {
        let args = AggregateArgs::from_attributes(ctxt, &original.attrs);
        let name = AggregateName::new(ctxt, args.name.as_ref(), original);
        for lifetime in original.generics.lifetimes() {
            ctxt.error(lifetime, "an aggregate owns what it holds: write it without lifetimes");
        }
        let fields = fields(ctxt, original)?;
        let root = root(ctxt, &original.ident, &fields)?;
        check_private(ctxt, root);
        if is_root_of_another(&root.ty, &original.ident) {
            ctxt.error(&root.ty, "the root is that of this aggregate: write `Root<Self>`");
        }
        let state = || fields.iter().filter(|marked| marked.field.ident != root.ident);
        let snapshots = (args.snapshot || args.snapshot_every.is_some()).then(|| Snapshots {
            every: args.snapshot_every.as_ref().and_then(|every| snapshot_every(ctxt, every)),
            fields: state().map(|marked| (marked.field, marked.args.opaque)).collect(),
        });
        let unique = unique(ctxt, &fields, root);
        let (interior_mutable, guarded): (Vec<_>, Vec<_>) = state().partition(|marked| marked.args.interior_mutable);
        let changed_by_events = guarded.into_iter().map(|marked| marked.field).collect();
        let has_interior_mutable = !interior_mutable.is_empty();
        let (krate, event) = (args.krate, args.event);
        Some(Self { original, krate, name, event, root, changed_by_events, has_interior_mutable, snapshots, unique })
    }
}

impl AggregateName {
    fn new(ctxt: &Ctxt, written: Option<&Expr>, original: &DeriveInput) -> Self {
        let ident = &original.ident;
        let parameter = original.generics.params.iter().find_map(|parameter| match parameter {
            GenericParam::Type(parameter) => Some((&parameter.ident, format!("{}::NAME", parameter.ident))),
            GenericParam::Const(parameter) => Some((&parameter.ident, format!("name_of({})", parameter.ident))),
            GenericParam::Lifetime(_) => None,
        });
        match (written.map(ungrouped_value), parameter) {
            (Some(Expr::Lit(ExprLit { lit: Lit::Str(text), .. })), None) => {
                let name = StoredName::written(ctxt, text);
                name.refuse_reserved(ctxt, "an aggregate");
                Self::Text(name)
            }
            (None, None) => Self::Text(StoredName::new(ctxt, None, ident)),
            (Some(other), None) => {
                ctxt.error(other, "an aggregate that is not generic has one name, which is data: write it as a string");
                Self::Text(StoredName::new(ctxt, None, ident))
            }
            (None | Some(Expr::Lit(_)), Some((parameter, example))) => {
                let message = format!(
                    "each `{ident}<..>` is an aggregate of its own, and under one name they would share their streams: write a \
                     constant expression of `{parameter}`, such as `#[aggregate(name = {example})]`, whose type is `&'static str`"
                );
                match written {
                    Some(literal) => ctxt.error(literal, message),
                    None => ctxt.error(ident, message),
                }
                Self::Text(StoredName::new(ctxt, None, ident))
            }
            (Some(expression), Some(_)) => Self::Expression(expression.clone()),
        }
    }
}

impl Aggregate<'_> {
    /// The name of its enum of events.
    pub(crate) fn event_enum(&self) -> String {
        match &self.event {
            Some(Type::Path(path)) => {
                path.path.segments.last().map(|last| last.ident.unraw().to_string()).unwrap_or_default()
            }
            _ => names::event_enum(&self.original.ident).to_string(),
        }
    }
}

fn snapshot_every(ctxt: &Ctxt, every: &LitInt) -> Option<u64> {
    let number = every.base10_parse().ok().filter(|number| *number > 0);
    if number.is_none() {
        ctxt.error(every, "a snapshot is taken after a number of events: write 1 or more, such as 100");
    }
    number
}

/// The fields of the state whose values are unique.
fn unique<'a>(ctxt: &Ctxt, fields: &[MarkedField<'a>], root: &Field) -> Vec<Unique<'a>> {
    let mut all = Vec::new();
    for MarkedField { field, args } in fields {
        let Some(unique) = &args.unique else { continue };
        if field.ident == root.ident {
            ctxt.error(&field.ident, "no two aggregates have one id anyway: mark a field of the state");
        } else if args.interior_mutable {
            let message = "what may change without an event cannot be unique: its claims change with the events alone";
            ctxt.error(&field.ident, message);
        } else {
            all.extend(Unique::new(ctxt, field, unique));
        }
    }
    all
}

/// A field, and what is said of it.
struct MarkedField<'a> {
    field: &'a Field,
    args: AggregateFieldArgs,
}

fn fields<'a>(ctxt: &Ctxt, original: &'a DeriveInput) -> Option<Vec<MarkedField<'a>>> {
    let Data::Struct(data) = &original.data else {
        ctxt.error(&original.ident, format_args!("an aggregate is a struct: {WRITE} in one"));
        return None;
    };
    let Fields::Named(fields) = &data.fields else {
        ctxt.error(&original.ident, format_args!("an aggregate has named fields: {WRITE}"));
        return None;
    };
    let marked =
        |field: &'a Field| MarkedField { field, args: AggregateFieldArgs::from_attributes(ctxt, &field.attrs) };
    Some(fields.named.iter().map(marked).collect())
}

/// Code that can name the root can replace it, and record by it.
fn check_private(ctxt: &Ctxt, root: &Field) {
    let is_private = match &root.vis {
        Visibility::Inherited => true,
        Visibility::Restricted(to) => to.in_token.is_none() && to.path.is_ident("self"),
        Visibility::Public(_) => false,
    };
    if !is_private {
        ctxt.error(
            &root.vis,
            "the root is private, because what can name it can replace it: leave this out; `id()`, `version()` and `root()` read it",
        );
    }
}

/// The field that is marked, or else the one that is named `root`.
fn root<'a>(ctxt: &Ctxt, aggregate: &Ident, fields: &[MarkedField<'a>]) -> Option<&'a Field> {
    let marked: Vec<_> = fields.iter().filter(|field| field.args.root).map(|marked| marked.field).collect();
    if let [first, others @ ..] = &*marked {
        for other in others {
            ctxt.error(&other.ident, "an aggregate has one root: leave one `#[aggregate(root)]`");
        }
        return Some(*first);
    }
    let all = || fields.iter().map(|marked| marked.field);
    let named = all().find(|field| field.ident.as_ref().is_some_and(|ident| ident == "root"));
    let mut spelled = all().filter(|field| is_spelled_root(&field.ty, aggregate));
    match (named, spelled.next(), spelled.next()) {
        (_, Some(_), Some(second)) => {
            ctxt.error(&second.ident, "an aggregate has one root: leave one field of type `Root<Self>`");
        }
        (Some(_), ..) => {}
        (None, Some(other), None) => {
            ctxt.error(&other.ident, "mark the root with `#[aggregate(root)]`, or name it `root`");
        }
        (None, None, _) => ctxt.error(
            aggregate,
            format_args!("no field holds identity and version: {WRITE}, or mark one with `#[aggregate(root)]`"),
        ),
    }
    named
}

/// Whether a type reads `Root<..>` and is that of another type. (Of what is spelled otherwise, the compiler knows more.)
fn is_root_of_another(ty: &Type, aggregate: &Ident) -> bool {
    let last = match ty {
        Type::Path(path) => path.path.segments.last(),
        _ => None,
    };
    last.is_some_and(|last| last.ident == "Root" && !last.arguments.is_none()) && !is_spelled_root(ty, aggregate)
}

/// Whether a type reads `Root<Self>`: a guess, good enough to say what is wrong with it.
fn is_spelled_root(ty: &Type, aggregate: &Ident) -> bool {
    let Type::Path(path) = ty else { return false };
    let Some(last) = path.path.segments.last() else { return false };
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return false };
    let Some(GenericArgument::Type(Type::Path(of))) = arguments.args.first() else { return false };
    last.ident == "Root" && of.path.segments.first().is_some_and(|of| of.ident == "Self" || of.ident == *aggregate)
}
