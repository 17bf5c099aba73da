//! A struct under `#[derive(Aggregate)]`.

use syn::ext::IdentExt as _;
use syn::punctuated::Punctuated;
use syn::{
    Attribute, Data, DeriveInput, Expr, ExprLit, Field, Fields, GenericArgument, GenericParam, Ident, Lit, LitInt,
    PathArguments, Token, Type,
};

use crate::args::AggregateArgs;
use crate::crate_path::CratePath;
use crate::ctxt::Ctxt;
use crate::names::{self, StoredName};

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
        let root = root(ctxt, original)?;
        if is_root_of_another(&root.ty, &original.ident) {
            ctxt.error(&root.ty, "the root is that of this aggregate: write `Root<Self>`");
        }
        let snapshots = (args.snapshot || args.snapshot_every.is_some()).then(|| Snapshots {
            every: args.snapshot_every.as_ref().and_then(|every| snapshot_every(ctxt, every)),
            fields: state(original, root).map(|field| (field, has_word(field, "opaque"))).collect(),
        });
        let (interior_mutable, changed_by_events): (Vec<_>, Vec<_>) =
            state(original, root).partition(|field| has_word(field, "interior_mutable"));
        let has_interior_mutable = !interior_mutable.is_empty();
        let (krate, event) = (args.krate, args.event);
        Some(Self { original, krate, name, event, root, changed_by_events, has_interior_mutable, snapshots })
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
        match (written.map(ungrouped), parameter) {
            (Some(Expr::Lit(ExprLit { lit: Lit::Str(text), .. })), None) => Self::Text(StoredName::written(ctxt, text)),
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

/// An expression without the invisible brackets that `macro_rules!` puts around it.
fn ungrouped(mut expression: &Expr) -> &Expr {
    while let Expr::Group(group) = expression {
        expression = &group.expr;
    }
    expression
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

/// The fields beside the root.
fn state<'a>(original: &'a DeriveInput, root: &'a Field) -> impl Iterator<Item = &'a Field> {
    let fields = match &original.data {
        Data::Struct(data) => data.fields.iter().collect(),
        Data::Enum(_) | Data::Union(_) => Vec::new(),
    };
    fields.into_iter().filter(move |field| field.ident != root.ident)
}

/// Whether a word stands in the `#[aggregate(..)]` of a field. What stands there beside the known words is reported with the root.
fn has_word(field: &Field, word: &str) -> bool {
    let marks = field.attrs.iter().filter(|attribute| attribute.path().is_ident("aggregate"));
    let words = |mark: &Attribute| mark.parse_args_with(Punctuated::<Ident, Token![,]>::parse_terminated);
    marks.filter_map(|mark| words(mark).ok()).flatten().any(|written| written == word)
}

/// The field that is marked, or else the one that is named `root`.
fn root<'a>(ctxt: &Ctxt, original: &'a DeriveInput) -> Option<&'a Field> {
    let Data::Struct(data) = &original.data else {
        ctxt.error(&original.ident, format_args!("an aggregate is a struct: {WRITE} in one"));
        return None;
    };
    let Fields::Named(fields) = &data.fields else {
        ctxt.error(&original.ident, format_args!("an aggregate has named fields: {WRITE}"));
        return None;
    };
    let marked: Vec<_> = fields.named.iter().filter(|field| is_marked(ctxt, field)).collect();
    if let [first, others @ ..] = &*marked {
        for other in others {
            ctxt.error(&other.ident, "an aggregate has one root: leave one `#[aggregate(root)]`");
        }
        return Some(first);
    }
    let named = fields.named.iter().find(|field| field.ident.as_ref().is_some_and(|ident| ident == "root"));
    let mut spelled = fields.named.iter().filter(|field| is_spelled_root(&field.ty, &original.ident));
    match (named, spelled.next(), spelled.next()) {
        (_, Some(_), Some(second)) => {
            ctxt.error(&second.ident, "an aggregate has one root: leave one field of type `Root<Self>`");
        }
        (Some(_), ..) => {}
        (None, Some(other), None) => {
            ctxt.error(&other.ident, "mark the root with `#[aggregate(root)]`, or name it `root`");
        }
        (None, None, _) => ctxt.error(
            &original.ident,
            format_args!("no field holds identity and version: {WRITE}, or mark one with `#[aggregate(root)]`"),
        ),
    }
    named
}

fn is_marked(ctxt: &Ctxt, field: &Field) -> bool {
    let mut marked = false;
    for attribute in field.attrs.iter().filter(|attribute| attribute.path().is_ident("aggregate")) {
        let parsed = attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("root") {
                marked = true;
                Ok(())
            } else if meta.path.is_ident("opaque") || meta.path.is_ident("interior_mutable") {
                Ok(())
            } else {
                Err(meta.error("unknown option; known here: `root`, `opaque`, `interior_mutable`"))
            }
        });
        ctxt.ok(parsed);
    }
    marked
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
