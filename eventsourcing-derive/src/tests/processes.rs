//! Processes.

use expect_test::expect_file;
use proc_macro2::TokenStream;
use quote::quote;

use super::prints;
use crate::macros;

#[test]
fn a_process() {
    let payment = quote! {
        impl Payment {
            #[starts(OrderEvent::Placed, id = at.id())]
            async fn placed(at: &At<shop::Order>, total: &u64, cx: &mut Reaction<'_, Shop>) -> Self {
                cx.timer("overdue", at.recorded_at());
                Self::await_money(at.id(), *total)
            }

            #[cfg(feature = "refunds")]
            #[continues(OrderEvent::Cancelled, id = at.id())]
            fn cancelled(&mut self, #[field(at)] _when: u32) -> Result<(), Refused> {
                if self.due > 0 && self.is_late() { self.give_up(self.due)?; }
                Ok(())
            }

            #[starts_or_continues(invoices::InvoiceEvent::Sent, id = number)]
            fn sent(this: Option<Self>, number: String) -> Result<Self, Refused> { this.ok_or(Refused) }

            #[timer("overdue")]
            async fn overdue(&mut self, cx: &mut Reaction<'_, Shop>) {
                self.settle(self.due, |due| due, &[self.due]).await;
                self.give_up(1);
            }

            fn give_up(&mut self, cents: u64) -> Result<(), Refused> { self.got(cents) }

            fn plain(&self) {}
        }
    };
    let args = quote!(app = Shop, ignore(OrderEvent::Released, invoices::InvoiceEvent::..), crate = ::es);
    prints(&macros::process(args, &payment, None), &expect_file!["snapshots/process.rs"]);
}

#[test]
fn mistakes_of_a_process_leave_its_functions() {
    let payment = quote! {
        impl Payment {
            #[starts(OrderEvent::Placed)]
            fn placed(at: &At<Order>) -> Self { Self::await_money(at.id()) }

            #[continues(OrderEvent::Paid, id = at.id())]
            fn paid(&mut self, #[field(cx)] of: u8) { self.due = 0; }

            #[timer(OVERDUE)]
            fn overdue(&mut self) {}
        }
    };
    prints(&macros::process(TokenStream::new(), &payment, None), &expect_file!["snapshots/process_fallback.rs"]);
}

/// What a body becomes.
fn body(written: &TokenStream) -> String {
    let process = quote! {
        impl Payment {
            #[timer("due")]
            fn due(&mut self, cx: &mut Reaction<'_, Shop>) { #written }

            #[starts(OrderEvent::Placed, id = at.id())]
            fn placed(at: &At<Order>, cx: &mut Reaction<'_, Shop>) -> Self { cx.timer("due", at.recorded_at()); Self::of(at) }
        }
    };
    let output = macros::process(quote!(app = Shop), &process, None).to_string();
    assert!(!output.contains("compile_error"), "{output}");
    let (_, body) = output.split_once("fn due (& mut self , cx : & mut Reaction < '_ , Shop >) {").unwrap();
    body.split_once("} # [allow").unwrap().0.trim().to_owned()
}

#[test]
fn a_body_reads_the_process_and_lends_it_to_its_methods() {
    for (written, becomes) in [
        (quote!(self.due), "(& * self) . due"),
        (quote!(self.0.notes[1].len()), "(& * self) . 0 . notes [1] . len ()"),
        (quote!(self.got(1)), "self . __lend_to_got () . got (1)"),
        (quote!(self.r#type()), "self . __lend_to_type () . r#type ()"),
        (quote!(self.parse::<u8>()?.x), "self . __lend_to_parse () . parse :: < u8 > () ? . x"),
        (
            quote!(self.got(1, self.due).await),
            "(match (1 , (& * self) . due ,) { (__argument_0 , __argument_1 ,) => self . __lend_to_got () . got (__argument_0 , __argument_1 ,) }) . await",
        ),
        (
            quote!(self.with(|due| due + self.due)),
            "(match () { () => self . __lend_to_with () . with (| due | due + (& * self) . due ,) })",
        ),
        (
            quote!(self.got(self.least(self.due))),
            "(match ((match ((& * self) . due ,) { (__argument_0 ,) => self . __lend_to_least () . least (__argument_0 ,) }) ,) { \
             (__argument_0 ,) => self . __lend_to_got () . got (__argument_0 ,) })",
        ),
        (quote!(let Self { due, .. } = self;), "let Self { due , .. } = (& * self) ;"),
        (quote!(*self = other), "* (& * self) = other"),
        (quote!(println!("{self} {}", self.got(1))), "println ! (\"{self} {}\" , self . __lend_to_got () . got (1))"),
        (quote!(self::free(self)), "self :: free ((& * self))"),
        (
            quote!(struct Own; impl Own { fn new(self) -> u8 { self.x } }),
            "struct Own ; impl Own { fn new (self) -> u8 { self . x } }",
        ),
        (quote!(self.due()), "self . due ()"),
    ] {
        assert_eq!(body(&written), becomes, "{written}");
    }
}

#[test]
fn a_body_that_cannot_be_read_stays_as_it_is_and_is_refused() {
    let process = super::parsed(
        "impl Payment {
             #[continues(OrderEvent::Placed, id = at.id())]
             fn placed(&mut self) { self.got(self.) }
         }",
    );
    let output = macros::process(quote!(app = Shop), &process, None).to_string();
    assert!(output.contains("fn placed (& mut self) { self . got (self .) }"), "{output}");
    assert_eq!(output.matches("\"this item cannot be read here: ").count(), 1, "{output}");
}

#[test]
fn timers_that_may_be_set_elsewhere_are_not_missed() {
    let refuses = |set: TokenStream| {
        let process = quote! {
            impl Payment {
                #[starts(OrderEvent::Placed, id = at.id())]
                fn placed(at: &At<Order>, cx: &mut Reaction<'_, Shop>) -> Self { #set Self::of(at) }

                #[timer("due")]
                fn due(&mut self) {}
            }
        };
        macros::process(quote!(app = Shop), &process, None).to_string().contains("the timer `due` is never set")
    };
    assert!(refuses(quote!(cx.cancel("due");)));
    assert!(refuses(quote!(cx.timer_of("due");)));
    for set in [
        quote!(cx.timer("due", at.recorded_at());),
        quote!(if at.is_late() {
            each.iter().for_each(|of| cx.timer("due", of));
        }),
        quote!(cx.timer(Self::DUE, at.recorded_at());),
        quote!(cx.timer(concat!("d", "ue"), at.recorded_at());),
        quote!(set_all(cx);),
        quote!(Reaction::timer(cx, "due", at.recorded_at());),
    ] {
        assert!(!refuses(set.clone()), "{set}");
    }
}
