//! Those that may not be there yet.

use super::*;

#[test]
fn one_that_is_created_meanwhile_is_found() {
    each(|store, bank, ids, calls| {
        let mut found = Vec::new();
        let sum = calls.update(bank, CommitOptions::new(), (&ids, Optional(fund())), |(accounts, fund)| {
            found.push(fund.is_some());
            if found.len() == 1 {
                block_on(bank.funds.save(&mut Fund::raise("roof"))).unwrap();
            }
            collect(accounts, fund)
        });
        assert_eq!((sum.unwrap(), found, head(store)), (12, vec![false, true], 6 + 1 + 4));
    });
}

#[test]
fn that_there_is_none_still_holds_when_the_others_are_saved() {
    each(|store, bank, ids, calls| {
        let mut found = Vec::new();
        calls
            .update(bank, CommitOptions::new(), (ids[0], Optional(fund())), |(account, fund)| {
                found.push(fund.is_some());
                if found.len() == 1 {
                    block_on(bank.funds.save(&mut Fund::raise("roof"))).unwrap();
                }
                account.deposit(1);
            })
            .unwrap();
        assert_eq!((found, head(store)), (vec![false, true], 8));
    });
}

#[test]
fn one_that_was_discarded_is_not_there() {
    each(|store, bank, ids, calls| {
        let mut gone = Fund::raise("roof");
        gone.dissolve();
        block_on(bank.funds.save(&mut gone)).unwrap();
        calls
            .update(bank, CommitOptions::new(), (ids[0], Optional(fund())), |(account, fund)| {
                assert!(fund.is_none());
                account.deposit(1);
            })
            .unwrap();
        assert_eq!(head(store), 9);
        let refused = calls
            .update(bank, CommitOptions::new(), (&ids, Optional(fund())), |(accounts, fund)| collect(accounts, fund));
        assert!(matches!(refused, Err(UpdateError::Save(SaveError::Discarded { .. }))), "{refused:?}");
        assert_eq!(head(store), 9);
    });
}

#[test]
fn one_from_elsewhere_is_not_the_one_that_is_created_or_found() {
    each(|store, bank, ids, calls| {
        #[track_caller]
        fn assert_other(refused: &Result<(), UpdateError<std::convert::Infallible>>) {
            assert!(matches!(refused, Err(UpdateError::Save(SaveError::OtherAggregate { .. }))), "{refused:?}");
        }
        // It was created meanwhile, and is loaded.
        assert_other(&calls.update(bank, CommitOptions::new(), (ids[0], Optional(fund())), |(_, fund)| {
            let mut created = Fund::raise("roof");
            block_on(bank.funds.save(&mut created)).unwrap();
            created.gather(1);
            *fund = Some(created);
        }));
        // It was found, and is made again.
        assert_other(&calls.update(bank, CommitOptions::new(), (ids[0], Optional(fund())), |(_, fund)| {
            *fund = Some(Fund::raise("roof"));
        }));
        assert_eq!(head(store), 7);
    });
}
