//! What is found beside a block, and what is not.

use super::{Neighbours, Sought, imports, in_text, may_matter};

const BLOCK: &str = "impl<T> Account<T> where T: Money { #[event(Opened)] fn open() -> Self { Self::new(\"}\") } }";

const OF_EVENTS: Sought<'static> =
    Sought { mark: "events", aggregate: "Account", event_enum: Some("AccountEvent"), is_part: true };

fn beside(before: &str, after: &str) -> Neighbours {
    let text = format!("{before} #[events(crate = ::es)]\n{} {after}", BLOCK.replace(' ', "  "));
    let found = in_text(&text, &BLOCK.parse().unwrap(), OF_EVENTS);
    assert!(may_matter(&text, OF_EVENTS) || found == Neighbours::default(), "{text}");
    found
}

#[test]
fn an_enum_and_blocks_of_the_same_module_are_found() {
    let with_enum = Neighbours { has_enum: true, ..Neighbours::default() };
    assert_eq!(beside("#[derive(Debug)] pub enum AccountEvent { A }", ""), with_enum);
    assert_eq!(beside("mod inner { fn main() { type AccountEvent = u8;", "} }"), with_enum);
    let below = Neighbours { has_block_below: true, ..Neighbours::default() };
    assert_eq!(beside("", "#[eventsourcing::events]\nimpl super::Account<Eur> { fn close(&mut self) {} }"), below);
    let above = Neighbours { has_block_above: true, ..Neighbours::default() };
    assert_eq!(beside("#[events]\nimpl<T> Account<T> where Account<T>: Clone {}", ""), above);
}

#[test]
fn a_block_on_the_same_line_is_above_and_one_beside_the_type_elsewhere() {
    let above = Neighbours { has_block_above: true, ..Neighbours::default() };
    assert_eq!(beside("#[events] impl Account {} ", ""), above);
    for (before, after) in [
        ("struct Account; #[events] impl Account {} mod inner {", "}"),
        ("mod inner {", "} struct Account; #[events] impl Account {}"),
    ] {
        assert_eq!(beside(before, after), above, "{before} {after}");
    }
    let two = "mod other { struct Account; #[events] impl Account {} } mod inner { struct Account;";
    assert_eq!(beside(two, "}"), Neighbours::default(), "each is of its own type");
}

#[test]
fn what_is_imported_from_a_crate_is_found() {
    let of = |text: &str| {
        let mut names: Vec<_> = imports::in_tokens(text.parse().unwrap(), &["rand"]).into_iter().collect();
        names.sort();
        names
    };
    assert_eq!(of("mod a { use rand::random; }"), ["random"]);
    assert_eq!(of("pub use ::rand::{Rng, prelude::{rng as chance}};"), ["Rng", "as", "chance", "prelude", "rng"]);
    assert!(of("use crate::rand::random; use other::random; fn random() { rand::random() }").is_empty());
}

#[test]
fn what_is_elsewhere_conditional_or_of_others_is_not() {
    for (before, after) in [
        ("", ""),
        ("mod other { enum AccountEvent {} }", ""),
        ("use other::AccountEvents; enum AccountEvents {}", ""),
        ("#[cfg(feature = \"own\")] enum AccountEvent {}", ""),
        ("impl Account {}", "impl Account {}"),
        ("#[events]\nimpl Ledger<Account> where Account: Clone {}", "#[events]\nimpl AccountBook {}"),
        ("#[cfg(windows)]\n#[events]\nimpl Account {}", ""),
        ("mod other { #[events]\nimpl Account {} }", ""),
        (&format!("enum AccountEvent {{}} mod other {{ {BLOCK} }}"), ""),
    ] {
        assert_eq!(beside(before, after), Neighbours::default(), "{before} {after}");
    }
    let other = in_text("enum AccountEvent {}", &BLOCK.parse().unwrap(), OF_EVENTS);
    assert_eq!(other, Neighbours::default(), "the block is not in the file");
}

#[test]
fn a_block_under_another_attribute_is_another() {
    let of_process = Sought { mark: "process", event_enum: None, ..OF_EVENTS };
    let beside = |before: &str| in_text(&format!("{before} {BLOCK}"), &BLOCK.parse().unwrap(), of_process);
    let block = "impl Account {} enum AccountEvent {} #[process(app = Bank)]";
    assert_eq!(beside(&format!("#[events] {block}")), Neighbours::default());
    let above = Neighbours { has_block_above: true, ..Neighbours::default() };
    assert_eq!(beside(&format!("#[process(app = Bank)] {block}")), above);
}
