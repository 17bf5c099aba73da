//! How a type, a path or an expression is spelled: a guess at what it is, where the compiler cannot be asked.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::{Expr, GenericArgument, Path, PathArguments, Type};

/// A type without the invisible brackets that `macro_rules!` puts around a `$ty`, and without parentheses.
pub(crate) fn ungrouped(mut ty: &Type) -> &Type {
    loop {
        ty = match ty {
            Type::Group(group) => &group.elem,
            Type::Paren(paren) => &paren.elem,
            _ => return ty,
        };
    }
}

/// The same of an expression.
pub(crate) fn ungrouped_value(mut value: &Expr) -> &Expr {
    loop {
        value = match value {
            Expr::Group(group) => &group.expr,
            Expr::Paren(paren) => &paren.expr,
            _ => return value,
        };
    }
}

/// The name at the end of a path.
pub(crate) fn last_word(path: &Path) -> String {
    path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default()
}

/// Whether a path ends in this name, whatever leads there.
pub(crate) fn ends_in(path: &Path, name: &str) -> bool {
    path.segments.last().is_some_and(|last| last.ident == name)
}

/// Whether a type has this name, whatever path leads to it and with whatever parameters.
pub(crate) fn is_called(ty: &Type, name: &str) -> bool {
    matches!(ungrouped(ty), Type::Path(path) if ends_in(&path.path, name))
}

pub(crate) fn is_unit(ty: &Type) -> bool {
    matches!(ungrouped(ty), Type::Tuple(tuple) if tuple.elems.is_empty())
}

/// What a type that reads `Option<T>` is one of.
pub(crate) fn of_option(ty: &Type) -> Option<&Type> {
    first_argument(ty, "Option")
}

/// `T` of a type that reads `Name<T>`, or `Name<'_, T>`.
pub(crate) fn first_argument<'t>(ty: &'t Type, name: &str) -> Option<&'t Type> {
    let Type::Path(path) = ungrouped(ty) else { return None };
    let last = path.path.segments.last().filter(|last| last.ident == name)?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    match arguments.args.iter().find(|argument| !matches!(argument, GenericArgument::Lifetime(_)))? {
        GenericArgument::Type(of) => Some(of),
        _ => None,
    }
}

/// A type as a reader would spell it.
pub(crate) fn spelling(tokens: TokenStream) -> String {
    let mut text = String::new();
    let mut last_is_word = false;
    for token in tokens {
        let written = match &token {
            TokenTree::Group(group) => {
                let inner = spelling(group.stream());
                match group.delimiter() {
                    Delimiter::Parenthesis => format!("({inner})"),
                    Delimiter::Bracket => format!("[{inner}]"),
                    Delimiter::Brace => format!("{{{inner}}}"),
                    Delimiter::None => inner,
                }
            }
            other => other.to_token_stream().to_string(),
        };
        let is_word = written.starts_with(|first: char| first.is_alphanumeric() || first == '_');
        if (is_word && last_is_word) || text.ends_with(',') {
            text.push(' ');
        }
        text.push_str(&written);
        last_is_word = is_word;
    }
    text
}
