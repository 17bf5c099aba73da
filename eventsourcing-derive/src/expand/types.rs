//! What a type shows by how it is spelled.

use quote::ToTokens as _;
use syn::{Generics, Type, TypePath};

use crate::spelled::{is_called, last_word, ungrouped};
use crate::tokens::words;

pub(super) const PRIMITIVES: [&str; 18] = [
    "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "str", "u8", "u16", "u32", "u64", "u128",
    "usize", "String",
];

/// Whether a type, or what it borrows, is one of the language's own, or a text: what can be asked of it is known.
pub(super) fn is_primitive(ty: &Type) -> bool {
    let Type::Path(TypePath { qself: None, path, .. }) = without_borrow(ty) else { return false };
    path.get_ident().is_some_and(|ident| PRIMITIVES.iter().any(|primitive| ident == primitive))
}

fn without_borrow(ty: &Type) -> &Type {
    match ty {
        Type::Reference(reference) => &reference.elem,
        other => other,
    }
}

/// Whether a type, or what it borrows, has `Debug`, `PartialEq` and `Eq` for certain: one of the language's own, but no float.
pub(super) fn has_eq(ty: &Type) -> bool {
    is_primitive(ty) && !["f32", "f64", "String"].iter().any(|other| is_called(without_borrow(ty), other))
}

/// Whether a type is known without these generics and without `Self`: a constant can speak of no other.
pub(super) fn is_known_outside(generics: &Generics, ty: &Type) -> bool {
    let parameters: Vec<_> = generics.params.iter().flat_map(|param| words(param.to_token_stream())).collect();
    words(ty.to_token_stream()).iter().all(|word| word != "Self" && !parameters.contains(word))
}

/// What is lent without a size, and stored in its owned form. These are known by their names: std's, and those of crates that serde can store.
const BORROWED_FORMS: [&str; 8] = ["BStr", "CStr", "OsStr", "Path", "RawValue", "RelativePath", "Utf8Path", "str"];

/// Whether what is lent is stored as a value of the same type. (`<T as ToOwned>::Owned` would be right for any type; of one without `Clone`, rustc would
/// say so wherever the enum of the events is named.)
pub(super) fn is_stored_as_itself(lent: &Type) -> bool {
    match ungrouped(lent) {
        Type::Path(path) => path.qself.is_none() && !BORROWED_FORMS.contains(&&*last_word(&path.path)),
        Type::Array(_) | Type::Tuple(_) => true,
        _ => false,
    }
}
