//! Texts that were checked: what has one of these types need not be looked at again.

use std::borrow::Cow;

use eventsourcing::unique::UniqueValue;
use serde::{Deserialize, Serialize};

macro_rules! checked_text {
    ($name:ident, $is_right:expr, $wanted:literal) => {
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(try_from = "String")]
        pub(crate) struct $name(pub(super) String);

        impl TryFrom<String> for $name {
            type Error = &'static str;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                let is_right: fn(&str) -> bool = $is_right;
                if is_right(&text) { Ok(Self(text)) } else { Err($wanted) }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

checked_text!(
    Name,
    |text| text.chars().count() <= 200 && !text.trim().is_empty() && !text.chars().any(char::is_control),
    "it is to have 1 to 200 characters, in one line"
);
checked_text!(
    Email,
    |text| text.len() <= 254
        && !text.chars().any(|c| c.is_whitespace() || c.is_control())
        && text.split_once('@').is_some_and(|(user, host)| !user.is_empty() && !host.is_empty()),
    "an e-mail address is written as `ann@example.org`"
);

/// Compared without regard to upper and lower case.
impl UniqueValue for Email {
    fn unique_text(&self) -> Cow<'_, str> {
        self.0.to_lowercase().into()
    }
}
