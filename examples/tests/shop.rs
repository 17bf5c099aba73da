//! The shop over HTTP, by a client on a real port.
#![allow(dead_code, reason = "the program uses what these tests do not")]
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic on what it does not expect")]

#[path = "shop/client.rs"]
mod client;
#[path = "shop/guide.rs"]
mod guide;
#[path = "shop/overdue.rs"]
mod overdue;
#[path = "shop/pages.rs"]
mod pages;
#[path = "shop/problems.rs"]
mod problems;
#[path = "shop/race.rs"]
mod race;
#[path = "shop/repeated.rs"]
mod repeated;
#[path = "../shop/shop.rs"]
mod shop;
#[path = "shop/stopped.rs"]
mod stopped;
#[path = "shop/story.rs"]
mod story;
