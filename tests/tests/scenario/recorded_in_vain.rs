//! What a command records before it returns an error.

use super::*;

#[test]
fn what_is_recorded_before_a_rejection_fails() {
    let said = failure(|| {
        Scenario::<Account>::given([opened()])
            .when(|account| {
                account.deposit(1);
                account.withdraw(9)
            })
            .then_rejected(Overdrawn { balance: 1, amount: 9 });
    });
    assert_says(
        &said,
        "what it recorded before is not stored, because it returned an error (`Ok` with the refusal keeps it)\n  Deposited {\"amount\":1}",
    );
}

#[test]
fn what_is_recorded_before_a_rejection_is_said_where_it_was_expected() {
    let said = failure(|| {
        Scenario::<Account>::given([opened()])
            .when(|account| {
                account.deposit(1);
                account.withdraw(9)
            })
            .then([deposited(1)]);
    });
    assert_says(
        &said,
        "is not stored, because it returned an error (`Ok` with the refusal keeps it)\n  Deposited {\"amount\":1}",
    );
}
