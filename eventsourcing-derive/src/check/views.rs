//! Rules about the rows of a view.

use syn::Type;

use crate::ast::view::{LONGEST_KEY, View};
use crate::ctxt::Ctxt;
use crate::spelled::{of_option, ungrouped};

/// The most columns of a view; that of a table in SQLite.
const MOST_COLUMNS: usize = 2_000;

/// The most bytes of a name, of which a table and a file are named.
const LONGEST_NAME: usize = 60;

pub(crate) fn view(ctxt: &Ctxt, view: &View<'_>) {
    the_name_is_one_of_a_table(ctxt, view);
    some_column_is_the_key(ctxt, view);
    the_columns_are_not_too_many(ctxt, view);
    each_column_has_a_name_of_its_own(ctxt, view);
    no_key_is_indexed_twice(ctxt, view);
    each_column_has_one_nothing(ctxt, view);
    each_column_owns_its_value(ctxt, view);
}

/// A table and a file are called so, also on systems and databases to come.
fn the_name_is_one_of_a_table(ctxt: &Ctxt, view: &View<'_>) {
    let name = &view.name.text;
    let is_word = name.chars().all(|char| char.is_ascii_alphanumeric() || char == '_');
    let is_reserved = name.starts_with('_') || name.to_ascii_lowercase().starts_with("sqlite_");
    if name.is_empty() || name.len() > LONGEST_NAME || !is_word || is_reserved {
        let message = format_args!(
            "{name:?} is no name of a view, of which a table and a file are named: write `#[view(name = \"..\")]` with 1 to {LONGEST_NAME} letters (a to \
             z), digits and `_`, not beginning with `_` or `sqlite_`"
        );
        ctxt.error_at(view.name.span, message);
    }
}

/// A row is found by its key.
fn some_column_is_the_key(ctxt: &Ctxt, view: &View<'_>) {
    if view.key().next().is_none() {
        let message = "no column is the key: mark the field that a row is found by with `#[view(key)]`, or several, which are the key together";
        ctxt.error(&view.original.ident, message);
    }
    if let Some(column) = view.key().nth(LONGEST_KEY) {
        ctxt.error(column.field, format_args!("a key has at most {LONGEST_KEY} columns"));
    }
}

fn the_columns_are_not_too_many(ctxt: &Ctxt, view: &View<'_>) {
    if let Some(column) = view.columns.get(MOST_COLUMNS) {
        let message = format_args!(
            "a view has at most {MOST_COLUMNS} columns: put what is read together in a struct of its own, which is one column"
        );
        ctxt.error(column.field, message);
    }
}

/// To a database, names that differ in upper and lower case are one.
fn each_column_has_a_name_of_its_own(ctxt: &Ctxt, view: &View<'_>) {
    for (n, column) in view.columns.iter().enumerate() {
        let before = view.columns.iter().take(n).find(|before| before.name.eq_ignore_ascii_case(&column.name));
        if let Some(before) = before {
            let message = format_args!(
                "to a database, `{}` and `{}` are one name: give one of the columns another",
                before.name, column.name
            );
            ctxt.error(column.field, message);
        }
    }
}

/// The rows are in the order of their keys, so an index of what a key begins with would be a second one.
fn no_key_is_indexed_twice(ctxt: &Ctxt, view: &View<'_>) {
    if let Some(index) = view.key().next().and_then(|first| first.index.as_ref()) {
        ctxt.error(index, "rows are found by the first column of their key without an index: leave `index` out");
    }
}

/// A column holds nothing, or a value. (The compiler finds what is spelled otherwise.)
fn each_column_has_one_nothing(ctxt: &Ctxt, view: &View<'_>) {
    for column in &view.columns {
        if of_option(column.ty).and_then(of_option).is_some() {
            ctxt.error(
                column.ty,
                "an option of an option has two kinds of nothing, and a column has one: write an enum with a variant for each case",
            );
        }
    }
}

/// What is read from a table lives as long as its row.
fn each_column_owns_its_value(ctxt: &Ctxt, view: &View<'_>) {
    // That it has a lifetime is said already.
    let columns = view.columns.iter().filter(|_| view.original.generics.params.is_empty());
    for column in columns {
        let ty = of_option(column.ty).unwrap_or(column.ty);
        if matches!(ungrouped(ty), Type::Reference(_)) {
            ctxt.error(
                column.ty,
                "a column owns what it holds: write `String` in place of `&str`, `Vec<T>` of `&[T]`, or `T` of `&T`",
            );
        }
    }
}
