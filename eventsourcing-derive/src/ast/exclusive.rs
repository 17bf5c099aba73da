//! Where a signature lets an aggregate be changed: everywhere but in `&mut self`, that would be without an event.

use syn::{
    FnArg, GenericArgument, Generics, PathArguments, Receiver, ReceiverKind, Signature, Type, TypeParamBound,
    TypeReference, WherePredicate,
};

use crate::ast::self_type::SelfType;
use crate::ctxt::Ctxt;
use crate::spelled::{ends_in, is_called, ungrouped};

/// A `self` is read, or it is that of a command.
pub(super) fn check_receiver(ctxt: &Ctxt, aggregate: &SelfType, receiver: &Receiver) {
    let is_exclusive = match &receiver.kind {
        ReceiverKind::Typed(_, ty) => is_called(ty, "Box") || exclusive(aggregate, ty).is_some(),
        _ => false,
    };
    if is_exclusive || receiver.mutability.is_some() {
        ctxt.error(receiver, "through this `self`, the state could be changed without an event: write `&mut self`, or `&self` to read it");
    }
}

/// Arguments of what is no command.
pub(super) fn check_arguments(ctxt: &Ctxt, aggregate: &SelfType, signature: &Signature) {
    let arguments = exclusive_arguments(aggregate, signature).map(|(_, exclusive)| exclusive);
    for exclusive in arguments.chain(exclusive_bounds(aggregate, &signature.generics)) {
        let message = "through this argument, an aggregate could be changed without an event: write a command, which takes `&mut self`; \
                       what events alone call stands in an `impl` block without `#[events]`";
        ctxt.error(exclusive, message);
    }
}

/// The arguments of a command that are other aggregates, each a plain `&mut Self`.
pub(super) fn others(ctxt: &Ctxt, aggregate: &SelfType, signature: &Signature) -> Vec<usize> {
    let refuse = |exclusive| {
        let message = "through this argument, aggregates could be changed without events: take each as `&mut Self`, or load them \
                       together by `application.update`";
        ctxt.error(exclusive, message);
    };
    exclusive_bounds(aggregate, &signature.generics).for_each(refuse);
    let mut others = Vec::new();
    for (at, exclusive) in exclusive_arguments(aggregate, signature) {
        let is_plain =
            |ty: &Type| matches!(ungrouped(ty), Type::Reference(reference) if std::ptr::eq(reference, exclusive));
        let is_whole = signature
            .inputs
            .get(at)
            .is_some_and(|argument| matches!(argument, FnArg::Typed(typed) if is_plain(&typed.ty)));
        if let Some(lifetime) = exclusive.lifetime.as_ref().filter(|_| is_whole) {
            ctxt.error(lifetime, "a command cannot lend out another aggregate: write `&mut Self`");
        } else if is_whole && aggregate.is(&exclusive.elem) {
            others.push(at);
        } else {
            refuse(exclusive);
        }
    }
    others
}

fn exclusive_arguments<'s>(
    aggregate: &SelfType,
    signature: &'s Signature,
) -> impl Iterator<Item = (usize, &'s TypeReference)> {
    signature.inputs.iter().enumerate().filter_map(|(at, argument)| match argument {
        FnArg::Typed(argument) => exclusive(aggregate, &argument.ty).map(|exclusive| (at, exclusive)),
        FnArg::Receiver(_) => None,
    })
}

/// The same in what is asked of a type parameter.
fn exclusive_bounds<'s>(aggregate: &SelfType, generics: &'s Generics) -> impl Iterator<Item = &'s TypeReference> {
    let predicates = generics.where_clause.iter().flat_map(|clause| &clause.predicates);
    let asked = predicates.filter_map(|predicate| match predicate {
        WherePredicate::Type(predicate) => Some(&predicate.bounds),
        _ => None,
    });
    let bounds = generics.type_params().map(|param| &param.bounds).chain(asked).flatten();
    bounds.flat_map(bound_on).filter_map(|ty| exclusive(aggregate, ty))
}

/// The `&mut` in a type that leads to an aggregate.
fn exclusive<'t>(aggregate: &SelfType, ty: &'t Type) -> Option<&'t TypeReference> {
    match ungrouped(ty) {
        Type::Reference(reference) if reference.mutability.is_some() => {
            if holds(aggregate, &reference.elem) {
                Some(reference)
            } else {
                exclusive(aggregate, &reference.elem)
            }
        }
        ty => parts(ty).into_iter().find_map(|part| exclusive(aggregate, part)),
    }
}

/// What holds what it is generic over; an `Id<Self>` does not.
const HOLDERS: [&str; 13] = [
    "BTreeMap", "Box", "Cell", "Cow", "HashMap", "Mutex", "Option", "Pin", "RefCell", "Result", "RwLock", "Vec",
    "VecDeque",
];

/// Whether what has such a value to itself has an aggregate to itself.
fn holds(aggregate: &SelfType, ty: &Type) -> bool {
    let ty = ungrouped(ty);
    let inner = match ty {
        Type::Reference(reference) if reference.mutability.is_some() => vec![&*reference.elem],
        Type::Path(path) if !HOLDERS.iter().any(|holder| ends_in(&path.path, holder)) => Vec::new(),
        _ => parts(ty),
    };
    aggregate.is(ty) || inner.into_iter().any(|part| holds(aggregate, part))
}

/// The types that a type is made of. What is behind a `&` is only read, and what a function takes comes from its caller.
fn parts(ty: &Type) -> Vec<&Type> {
    match ty {
        Type::Slice(slice) => vec![&slice.elem],
        Type::Array(array) => vec![&array.elem],
        Type::Tuple(tuple) => tuple.elems.iter().collect(),
        Type::Path(path) => path.path.segments.iter().flat_map(|segment| arguments(&segment.arguments)).collect(),
        Type::ImplTrait(ty) => ty.bounds.iter().flat_map(bound_on).collect(),
        Type::TraitObject(ty) => ty.bounds.iter().flat_map(bound_on).collect(),
        _ => Vec::new(),
    }
}

fn bound_on(bound: &TypeParamBound) -> Vec<&Type> {
    match bound {
        TypeParamBound::Trait(bound) => {
            bound.path.segments.iter().flat_map(|segment| arguments(&segment.arguments)).collect()
        }
        _ => Vec::new(),
    }
}

fn arguments(arguments: &PathArguments) -> Vec<&Type> {
    let PathArguments::AngleBracketed(arguments) = arguments else { return Vec::new() };
    let types = arguments.args.iter().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        GenericArgument::AssocType(assoc) => Some(&assoc.ty),
        _ => None,
    });
    types.collect()
}
