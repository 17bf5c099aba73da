//! What a store around another passes on.

/// The methods of `EventStore` that a store leaves to the one in its field, by their names.
///
/// ```text
/// impl EventStore for Flaky {
///     fn commit(..) { .. }
///
///     eventsourcing_tests::forward!(inner: read_stream read_log list_streams head wait_past id limits snapshots turns);
///
///     fn blocking(..) { .. }
/// }
/// ```
#[macro_export]
macro_rules! forward {
    ($inner:ident: $($method:ident)*) => {
        $($crate::forward!(@$method $inner);)*
    };
    (@commit $inner:ident) => {
        fn commit(
            &self,
            commit: ::eventsourcing::store::Commit,
        ) -> ::eventsourcing::store::BoxFuture<
            '_,
            Result<::eventsourcing::store::Committed, ::eventsourcing::error::CommitError>,
        > {
            self.$inner.commit(commit)
        }
    };
    (@read_stream $inner:ident) => {
        fn read_stream<'a>(
            &'a self,
            read: ::eventsourcing::store::StreamRead,
            visit: &'a mut ::eventsourcing::store::Visit<'_>,
        ) -> ::eventsourcing::store::BoxFuture<
            'a,
            Result<::eventsourcing::store::Page<::eventsourcing::Version>, ::eventsourcing::error::ReadError>,
        > {
            self.$inner.read_stream(read, visit)
        }
    };
    (@read_log $inner:ident) => {
        fn read_log<'a>(
            &'a self,
            read: ::eventsourcing::store::LogRead,
            visit: &'a mut ::eventsourcing::store::Visit<'_>,
        ) -> ::eventsourcing::store::BoxFuture<
            'a,
            Result<::eventsourcing::store::Page<::eventsourcing::Position>, ::eventsourcing::error::ReadError>,
        > {
            self.$inner.read_log(read, visit)
        }
    };
    (@list_streams $inner:ident) => {
        fn list_streams(
            &self,
            list: ::eventsourcing::store::StreamList,
        ) -> ::eventsourcing::store::BoxFuture<
            '_,
            Result<::eventsourcing::store::StreamPage, ::eventsourcing::error::StoreError>,
        > {
            self.$inner.list_streams(list)
        }
    };
    (@head $inner:ident) => {
        fn head(
            &self,
        ) -> ::eventsourcing::store::BoxFuture<
            '_,
            Result<::eventsourcing::Position, ::eventsourcing::error::StoreError>,
        > {
            self.$inner.head()
        }
    };
    (@wait_past $inner:ident) => {
        fn wait_past(
            &self,
            position: ::eventsourcing::Position,
        ) -> ::eventsourcing::store::BoxFuture<
            '_,
            Result<::eventsourcing::Position, ::eventsourcing::error::StoreError>,
        > {
            self.$inner.wait_past(position)
        }
    };
    (@id $inner:ident) => {
        fn id(&self) -> ::eventsourcing::store::StoreId {
            self.$inner.id()
        }
    };
    (@limits $inner:ident) => {
        fn limits(&self) -> ::eventsourcing::store::Limits {
            self.$inner.limits()
        }
    };
    (@snapshots $inner:ident) => {
        fn snapshots(&self) -> Option<&dyn ::eventsourcing::store::SnapshotStore> {
            self.$inner.snapshots()
        }
    };
    (@turns $inner:ident) => {
        fn turns(&self) -> Option<&::eventsourcing::store::Turns> {
            self.$inner.turns()
        }
    };
}
