impl Account {
    /// Opens an account.
    #[event(Opened)]
    pub fn open(owner: &str) -> Self {
        Self { root: Root::new(), owner: owner.to_owned(), balance: 0 }
    }

    /// Adds to the balance.
    #[event(Deposited)]
    pub fn deposit(&mut self, amount: i64) {
        self.balance += amount;
    }

    /// A command: it decides, and records what it decided.
    pub fn withdraw(&mut self, amount: i64) -> Result<(), Overdrawn> {
        if amount > self.balance {
            return Err(Overdrawn { balance: self.balance, amount });
        }
        self.withdrawn(amount);
        Ok(())
    }

    #[event(Withdrawn)]
    fn withdrawn(&mut self, amount: i64) {
        self.balance -= amount;
    }

    pub fn balance(&self) -> i64 {
        self.balance
    }
}
