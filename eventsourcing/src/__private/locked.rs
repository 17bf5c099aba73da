//! A type held against what `events.lock` says it was, by the compiler.
#![expect(
    clippy::indexing_slicing,
    reason = "`const` has no iterators; the compiler runs this, and an index out of bounds ends it"
)]

use crate::schema::{Shape, Type};

/// Fails to compile if a field is stored as another type than it was, unless it was made optional. What could not be seen into then is not
/// compared.
#[track_caller]
pub const fn assert_stored_as(now: Shape, locked: &str, what: &str, help: &str) {
    let text = locked.as_bytes();
    let same = ends(text, eat(&now.ty, text, 0));
    let made_optional = if let Type::Optional(of) = now.ty { ends(text, eat(of, text, 0)) } else { false };
    if same || made_optional || starts_with(text, 0, "opaque(") {
        return;
    }
    let message = Message::new().text(what).text(" was released as `").text(locked).text("` (events.lock) and is `");
    message.ty(&now.ty).text("` now: ").text(help).panic();
}

/// Fails to compile if a field must be there.
#[track_caller]
pub const fn assert_optional(now: Shape, why: &str, what: &str, help: &str) {
    if !matches!(now.ty, Type::Optional(_)) {
        Message::new().text(what).text(" ").text(why).text(": ").text(help).panic();
    }
}

/// No place in a text.
const NOWHERE: usize = usize::MAX;

const fn ends(text: &[u8], at: usize) -> bool {
    at == text.len()
}

/// Where a text goes on after a type that stands at this place in it, or nowhere.
const fn eat(ty: &Type, text: &[u8], at: usize) -> usize {
    match ty {
        Type::Plain(name) | Type::Named(name, []) | Type::UnitEnum(name, []) => eat_text(text, at, name),
        Type::Optional(of) => eat_text(text, eat(of, text, eat_text(text, at, "Option<")), ">"),
        Type::List(of) => eat_text(text, eat(of, text, eat_text(text, at, "[")), "]"),
        Type::Array(of, len) => {
            let number = Message::new().number(*len);
            let at = eat_text(text, eat(of, text, eat_text(text, at, "[")), "; ");
            eat_text(text, eat_text(text, at, number.as_str()), "]")
        }
        Type::Map(key, value) => {
            let at = eat_text(text, eat(key, text, eat_text(text, at, "{")), ": ");
            eat_text(text, eat(value, text, at), "}")
        }
        Type::Tuple(parts) => eat_text(text, eat_all(parts, text, eat_text(text, at, "(")), ")"),
        Type::Named(name, of) | Type::UnitEnum(name, of) => {
            let at = eat_text(text, eat_text(text, at, name), "<");
            eat_text(text, eat_all(of, text, at), ">")
        }
        // However it was spelled.
        Type::Opaque(_) => eat_parentheses(text, eat_text(text, at, "opaque")),
    }
}

const fn eat_all(types: &[&Type], text: &[u8], mut at: usize) -> usize {
    let mut n = 0;
    while n < types.len() {
        if n > 0 {
            at = eat_text(text, at, ", ");
        }
        at = eat(types[n], text, at);
        n += 1;
    }
    at
}

const fn eat_text(text: &[u8], at: usize, expected: &str) -> usize {
    if at != NOWHERE && starts_with(text, at, expected) { at + expected.len() } else { NOWHERE }
}

const fn eat_parentheses(text: &[u8], mut at: usize) -> usize {
    let mut depth = 0;
    while at < text.len() {
        match text[at] {
            b'(' => depth += 1,
            b')' => depth -= 1,
            _ => {}
        }
        at += 1;
        if depth == 0 {
            return at;
        }
    }
    NOWHERE
}

const fn starts_with(text: &[u8], at: usize, expected: &str) -> bool {
    let expected = expected.as_bytes();
    let mut n = 0;
    while n < expected.len() && at + n < text.len() && text[at + n] == expected[n] {
        n += 1;
    }
    n == expected.len()
}

/// A message that the compiler composes; what is longer is cut.
pub(super) struct Message {
    bytes: [u8; Self::MOST],
    len: usize,
}

impl Message {
    const MOST: usize = 1024;

    pub(super) const fn new() -> Self {
        Self { bytes: [0; Self::MOST], len: 0 }
    }

    pub(super) const fn text(mut self, text: &str) -> Self {
        let text = text.as_bytes();
        let mut n = 0;
        while n < text.len() && self.len < Self::MOST {
            self.bytes[self.len] = text[n];
            self.len += 1;
            n += 1;
        }
        self
    }

    const fn number(self, number: usize) -> Self {
        let digit = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"][number % 10];
        if number < 10 { self.text(digit) } else { self.number(number / 10).text(digit) }
    }

    pub(super) const fn ty(self, ty: &Type) -> Self {
        match ty {
            Type::Plain(name) | Type::Named(name, []) | Type::UnitEnum(name, []) => self.text(name),
            Type::Optional(of) => self.text("Option<").ty(of).text(">"),
            Type::List(of) => self.text("[").ty(of).text("]"),
            Type::Array(of, len) => self.text("[").ty(of).text("; ").number(*len).text("]"),
            Type::Map(key, value) => self.text("{").ty(key).text(": ").ty(value).text("}"),
            Type::Tuple(parts) => self.text("(").types(parts).text(")"),
            Type::Named(name, of) | Type::UnitEnum(name, of) => self.text(name).text("<").types(of).text(">"),
            Type::Opaque(spelled) => self.text("opaque(").text(spelled).text(")"),
        }
    }

    const fn types(mut self, types: &[&Type]) -> Self {
        let mut n = 0;
        while n < types.len() {
            if n > 0 {
                self = self.text(", ");
            }
            self = self.ty(types[n]);
            n += 1;
        }
        self
    }

    const fn as_str(&self) -> &str {
        match str::from_utf8(self.bytes.split_at(self.len).0) {
            Ok(text) => text,
            Err(_) => "a stored type has changed (events.lock)",
        }
    }

    #[track_caller]
    #[expect(clippy::panic, reason = "what the compiler shows")]
    pub(super) const fn panic(&self) {
        panic!("{}", self.as_str());
    }
}
