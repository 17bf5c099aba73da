//! An id, such as a name, that is used again after its aggregate was discarded.

use eventsourcing::StreamId;
use eventsourcing::prelude::{Aggregate, Application, Root, events};
use eventsourcing::store::{Commit, EventStore};

use super::*;

/// A user may register again.
#[derive(Aggregate, Clone, Debug, PartialEq)]
struct User {
    root: Root<Self>,
    mail: String,
    visits: u32,
}

#[events]
impl User {
    #[event(Registered, revives)]
    fn register(mail: &str) -> Self {
        Self { root: Root::named(mail), mail: mail.to_owned(), visits: 0 }
    }

    #[event(Visited)]
    fn visit(&mut self) {
        self.visits += 1;
    }

    #[event(Deregistered, discard)]
    fn deregister(&mut self) {}
}

/// A guest, of whom there is a snapshot at each save.
#[derive(Aggregate, Clone, Debug, PartialEq)]
#[aggregate(snapshot_every = 1)]
struct Guest {
    root: Root<Self>,
    visits: u32,
}

#[events]
impl Guest {
    #[event(Invited, revives)]
    fn invite(name: &str) -> Self {
        Self { root: Root::named(name), visits: 0 }
    }

    #[event(Came)]
    fn come(&mut self) {
        self.visits += 1;
    }

    #[event(Dismissed, discard)]
    fn dismiss(&mut self) {}
}

/// A licence may not be issued twice.
#[derive(Aggregate, Debug)]
struct Licence {
    root: Root<Self>,
}

#[events]
impl Licence {
    #[event(Issued)]
    fn issue(number: u32) -> Self {
        Self { root: Root::named(&number.to_string()) }
    }

    #[event(Revoked, discard)]
    fn revoke(&mut self) {}
}

/// A user who has visited three times and is gone, in a store.
fn gone(store: &Faulty) -> Repository<User> {
    let users = Repository::<User>::new(store.clone()).check_replay();
    let mut user = User::register("alice");
    (0..3).for_each(|_| user.visit());
    block_on(users.save(&mut user)).unwrap();
    block_on(users.update(user.id(), User::deregister)).unwrap();
    users
}

#[test]
fn starts_again_if_the_creating_event_says_so() {
    for store in stores() {
        let users = gone(&store);
        let mut again = User::register("alice");
        again.visit();
        assert_eq!(block_on(users.save(&mut again)).unwrap(), 7);
        let id = again.id();
        let loaded = block_on(users.get(id)).unwrap();
        assert_eq!((loaded.visits, loaded.version(), &loaded), (1, 7.into(), &again));
        assert!(block_on(users.contains(id)).unwrap());
        block_on(users.update(id, User::visit)).unwrap();
        assert_eq!(block_on(users.get_at(id, 4)).unwrap().visits, 3);
        assert!(block_on(users.get_at(id, 5)).is_err());
        assert_eq!(block_on(users.history(id)).unwrap().len(), 8);
        // And once more, by the one that loads or creates.
        block_on(users.update(id, User::deregister)).unwrap();
        let third = block_on(users.get_or_create(id, || User::register("alice"))).unwrap();
        assert_eq!((third.visits, third.version()), (0, 10.into()));
    }
}

#[derive(Application)]
struct Users {
    users: Repository<User>,
}

#[test]
fn any_number_starts_again_in_one_commit() {
    let app = Users::new(MemoryStore::new());
    let named = || (0..3_000).map(|number| User::register(&number.to_string())).collect::<Vec<_>>();
    let mut users = named();
    users.iter_mut().for_each(User::deregister);
    block_on(app.commit(&mut users)).unwrap();
    let mut again = named();
    assert_eq!(block_on(app.commit(&mut again)).unwrap(), 9_000);
    assert!(again.iter().all(|user| user.version() == 3));
    assert_eq!(block_on(app.users.get(again[17].id())).unwrap(), again[17]);
}

/// From the snapshot that was taken before the end, and from one that was taken after.
#[test]
fn starts_again_from_a_snapshot() {
    for store in stores() {
        let guests = Repository::<Guest>::new(store).check_replay();
        let mut guest = Guest::invite("alice");
        guest.come();
        block_on(guests.save(&mut guest)).unwrap();
        block_on(guests.update(guest.id(), Guest::dismiss)).unwrap();
        let mut again = Guest::invite("alice");
        again.come();
        again.come();
        block_on(guests.save(&mut again)).unwrap();
        block_on(guests.update(again.id(), Guest::come)).unwrap();
        let loaded = block_on(guests.get(again.id())).unwrap();
        assert_eq!((loaded.visits, loaded.version()), (3, 7.into()));
        assert_eq!(block_on(guests.get_at(again.id(), 5)).unwrap().visits, 1);
    }
}

/// One that is not gone is a conflict; and of two that start it again, one does.
#[test]
fn does_not_start_again_what_has_not_ended() {
    let (store, _) = repository();
    let users = gone(&store);
    let (mut first, mut second) = (User::register("alice"), User::register("alice"));
    block_on(users.save(&mut first)).unwrap();
    let refused = block_on(users.save(&mut second));
    assert!(matches!(refused, Err(SaveError::Conflict(_))), "{refused:?}");
    assert_eq!((second.pending_events().len(), head(&store)), (1, 6));
}

#[test]
fn a_repetition_under_a_given_id_starts_it_again_once() {
    for store in stores() {
        let (users, request) = (gone(&store), CommitId::named("request 19"));
        for _ in 0..2 {
            let mut again = User::register("alice");
            assert_eq!(block_on(users.save_with(request, &mut again)).unwrap(), 6);
            assert_eq!((again.version(), head(&store)), (6.into(), 6));
        }
        let other = block_on(users.update_with(request, Id::named("alice"), User::visit));
        assert!(matches!(other, Err(UpdateError::Save(SaveError::OtherCommit { .. }))), "{other:?}");
    }
}

#[test]
fn an_answer_that_is_lost_starts_it_again_once() {
    let (store, _) = repository();
    let users = gone(&store);
    let mut again = User::register("alice");
    // The first answer is the conflict.
    block_on(users.save(&mut again)).unwrap();
    again.visit();
    store.next(Answer::IsLost);
    assert_unknown(&block_on(users.save(&mut again)));
    assert_eq!(block_on(users.save(&mut again)).unwrap(), 7);
    assert_eq!((block_on(users.get(again.id())).unwrap().visits, head(&store)), (1, 7));
}

#[test]
fn is_refused_if_the_creating_event_does_not_say_so() {
    for store in stores() {
        let licences = Repository::<Licence>::new(store.clone());
        let mut licence = Licence::issue(7);
        licence.revoke();
        block_on(licences.save(&mut licence)).unwrap();
        let mut again = Licence::issue(7);
        let refused = block_on(licences.save(&mut again)).unwrap_err();
        assert!(matches!(&refused, SaveError::Discarded { .. }), "{refused:?}");
        assert!(
            refused.to_string().contains("under another id, or mark the event that creates it with `revives`"),
            "{refused}"
        );
        let refused = block_on(licences.get_or_create(again.id(), || Licence::issue(7)));
        assert!(matches!(refused, Err(UpdateError::Save(SaveError::Discarded { .. }))), "{refused:?}");
        assert_eq!((again.pending_events().len(), head(&store)), (1, 2));
        block_on(licences.save(&mut Licence::issue(8))).unwrap();
    }
}

#[test]
fn a_scenario_goes_on_with_the_second_life() {
    use eventsourcing::testing::Scenario;

    let registered = || UserEvent::Registered { mail: "alice".to_owned() };
    Scenario::<User>::given([registered(), UserEvent::Visited, UserEvent::Deregistered, registered()])
        .when(User::visit)
        .then([UserEvent::Visited])
        .then_state(|user| assert_eq!((user.visits, user.version()), (1, 5.into())));
}

/// As another program may have stored it, which knows of no end, or an older release, in which that event was none.
#[test]
fn what_stands_behind_the_end_decides_alike_for_all_who_ask() {
    type Behind = &'static [&'static str];
    let behind: [(Behind, bool); 7] = [
        (&[], false),
        (&["Visited"], true),
        (&["Visited", "Deregistered"], false),
        (&["Visited", "Deregistered", "Visited"], true),
        (&["Registered"], true),
        (&["Registered", "Deregistered"], false),
        (&["Visited", "Registered"], true),
    ];
    for store in stores() {
        for (case, (behind, is_there)) in behind.into_iter().enumerate() {
            let (users, guests) = (Repository::<User>::new(store.clone()), Repository::<Guest>::new(store.clone()));
            let mut user = User::register(&format!("alice {case}"));
            user.deregister();
            block_on(users.save(&mut user)).unwrap();
            let mut guest = Guest::invite(&format!("alice {case}"));
            guest.come();
            block_on(guests.save(&mut guest)).unwrap();
            block_on(guests.update(guest.id(), Guest::dismiss)).unwrap();
            let mut commit = Commit::new();
            let mut append = commit.append(StreamId::new("User", user.id().as_uuid()), 2).unwrap();
            for name in behind {
                let payload: &[u8] = if *name == "Registered" { br#"{"mail":"m"}"# } else { b"{}" };
                append = append.event(*name, 1, payload).unwrap();
            }
            let mut append = commit.append(StreamId::new("Guest", guest.id().as_uuid()), 3).unwrap();
            for name in behind {
                let (name, payload): (_, &[u8]) = match *name {
                    "Registered" => ("Invited", br#"{"name":"m"}"#),
                    "Visited" => ("Came", b"{}"),
                    _ => ("Dismissed", b"{}"),
                };
                append = append.event(name, 1, payload).unwrap();
            }
            block_on(EventStore::commit(&store, commit)).unwrap();
            let listed: Vec<Id<User>> = block_on(users.ids().next_page()).unwrap();
            let of_user = (
                block_on(users.contains(user.id())).unwrap(),
                block_on(users.find(user.id())).unwrap().is_some(),
                listed.contains(&user.id()),
                block_on(users.update(user.id(), User::visit)).is_ok(),
            );
            assert_eq!(of_user, (is_there, is_there, is_there, is_there), "{behind:?}");
            let of_guest = (
                block_on(guests.contains(guest.id())).unwrap(),
                block_on(guests.find(guest.id())).unwrap().is_some(),
                block_on(guests.update(guest.id(), Guest::come)).is_ok(),
            );
            assert_eq!(of_guest, (is_there, is_there, is_there), "{behind:?}");
            // From the snapshot that this update has taken, as from the events.
            assert_eq!(block_on(guests.contains(guest.id())).unwrap(), block_on(guests.get(guest.id())).is_ok());
        }
    }
}
