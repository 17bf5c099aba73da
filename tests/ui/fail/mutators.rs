use eventsourcing::prelude::*;

#[derive(Aggregate)]
struct Account {
    root: Root<Self>,
    balance: i64,
}

struct Overdrawn;

#[events]
impl Account {
    #[event(Opened)]
    fn open(owner: &str) -> Result<Self, Overdrawn> {
        Ok(Self { root: Root::new(), balance: 0 })
    }

    #[event(Withdrawn)]
    fn withdraw(&mut self, amount: i64) -> Result<(), Overdrawn> {
        Ok(())
    }

    #[event(Counted)]
    fn count(&mut self) -> i64 {
        self.balance
    }

    #[event(Awaited)]
    async fn wait(&mut self) {}

    #[event(Generic)]
    fn generic<T>(&mut self, value: T) {}

    #[event(Hidden)]
    fn hidden(&mut self, value: impl Into<String>) {}

    #[event(Constant)]
    const fn constant(&mut self) {}

    #[event(Dangerous)]
    unsafe fn dangerous(&mut self) {}

    #[event(Consumed)]
    fn consume(self) {}

    #[event(Looked)]
    fn look(&self) {}

    #[event(Detached)]
    fn detached() {}

    #[event(Pattern)]
    fn pattern(&mut self, (left, right): (i64, i64)) {}

    #[event(Exclusive)]
    fn exclusive(&mut self, name: &mut String) {}

    #[event(Nested)]
    fn nested(&mut self, name: Option<&str>) {}

    #[event(Left)]
    fn left_out(&mut self, name: std::borrow::Cow<str>, bytes: &Option<std::borrow::Cow<[u8]>>) {}

    #[event(Forever)]
    fn forever(&mut self, name: &'static str) {}

    #[event(Unsized)]
    fn any(&mut self, what: &dyn std::fmt::Debug, others: Vec<impl Into<String>>) {}

    #[event(Bound)]
    fn bound(&mut self)
    where
        String: Clone,
    {
    }

    #[event(Conditional)]
    fn conditional(&mut self, #[cfg(any())] gone: u8) {}
}

fn main() {}
