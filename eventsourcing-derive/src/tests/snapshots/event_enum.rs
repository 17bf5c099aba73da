#[derive(
    ::eventsourcing::__private::serde::Serialize,
    ::eventsourcing::__private::serde::Deserialize,
)]
#[serde(crate = "::eventsourcing::__private::serde")]
/// What happens to a door.
#[derive(Debug, Clone)]
pub enum DoorEvent {
    /// It is put in.
    #[serde(rename = "Installed")]
    Installed { colour: String },
    #[serde(rename = "removed", alias = "gone")]
    Removed,
}
const _: () = {
    #[automatically_derived]
    impl ::eventsourcing::Event for DoorEvent {
        const KINDS: &'static [::eventsourcing::EventKind] = &[
            ::eventsourcing::EventKind::new("Installed"),
            ::eventsourcing::EventKind::new("removed").aliases(&["gone"]).discards(),
        ];
        fn kind(&self) -> &'static ::eventsourcing::EventKind {
            match self {
                Self::Installed { .. } => {
                    const { &::eventsourcing::EventKind::new("Installed") }
                }
                Self::Removed { .. } => {
                    const {
                        &::eventsourcing::EventKind::new("removed")
                            .aliases(&["gone"])
                            .discards()
                    }
                }
            }
        }
    }
};
