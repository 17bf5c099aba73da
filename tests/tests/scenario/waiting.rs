//! Commands that wait.

use super::*;

#[test]
fn a_command_may_wait() {
    pollster::block_on(async {
        Scenario::<Account>::given([opened()])
            .when_async(async |account| {
                std::future::ready(()).await;
                account.deposit(1);
            })
            .await
            .then([deposited(1)]);
        Scenario::<Account>::given([opened()])
            .when_async(async |account| account.withdraw(9))
            .await
            .then_rejected(Overdrawn { balance: 0, amount: 9 });
        Scenario::<Account>::given_nothing().when_async(async || Account::open("alice")).await.then([opened()]);
    });
    let said = failure(|| drop(pollster::block_on(Scenario::<Account>::given([opened()]).when_async(async |_| ()))));
    assert_says(&said, "asserts nothing");
}
