//! What commands call.

use std::collections::HashSet;

use crate::ast::events::Events;
use crate::ast::function::Function;
use crate::expand::command_body::calls_macro;
use crate::tokens::words;

/// What the commands call on their own `self`: what they name, or a macro may.
pub(super) struct Called {
    names: HashSet<String>,
    is_open: bool,
}

impl Called {
    pub(super) fn in_commands(events: &Events<'_>) -> Self {
        let bodies = || events.commands().map(|command| command.original.block.stream());
        Self { names: bodies().flat_map(words).collect(), is_open: bodies().any(calls_macro) }
    }

    pub(super) fn has(&self, function: &Function) -> bool {
        function.sig.receiver().is_some() && (self.is_open || self.names.contains(&function.sig.ident.to_string()))
    }
}
