//! Systems that keep no names for datagrams: readers in other processes look after their poll interval.

#[derive(Debug)]
pub(crate) struct Bell;

impl Bell {
    pub(crate) const fn new(_: Option<[u8; 16]>) -> Self {
        Self
    }

    pub(crate) const fn ring(&self) {}

    pub(crate) fn listen(&self, _: impl Fn() + Send + 'static, _: impl Fn() -> bool + Send + 'static) -> bool {
        false
    }
}
