//! What arguments and types read as: macros do not know more of them.

use syn::{GenericArgument, Pat, PatType, PathArguments, Type};

use crate::ast::ungrouped;

/// Whether an argument has this name, and takes no field.
pub(super) fn is_called(argument: &PatType, name: &str) -> bool {
    let is_field = argument.attrs.iter().any(|attribute| attribute.path().is_ident("field"));
    !is_field && matches!(&*argument.pat, Pat::Ident(pattern) if pattern.ident == name)
}

pub(super) fn is_unit(ty: &Type) -> bool {
    matches!(ty, Type::Tuple(tuple) if tuple.elems.is_empty())
}

pub(super) fn is_spelled(ty: &Type, name: &str) -> bool {
    matches!(ty, Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == name))
}

/// What a type that reads `Option<T>` is one of.
pub(crate) fn of_option(ty: &Type) -> Option<&Type> {
    first_argument(ty, "Option")
}

/// `T` of a type that reads `Name<T>`.
pub(super) fn first_argument<'t>(ty: &'t Type, name: &str) -> Option<&'t Type> {
    let Type::Path(path) = ungrouped(ty) else { return None };
    let last = path.path.segments.last().filter(|last| last.ident == name)?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    match arguments.args.first()? {
        GenericArgument::Type(of) => Some(of),
        _ => None,
    }
}
