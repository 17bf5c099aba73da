//! An `impl` block under `#[projection]`.

use syn::{LitInt, Type};

use crate::args::{Ignored, ProjectionArgs, is_on_mark};
use crate::ast::function::Function;
use crate::ast::impl_block::ImplBlock;
use crate::ast::of_enum::{self, OfEnum};
use crate::ast::row_handler::{self, Form, RowHandler};
use crate::ast::self_type::SelfType;
use crate::ast::sql;
use crate::crate_path::CratePath;
use crate::ctxt::Ctxt;
use crate::names::StoredName;

pub(crate) struct Projection<'a> {
    pub(crate) original: &'a ImplBlock,
    pub(crate) krate: CratePath,
    pub(crate) version: u32,
    pub(crate) ty: &'a Type,
    pub(crate) handlers: Vec<RowHandler<'a>>,
    pub(crate) ignored: Vec<Ignored>,
    /// What it is if it is in SQL.
    pub(crate) sql: Option<InSql<'a>>,
    /// Whether there are handlers that could not be read, so that nothing can be said of what is missing.
    pub(crate) is_incomplete: bool,
}

/// A projection in SQL.
pub(crate) struct InSql<'a> {
    pub(crate) name: StoredName,
    /// What makes the tables. Without it, that is reported.
    pub(crate) setup: Option<&'a Function>,
}

impl<'a> Projection<'a> {
    pub(crate) fn from_impl(ctxt: &Ctxt, args: ProjectionArgs, original: &'a ImplBlock) -> Option<Self> {
        if let Some((path, _)) = &original.trait_ {
            ctxt.error(path, "`#[projection]` goes on the row type's own `impl` block, not on that of a trait");
            return None;
        }
        let row = SelfType::new(ctxt, &original.self_ty, "#[projection]")?;
        for parameter in &original.generics.params {
            ctxt.error(parameter, "the rows of a view are of one type: write the `impl` block without parameters");
        }
        if args.version.is_none() {
            let message =
                "the handlers have no version: write `#[projection(version = 1)]`, and raise it when they change";
            ctxt.error(&original.self_ty, message);
        }
        let version = args.version.as_ref().map_or(1, |version| self::version(ctxt, version));
        let functions: Vec<_> = original.functions().collect();
        let sql = sql::is_in_sql(&functions).then(|| InSql {
            name: StoredName::new(ctxt, args.name.as_ref(), &row.ident),
            setup: sql::setup(ctxt, &functions, &original.self_ty),
        });
        if sql.is_none() {
            sql::check_is_no_part_of_rows(ctxt, &functions, args.name.as_ref());
        }
        let (mut handlers, mut is_incomplete) = (Vec::new(), original.has_unread());
        for function in functions {
            for mark in function.attrs.iter().filter(|attribute| is_on_mark(attribute)) {
                match row_handler::handler(ctxt, &row, sql.is_some(), mark, function) {
                    Some(handler) => handlers.push(handler),
                    None => is_incomplete = true,
                }
            }
        }
        let ty = &original.self_ty;
        Some(Self { original, krate: args.krate, version, ty, handlers, ignored: args.ignored, sql, is_incomplete })
    }

    /// What is done with the events, by their enums.
    pub(crate) fn by_enum(&self) -> Vec<OfEnum<'_, 'a, Form>> {
        of_enum::by_enum(&self.handlers, &self.ignored)
    }
}

fn version(ctxt: &Ctxt, literal: &LitInt) -> u32 {
    let number = literal.base10_parse().ok().filter(|number| *number > 0);
    if number.is_none() {
        ctxt.error(literal, format_args!("the version of a projection is a number from 1 to {}", u32::MAX));
    }
    number.unwrap_or(1)
}
