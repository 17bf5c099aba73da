//! Whether the application that a handler names in `cx` is that of the process, seen by the compiler.

use crate::process::Reaction;

/// The reaction, for a handler whose `cx` spells the application as `B`.
#[doc(hidden)]
pub fn cx_of<'c, 'r, B, App: SameApp<B>>(cx: &'c mut Reaction<'r, App>) -> &'c mut Reaction<'r, B> {
    App::same(cx)
}

#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`cx` is of the application `{B}`, and this process of `{Self}`",
    label = "not the application of the process",
    note = "write `cx: &mut Reaction<'_, {Self}>`, or name the other one in `#[process(app = ..)]`"
)]
pub trait SameApp<B>: Sized {
    fn same<'c, 'r>(cx: &'c mut Reaction<'r, Self>) -> &'c mut Reaction<'r, B>;
}

#[diagnostic::do_not_recommend]
impl<App> SameApp<App> for App {
    fn same<'c, 'r>(cx: &'c mut Reaction<'r, Self>) -> &'c mut Reaction<'r, App> {
        cx
    }
}
