//! What a type shows by how it is spelled.

use quote::ToTokens as _;
use syn::{Generics, Ident, Type, TypePath};

use crate::tokens::words;

const BUILTIN: [&str; 17] = [
    "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "str", "u8", "u16", "u32", "u64", "u128",
    "usize",
];

/// Whether a type, or what it borrows, is one of the language's own: what can be asked of it is known.
pub(super) fn is_builtin(ty: &Type) -> bool {
    name(ty).is_some_and(|name| BUILTIN.iter().any(|builtin| name == builtin))
}

/// The same, or reads `String`.
pub(super) fn is_primitive(ty: &Type) -> bool {
    is_builtin(ty) || name(ty).is_some_and(|name| name == "String")
}

/// The name of a type that is spelled as one.
fn name(ty: &Type) -> Option<&Ident> {
    let ty = match ty {
        Type::Reference(reference) => &reference.elem,
        other => other,
    };
    let Type::Path(TypePath { qself: None, path, .. }) = ty else { return None };
    path.get_ident()
}

/// Whether a type is known without these generics and without `Self`: a constant can speak of no other.
pub(super) fn is_known_outside(generics: &Generics, ty: &Type) -> bool {
    let parameters: Vec<_> = generics.params.iter().flat_map(|param| words(param.to_token_stream())).collect();
    words(ty.to_token_stream()).iter().all(|word| word != "Self" && !parameters.contains(word))
}
