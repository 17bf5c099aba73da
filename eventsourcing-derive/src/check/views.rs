//! Rules about the rows of a view.

use crate::ast::spelled::of_option;
use crate::ast::view::View;
use crate::ctxt::Ctxt;

/// The most columns of a key; the runtime's own limit.
const LONGEST_KEY: usize = 4;

pub(super) fn view(ctxt: &Ctxt, view: &View<'_>) {
    some_column_is_the_key(ctxt, view);
    each_column_has_a_name_of_its_own(ctxt, view);
    no_key_is_indexed_twice(ctxt, view);
    each_column_has_one_nothing(ctxt, view);
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
