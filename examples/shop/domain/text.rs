//! Texts that were checked: what has one of these types need not be looked at again.

use std::borrow::Cow;

use eventsourcing::unique::UniqueValue;
use nutype::nutype;

/// One line.
#[nutype(
    validate(predicate = |name| !name.trim().is_empty() && !name.contains(char::is_control), len_char_max = 200),
    derive(Clone, Debug, Display, PartialEq, Eq, Serialize, Deserialize)
)]
pub(crate) struct Name(String);

#[nutype(
    validate(predicate = is_email, len_char_max = 254),
    derive(AsRef, Clone, Debug, Display, PartialEq, Eq, Serialize, Deserialize)
)]
pub(crate) struct Email(String);

fn is_email(text: &str) -> bool {
    let has_both = text.split_once('@').is_some_and(|(user, host)| !user.is_empty() && !host.is_empty());
    has_both && !text.contains(|c: char| c.is_whitespace() || c.is_control())
}

/// Compared without regard to upper and lower case.
impl UniqueValue for Email {
    fn unique_text(&self) -> Cow<'_, str> {
        self.as_ref().to_lowercase().into()
    }
}
