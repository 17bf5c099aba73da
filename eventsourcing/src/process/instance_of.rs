//! What names an instance of a process.

use uuid::Uuid;

use crate::aggregate::{Aggregate, Id};

/// What names an instance of a process, as `id = ..` of its handlers says it: the id of any aggregate or a UUID, which is then that of the instance too; or a
/// text, whose instance is the one of [`Id::named`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not name an instance of `{P}`",
    label = "not an id",
    note = "an instance is named by an `Id<..>` of any aggregate, a `Uuid`, or a text, as `Id::named` takes it"
)]
pub trait InstanceOf<P> {
    /// The instance.
    fn instance(&self) -> Id<P>;
}

impl<P, A> InstanceOf<P> for Id<A> {
    fn instance(&self) -> Id<P> {
        Id::from(self.as_uuid())
    }
}

impl<P> InstanceOf<P> for Uuid {
    fn instance(&self) -> Id<P> {
        Id::from(*self)
    }
}

impl<P: Aggregate> InstanceOf<P> for str {
    fn instance(&self) -> Id<P> {
        Id::named(self)
    }
}

impl<P: Aggregate> InstanceOf<P> for String {
    fn instance(&self) -> Id<P> {
        Id::named(self)
    }
}

#[diagnostic::do_not_recommend]
impl<P, T: InstanceOf<P> + ?Sized> InstanceOf<P> for &T {
    fn instance(&self) -> Id<P> {
        T::instance(self)
    }
}
