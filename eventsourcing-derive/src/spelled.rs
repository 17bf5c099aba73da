//! How a type, a path or an expression is spelled: a guess at what it is, where the compiler cannot be asked.

use syn::{Expr, Path, Type};

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
