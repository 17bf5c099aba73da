//! Expectations that are wrong.

use std::time::UNIX_EPOCH;

use eventsourcing::testing::GivenEvent;

use crate::{DAY, OrderEvent, assert_says, failure, got, one, order, paid, payment};

#[test]
fn other_events_fail_with_a_difference() {
    let said = failure(|| drop(one().when((order(), paid(5))).then_commits([(payment(), got(4))])));
    assert_says(&said, "`Payment` has committed other events (`-` is expected, `+` is found)\n");
    let [order_id, payment_id] = [order().as_uuid(), payment().as_uuid()];
    assert_says(&said, &format!("\n+ Order/{order_id} Released {{}}"));
    assert_says(
        &said,
        &format!("\n- Payment/{payment_id} Got {{\"cents\":4}}\n+ Payment/{payment_id} Got {{\"cents\":5}}"),
    );
    let said = failure(|| drop(one().when((order(), paid(5))).then_no_commit()));
    assert_says(&said, &format!("`Payment` has committed events:\n  Order/{order_id} Released {{}}\n  Payment/"));
    let said = failure(|| {
        drop(one().advance(DAY).then_commits([GivenEvent::new(order(), OrderEvent::Cancelled)]));
    });
    assert_says(&said, &format!("\n- Order/{order_id} Cancelled {{}}"));
}

#[test]
fn other_timers_fail() {
    let said = failure(|| drop(one().advance(DAY).then_timer(order(), "overdue", UNIX_EPOCH + 15 * DAY)));
    assert_says(
        &said,
        "`Payment` has set the timer \"overdue\" of 00000000-0000-0000-0000-000000000001 for another time",
    );
    assert_says(&said, "\nexpected: UNIX_EPOCH + 1296000s\n  actual: UNIX_EPOCH + 1209600s");
    let said = failure(|| drop(one().advance(DAY).then_timer(order(), "soon", UNIX_EPOCH)));
    assert_says(
        &said,
        "`Payment` has no timer \"soon\" of 00000000-0000-0000-0000-000000000001; its timers are\n  \"overdue\" of ",
    );
    let said = failure(|| drop(one().advance(DAY).then_no_timer(order(), "overdue")));
    assert_says(&said, "which is due at UNIX_EPOCH + 1209600s");
}

#[test]
fn instances_that_are_parked_are_expected_or_fail() {
    one()
        .when((order(), paid(6)))
        .then_parked(order(), "6 is more than 5")
        .then_no_commit()
        .when((order(), paid(1)))
        .then_no_commit();
    let said = failure(|| drop(one().when((order(), paid(6))).then_no_commit()));
    assert_says(
        &said,
        "has parked instances: correct the handler, or expect it by `.then_parked(instance, \"why\")` before\n",
    );
    assert_says(&said, "with 1 that wait, because 6 is more than 5");
    let said = failure(|| drop(one().when((order(), paid(6))).then_parked(order(), "less")));
    assert_says(&said, "for another reason\nexpected: less\n  actual: 6 is more than 5");
    let said = failure(|| drop(one().when((order(), paid(5))).then_parked(order(), "")));
    assert_says(&said, "`Payment` has not parked 00000000-0000-0000-0000-000000000001, but\n  (no instances)");
    // The timer waits behind it.
    one()
        .when((order(), paid(6)))
        .then_parked(order(), "")
        .advance(15 * DAY)
        .then_no_timer(order(), "overdue")
        .then_no_commit();
}
