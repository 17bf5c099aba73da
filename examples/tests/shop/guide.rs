//! The page of the guide that walks through the shop.

/// Each part of the code on the page is in the shop, whole and as it is.
#[test]
fn the_guide_shows_this_shop() {
    let page = include_str!("../../../eventsourcing/src/guide/web.md");
    let shop = [
        include_str!("../../shop/domain/order.rs"),
        include_str!("../../shop/settlement.rs"),
        include_str!("../../shop/http.rs"),
        include_str!("../../shop/http/call.rs"),
        include_str!("../../shop/http/handlers.rs"),
    ];
    let blocks = page.split("```").skip(1).step_by(2).filter_map(|block| block.strip_prefix("rust\n"));
    let shown =
        blocks.inspect(|block| assert!(shop.iter().any(|file| file.contains(block)), "not in the shop:\n{block}"));
    assert!(shown.count() > 5);
}
