//! What becomes of an item that is not finished, or that cannot be read.

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};
use quote::{ToTokens as _, quote};

use super::parsed;
use crate::ast::impl_block::{BlockItem, ImplBlock};
use crate::macros;

/// Where the words `self` and the closing braces stand.
fn places(tokens: TokenStream) -> Vec<(usize, usize)> {
    let place = |span: Span| (span.start().line, span.start().column);
    tokens
        .into_iter()
        .flat_map(|token| match token {
            TokenTree::Ident(word) if word == "self" => vec![place(word.span())],
            TokenTree::Group(group) => {
                let mut all = places(group.stream());
                all.extend((group.delimiter() == Delimiter::Brace).then(|| place(group.span_close())));
                all
            }
            _ => Vec::new(),
        })
        .collect()
}

#[test]
fn what_is_not_finished_costs_itself_and_stays_in_its_place() {
    let account = parsed(
        "impl Account {
             #[event(Opened)]
             fn open() -> Self { Self { root: Root::new(), balance: 0 } }

             #[event(Deposited)]
             fn deposit(&mut self, amount: i64) { self.balance += ; }

             fn field(&mut self) { self. }

             fn field_beside_self_type(&mut self) { if Self::LIMIT > *self { self. } }

             #[event(Lost)]
             fn lost(&mut self, #[serde(default)] amount: ) { self.balance = amount; }

             #[event(Half)]
             fn
         }",
    );
    let written = places(account.clone());
    let output = macros::events(TokenStream::new(), &account, None);
    let printed = places(output.clone());
    // The block's own brace is that of another block now.
    let lost: Vec<_> = written.iter().filter(|place| !printed.contains(place)).collect();
    assert_eq!(lost, [&(17, 9)]);
    let text = output.to_string();
    assert!(text.contains("fn field (& mut self) { self . }"), "{text}");
    assert!(text.contains("enum AccountEvent { # [doc = \" The event `Opened`.\"] Opened , # [doc"), "{text}");
    assert!(text.contains("fn lost (& mut self , amount :) { self . balance = amount ; }"), "{text}");
    assert!(!text.contains("# [event") && !text.contains("compile_error"), "{text}");
    assert_eq!(text.matches("\"this item cannot be read here: ").count(), 2, "{text}");
}

#[test]
fn a_trait_without_dyn_is_named() {
    let account = quote! {
        impl Account {
            #[event(Opened)]
            fn open() -> Self { Self { root: Root::new() } }

            fn price(&mut self, of: Box<FnOnce(u8) -> u8>) -> u8 { of(1) }
        }
    };
    let text = macros::events(TokenStream::new(), &account, None).to_string();
    assert!(text.contains("\"this item cannot be read here: write `dyn FnOnce(..)`\""), "{text}");
}

#[test]
fn items_end_where_they_end() {
    let block = parsed(
        "#[a] impl<const N: usize> Account<N> where [(); { N }]: Sized {
             const SIZES: [usize; { 2 }] = { fn two() -> usize { 2 } [two(); 2] };
             const CALLED: fn(u8) -> u8 = { |byte| { byte } };
             type Same = Account<{ N }>;
             made! { fn not_an_item() {} }
             path::made!(fn);
             fn of<const M: usize>(other: Account<{ M }>, each: fn(u8) -> Account<{ 1 }>) -> Account<{ N }> { { 1 }; 2 }
             #[b(fn c)] pub(crate) async unsafe extern \"C\" fn raw(self: &Self) -> impl Fn(u8) + use<N> where Same<{ 1 }>: Sized {}
         }",
    );
    let read = ImplBlock::parse(block.clone()).unwrap();
    let unread = read.items.iter().filter(|item| matches!(item, BlockItem::Unread { .. })).count();
    assert_eq!((read.items.len(), unread), (7, 0));
    let text = |tokens: TokenStream| tokens.to_string().replace(' ', "");
    assert_eq!(text(read.to_token_stream()), text(block));
}
