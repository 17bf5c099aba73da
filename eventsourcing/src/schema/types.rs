//! What a value is stored as.

use std::fmt;

/// What a value is stored as. Types that are stored alike have one shape: a `Vec` and a set are both lists.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Type {
    /// A number, a text, and what else has no parts: `i64`.
    Plain(&'static str),
    /// A value that may be absent or `null`: `Option<i64>`.
    Optional(&'static Self),
    /// Any number of values: `[i64]`.
    List(&'static Self),
    /// So many values: `[i64; 3]`.
    Array(&'static Self, usize),
    /// Keys with values: `{String: i64}`.
    Map(&'static Self, &'static Self),
    /// Values of several shapes: `(String, i64)`.
    Tuple(&'static [&'static Self]),
    /// A type with a [`Definition`](crate::schema::Definition) of its own, and what it is generic over: `Page<i64>`.
    Named(&'static str, &'static [&'static Self]),
    /// The same of an enum whose variants hold nothing, each stored as its name, so that it can be the key of a map: `Colour`.
    UnitEnum(&'static str, &'static [&'static Self]),
    /// A type without `Schema`, as it is spelled: `opaque(DateTime<Utc>)`. The spelling is for readers only.
    Opaque(&'static str),
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Plain(name) | Self::Named(name, []) | Self::UnitEnum(name, []) => f.write_str(name),
            Self::Optional(of) => write!(f, "Option<{of}>"),
            Self::List(of) => write!(f, "[{of}]"),
            Self::Array(of, len) => write!(f, "[{of}; {len}]"),
            Self::Map(key, value) => write!(f, "{{{key}: {value}}}"),
            Self::Tuple(parts) => {
                f.write_str("(")?;
                separated(f, parts)?;
                f.write_str(")")
            }
            Self::Named(name, of) | Self::UnitEnum(name, of) => {
                write!(f, "{name}<")?;
                separated(f, of)?;
                f.write_str(">")
            }
            Self::Opaque(spelled) => write!(f, "opaque({spelled})"),
        }
    }
}

fn separated(f: &mut fmt::Formatter<'_>, types: &[&Type]) -> fmt::Result {
    for (n, of) in types.iter().enumerate() {
        write!(f, "{}{of}", if n == 0 { "" } else { ", " })?;
    }
    Ok(())
}
