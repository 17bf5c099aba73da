use eventsourcing::prelude::*;

/// All mistakes of an item at once.
#[derive(View, Clone)]
#[view(named = "balance", crate = eventsourcing)]
pub struct Mistakes {
    #[view(keys)]
    id: u8,
    #[view(index, index)]
    owner: String,
    #[view(key = "owner")]
    Owner: String,
}

#[derive(View, Clone)]
pub struct NoKey {
    id: u8,
}

#[derive(View, Clone)]
pub struct LongKey {
    #[view(key)]
    a: u8,
    #[view(key)]
    b: u8,
    #[view(key)]
    c: u8,
    #[view(key)]
    d: u8,
    #[view(key)]
    e: u8,
}

#[derive(View, Clone)]
pub struct IndexedKey {
    #[view(key, index)]
    id: u8,
}

#[derive(View, Clone)]
pub struct Generic<'a, T> {
    #[view(key)]
    id: &'a T,
}

#[derive(View, Clone)]
pub struct Tuple(u8);

#[derive(View, Clone)]
pub enum Either {
    One,
}

#[derive(View, Clone)]
#[view(name = "")]
pub struct NoName {
    #[view(key)]
    id: u8,
}

#[derive(View, Clone)]
#[view(name = "a view")]
pub struct Spaced {
    #[view(key)]
    id: u8,
}

#[derive(View, Clone)]
pub struct _Hidden {
    #[view(key)]
    id: u8,
}

#[derive(View, Clone)]
#[view(name = "SQLite_view")]
pub struct Reserved {
    #[view(key)]
    id: u8,
}

#[derive(View, Clone)]
pub struct Größen {
    #[view(key)]
    id: u8,
}

#[derive(View, Clone)]
pub struct ThisNameIsLongerThanANameOfATableAndAFileIsToBeOnEachSystemThatThereIs {
    #[view(key)]
    id: u8,
}

/// What a key may be, the compiler knows too.
#[derive(View, Clone)]
pub struct KeyType {
    #[view(key)]
    id: Option<u8>,
}

/// The same of several columns.
#[derive(View, Clone)]
pub struct KeyTypes {
    #[view(key)]
    id: Option<u8>,
    #[view(key)]
    weight: f64,
}

#[derive(Clone)]
pub struct NoSerde;

/// What a column takes, the compiler knows.
#[derive(View, Clone)]
pub struct ColumnTypes {
    #[view(key)]
    id: u8,
    none: NoSerde,
    some: Option<NoSerde>,
}

#[derive(View, Clone)]
pub struct IndexTypes {
    #[view(key)]
    id: u8,
    #[view(index)]
    none: NoSerde,
}

#[derive(View, Clone)]
pub struct Nothings {
    #[view(key)]
    id: u8,
    change: Option<Option<u8>>,
}

#[derive(View, Clone)]
pub struct Borrowed {
    #[view(key)]
    id: u8,
    name: &'static str,
    nickname: Option<&'static str>,
    #[view(index)]
    tags: &'static [String],
}

#[derive(View)]
pub struct NoClone {
    #[view(key)]
    id: u8,
}

fn main() {}
