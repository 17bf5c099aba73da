//! Types that JSON has no form for each value of, found by the compiler.
#![expect(
    clippy::indexing_slicing,
    reason = "`const` has no iterators; the compiler runs this, and an index out of bounds ends it"
)]

use super::locked::Message;
use crate::schema::{Shape, Type};

/// Fails to compile if some value of a type would not come back from JSON as what it was. What cannot be seen is verified when it is stored.
#[track_caller]
pub const fn assert_storable(shape: Shape) {
    check(&shape.ty);
}

#[track_caller]
const fn check(ty: &Type) {
    match ty {
        Type::Plain(_) | Type::Opaque(_) => {}
        Type::Optional(of) => {
            if is_null(of) {
                Message::new()
                    .text("`")
                    .ty(ty)
                    .text("` would lose a value: JSON has one `null` for `Some` of nothing and for `None`. Write an enum with a variant ")
                    .text("for each case, such as `enum Change { Keep, Clear, Set(String) }`")
                    .panic();
            }
            check(of);
        }
        Type::List(of) | Type::Array(of, _) => check(of),
        Type::Map(key, value) => {
            if !may_be_key(key) {
                key_is_no_text(ty, key);
            }
            check(value);
        }
        Type::Tuple(parts) | Type::Named(_, parts) | Type::UnitEnum(_, parts) => {
            let mut n = 0;
            while n < parts.len() {
                check(parts[n]);
                n += 1;
            }
        }
    }
}

#[track_caller]
const fn key_is_no_text(map: &Type, key: &Type) {
    let message = Message::new()
        .text("`")
        .ty(map)
        .text("` cannot be stored: the keys of a JSON object are texts, and `")
        .ty(key)
        .text("` is not stored as one. Write a list of pairs, or a key that is a text, a number, a `bool`, an id, an enum of ")
        .text("unit variants, or a newtype of one of these");
    let Type::Named(name, _) = key else { return message.panic() };
    message
        .text(". Where serde does store `")
        .ty(key)
        .text("` as a text, implement `Schema` for it by hand, with `Type::Plain(\"")
        .text(name)
        .text("\")` as its `TYPE`")
        .panic();
}

/// Whether some value of it is `null`.
const fn is_null(ty: &Type) -> bool {
    match ty {
        Type::Optional(_) => true,
        Type::Plain(name) => is(name.as_bytes(), b"()"),
        Type::List(_)
        | Type::Array(..)
        | Type::Map(..)
        | Type::Tuple(_)
        | Type::Named(..)
        | Type::UnitEnum(..)
        | Type::Opaque(_) => false,
    }
}

/// Whether it may be stored as a text; of an opaque type that is not seen here.
const fn may_be_key(ty: &Type) -> bool {
    match ty {
        Type::Plain(name) => {
            let name = name.as_bytes();
            !is(name, b"()") && !is(name, b"Duration") && !is(name, b"SystemTime")
        }
        Type::UnitEnum(..) | Type::Opaque(_) => true,
        Type::Optional(_) | Type::List(_) | Type::Array(..) | Type::Map(..) | Type::Tuple(_) | Type::Named(..) => false,
    }
}

const fn is(name: &[u8], other: &[u8]) -> bool {
    let mut n = 0;
    while n < name.len() && n < other.len() && name[n] == other[n] {
        n += 1;
    }
    n == name.len() && n == other.len()
}
