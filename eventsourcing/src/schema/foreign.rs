//! The shapes of types that are not the user's.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, LinkedList, VecDeque};
use std::marker::PhantomData;
use std::num::NonZero;
use std::rc::Rc;
use std::sync::Arc;

use crate::schema::{Definitions, Schema, Type};

macro_rules! plain {
    ($($ty:ty => $name:literal)*) => {
        $(impl Schema for $ty {
            const TYPE: Type = Type::Plain($name);
        })*
    };
}

plain! {
    bool => "bool" char => "char" f32 => "f32" f64 => "f64" () => "()"
    i8 => "i8" i16 => "i16" i32 => "i32" i64 => "i64" i128 => "i128" isize => "isize"
    u8 => "u8" u16 => "u16" u32 => "u32" u64 => "u64" u128 => "u128" usize => "usize"
    str => "String" String => "String" std::path::Path => "String" std::path::PathBuf => "String"
    NonZero<i8> => "NonZero<i8>" NonZero<i16> => "NonZero<i16>" NonZero<i32> => "NonZero<i32>"
    NonZero<i64> => "NonZero<i64>" NonZero<u8> => "NonZero<u8>" NonZero<u16> => "NonZero<u16>"
    NonZero<u32> => "NonZero<u32>" NonZero<u64> => "NonZero<u64>" NonZero<usize> => "NonZero<usize>"
    std::time::Duration => "Duration" std::time::SystemTime => "SystemTime"
    std::net::IpAddr => "IpAddr" std::net::Ipv4Addr => "Ipv4Addr" std::net::Ipv6Addr => "Ipv6Addr"
    uuid::Uuid => "Uuid"
}

impl<T> Schema for PhantomData<T> {
    const TYPE: Type = Type::Plain("()");
}

macro_rules! wrapping {
    ($shape:ident: $($ty:ty)*) => {
        $(impl<T: Schema> Schema for $ty {
            const TYPE: Type = Type::$shape(&T::TYPE);

            fn define(definitions: &mut Definitions) {
                T::define(definitions);
            }
        })*
    };
}

wrapping!(Optional: Option<T>);
wrapping!(List: Vec<T> [T] VecDeque<T> LinkedList<T> BinaryHeap<T> BTreeSet<T>);

impl<T: Schema, S> Schema for HashSet<T, S> {
    const TYPE: Type = Type::List(&T::TYPE);

    fn define(definitions: &mut Definitions) {
        T::define(definitions);
    }
}

impl<T: Schema, const N: usize> Schema for [T; N] {
    const TYPE: Type = Type::Array(&T::TYPE, N);

    fn define(definitions: &mut Definitions) {
        T::define(definitions);
    }
}

macro_rules! transparent {
    ($($ty:ty)*) => {
        $(impl<T: Schema + ?Sized> Schema for $ty {
            const TYPE: Type = T::TYPE;

            fn define(definitions: &mut Definitions) {
                T::define(definitions);
            }
        })*
    };
}

transparent!(Box<T> Rc<T> Arc<T> &T);

impl<T: Schema + ToOwned + ?Sized> Schema for Cow<'_, T> {
    const TYPE: Type = T::TYPE;

    fn define(definitions: &mut Definitions) {
        T::define(definitions);
    }
}

macro_rules! map {
    ($($name:ident $($hasher:ident)?),*) => {
        $(impl<K: Schema, V: Schema $(, $hasher)?> Schema for $name<K, V $(, $hasher)?> {
            const TYPE: Type = Type::Map(&K::TYPE, &V::TYPE);

            fn define(definitions: &mut Definitions) {
                K::define(definitions);
                V::define(definitions);
            }
        })*
    };
}

map!(BTreeMap, HashMap S);

macro_rules! tuple {
    ($($name:ident)*) => {
        impl<$($name: Schema),*> Schema for ($($name,)*) {
            const TYPE: Type = Type::Tuple(&[$(&$name::TYPE),*]);

            fn define(definitions: &mut Definitions) {
                $($name::define(definitions);)*
            }
        }
    };
}

tuple!(A);
tuple!(A B);
tuple!(A B C);
tuple!(A B C D);
tuple!(A B C D E);
tuple!(A B C D E F);
tuple!(A B C D E F G);
tuple!(A B C D E F G H);
