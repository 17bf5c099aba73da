//! Positions and versions as the numbers that SQLite keeps.

/// A place as SQLite keeps it.
pub(crate) fn to_sql(place: impl Into<u64>) -> rusqlite::Result<i64> {
    i64::try_from(place.into()).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))
}

/// A place as SQLite keeps it; beyond what it can keep, the greatest, where nothing ever stands.
pub(crate) fn to_sql_or_end(place: impl Into<u64>) -> i64 {
    i64::try_from(place.into()).unwrap_or(i64::MAX)
}

/// A place that SQLite gives.
pub(crate) fn from_sql<N: From<u64>>(place: i64) -> rusqlite::Result<N> {
    u64::try_from(place).map(N::from).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(0, place))
}
