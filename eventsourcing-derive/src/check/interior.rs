//! The state of an aggregate changes by events alone: what can change through a `&self` is no part of it.

use proc_macro2::TokenStream;
use quote::ToTokens as _;

use crate::ast::aggregate::Aggregate;
use crate::ctxt::Ctxt;
use crate::tokens::words;

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
    words(ty).into_iter().find(|name| KNOWN.contains(&&**name) || is_atomic(name))
}

/// `AtomicBool`, `AtomicI64`, ..
fn is_atomic(name: &str) -> bool {
    let Some(of) = name.strip_prefix("Atomic") else { return false };
    ["Bool", "Ptr", "Isize", "Usize"].contains(&of)
        || of.strip_prefix(['I', 'U']).is_some_and(|bits| ["8", "16", "32", "64", "128"].contains(&bits))
}
