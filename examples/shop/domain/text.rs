//! Texts that were checked: what has one of these types need not be looked at again.

use std::borrow::Cow;

use eventsourcing::unique::UniqueValue;
use nutype::nutype;

/// How it is to be.
type Wanted = &'static str;

#[nutype(
    validate(with = check_name, error = Wanted),
    derive(Clone, Debug, Display, PartialEq, Eq, Serialize, Deserialize)
)]
pub(crate) struct Name(String);

fn check_name(text: &str) -> Result<(), Wanted> {
    let is_right = text.chars().count() <= 200 && !text.trim().is_empty() && !text.contains(char::is_control);
    is_right.then_some(()).ok_or("it is to have 1 to 200 characters, in one line")
}

#[nutype(
    validate(with = check_email, error = Wanted),
    derive(AsRef, Clone, Debug, Display, PartialEq, Eq, Serialize, Deserialize)
)]
pub(crate) struct Email(String);

fn check_email(text: &str) -> Result<(), Wanted> {
    let is_one_word = text.len() <= 254 && !text.contains(|c: char| c.is_whitespace() || c.is_control());
    let has_host = text.split_once('@').is_some_and(|(user, host)| !user.is_empty() && !host.is_empty());
    (is_one_word && has_host).then_some(()).ok_or("an e-mail address is written as `ann@example.org`")
}

/// Compared without regard to upper and lower case.
impl UniqueValue for Email {
    fn unique_text(&self) -> Cow<'_, str> {
        self.as_ref().to_lowercase().into()
    }
}
