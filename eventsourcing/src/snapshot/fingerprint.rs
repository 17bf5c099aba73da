//! What the code is like that makes a state.

use std::any::TypeId;
use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::{LazyLock, PoisonError, RwLock};

use uuid::Uuid;

use crate::aggregate::{Aggregate, SnapshotSupport};
use crate::event::Event;
use crate::schema::Definitions;

/// The namespace of all fingerprints; a constant of the stored format.
const NAMESPACE: Uuid = Uuid::from_u128(0x8c0d_44a1_9a1e_5f0c_b7a8_31d5_20f6_e7c4);

static KNOWN: LazyLock<RwLock<HashMap<TypeId, Uuid>>> = LazyLock::new(RwLock::default);

/// The fingerprint of an aggregate: the fields of its state, and all that its mutators are given.
pub(super) fn fingerprint<A: Aggregate>(snapshots: &SnapshotSupport<A>) -> Uuid {
    let aggregate = TypeId::of::<A>();
    let known = KNOWN.read().unwrap_or_else(PoisonError::into_inner).get(&aggregate).copied();
    known.unwrap_or_else(|| {
        let made = Uuid::new_v5(&NAMESPACE, text(snapshots).as_bytes());
        KNOWN.write().unwrap_or_else(PoisonError::into_inner).insert(aggregate, made);
        made
    })
}

fn text<A: Aggregate>(snapshots: &SnapshotSupport<A>) -> String {
    let mut text = format!("{} {}", A::NAME, A::REVISION);
    let mut definitions = Definitions::default();
    for field in snapshots.fields {
        (field.shape.define)(&mut definitions);
        // Writing to a `String` does not fail.
        let _ = write!(text, "\n{}: {}", field.name, field.shape.ty);
    }
    let _ = write!(text, "\n{definitions:?}");
    for kind in A::Event::KINDS {
        let _ = write!(text, "\n{} {} {:?}", kind.name(), kind.schema_version(), kind.old_names());
        let _ = write!(text, " {}{}", kind.is_discard(), if kind.is_revival() { " revives" } else { "" });
    }
    for upcaster in A::Event::UPCASTERS {
        let _ = write!(text, "\n{} from {}", upcaster.name(), upcaster.from_version());
        if upcaster.revision != 0 {
            let _ = write!(text, " revision {}", upcaster.revision);
        }
    }
    let _ = write!(text, "\n{:?}", A::Event::RETIRED);
    text
}
