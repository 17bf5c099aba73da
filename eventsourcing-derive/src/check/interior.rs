//! The state of an aggregate changes by events alone: what can change through a `&self` is no part of it.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens as _;

use crate::ast::aggregate::Aggregate;
use crate::ctxt::Ctxt;

/// What the standard library has for changing a value through `&`, but for what is often another type's name: `Cell`.
const KNOWN: [&str; 8] = ["LazyCell", "LazyLock", "Mutex", "OnceCell", "OnceLock", "RefCell", "RwLock", "UnsafeCell"];

/// Refuses what is known by its name, wherever in a type it stands. The compiler finds the rest (`expand::aggregate`), but not behind a pointer.
pub(super) fn aggregate(ctxt: &Ctxt, item: &Aggregate<'_>) {
    for field in &item.changed_by_events {
        if let Some(name) = interior_mutable(field.ty.to_token_stream()) {
            ctxt.error(
                &field.ty,
                format_args!(
                    "only events change the state, and `{name}` changes without one, through `&self`: write a plain type, or mark what is no part \
                     of the state, such as a cache, with `#[aggregate(interior_mutable)]`"
                ),
            );
        }
    }
}

fn interior_mutable(ty: TokenStream) -> Option<String> {
    let mut tokens = ty.into_iter();
    tokens.find_map(|token| match token {
        TokenTree::Ident(ident) => {
            let name = ident.to_string();
            (KNOWN.contains(&&*name) || is_atomic(&name)).then_some(name)
        }
        TokenTree::Group(group) => interior_mutable(group.stream()),
        TokenTree::Punct(_) | TokenTree::Literal(_) => None,
    })
}

/// `AtomicBool`, `AtomicI64`, ..
fn is_atomic(name: &str) -> bool {
    let Some(of) = name.strip_prefix("Atomic") else { return false };
    ["Bool", "Ptr", "Isize", "Usize"].contains(&of)
        || of.strip_prefix(['I', 'U']).is_some_and(|bits| ["8", "16", "32", "64", "128"].contains(&bits))
}
