//! Serde's rules for `rename_all`. <https://serde.rs/container-attrs.html#rename_all>

use syn::LitStr;

use crate::ctxt::Ctxt;

const RULES: [&str; 8] = [
    "lowercase",
    "UPPERCASE",
    "PascalCase",
    "camelCase",
    "snake_case",
    "SCREAMING_SNAKE_CASE",
    "kebab-case",
    "SCREAMING-KEBAB-CASE",
];

/// One of the rules.
#[derive(Clone, Copy)]
pub(crate) struct CaseRule(&'static str);

impl CaseRule {
    pub(crate) fn written(ctxt: &Ctxt, literal: &LitStr) -> Option<Self> {
        let rule = RULES.iter().find(|rule| **rule == literal.value());
        if rule.is_none() {
            let listed: Vec<_> = RULES.iter().map(|rule| format!("`{rule}`")).collect();
            ctxt.error(literal, format_args!("unknown case `{}`; known here: {}", literal.value(), listed.join(", ")));
        }
        rule.map(|rule| Self(rule))
    }

    pub(crate) const fn name(self) -> &'static str {
        self.0
    }
}

/// A field's name under such a rule; serde knows it in snake case.
pub(crate) fn of_field(rule: Option<&str>, field: &str) -> String {
    let words: Vec<_> = field.split('_').map(str::to_owned).collect();
    renamed(rule, &words).unwrap_or_else(|| field.to_owned())
}

/// A variant's name under such a rule; serde knows it in camel case.
pub(crate) fn of_variant(rule: Option<&str>, variant: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    for letter in variant.chars() {
        match words.last_mut() {
            Some(word) if !letter.is_uppercase() => word.push(letter),
            _ => words.push(letter.to_string()),
        }
    }
    match rule {
        Some("lowercase") => variant.to_ascii_lowercase(),
        Some("UPPERCASE") => variant.to_ascii_uppercase(),
        rule => renamed(rule, &words).unwrap_or_else(|| variant.to_owned()),
    }
}

fn renamed(rule: Option<&str>, words: &[String]) -> Option<String> {
    let pascal = || words.iter().map(|word| with_first(word, |first| first.to_ascii_uppercase())).collect::<String>();
    Some(match rule? {
        "lowercase" | "snake_case" => words.join("_").to_ascii_lowercase(),
        "UPPERCASE" | "SCREAMING_SNAKE_CASE" => words.join("_").to_ascii_uppercase(),
        "kebab-case" => words.join("-").to_ascii_lowercase(),
        "SCREAMING-KEBAB-CASE" => words.join("-").to_ascii_uppercase(),
        "PascalCase" => pascal(),
        "camelCase" => with_first(&pascal(), |first| first.to_ascii_lowercase()),
        _ => return None,
    })
}

fn with_first(word: &str, change: impl Fn(char) -> char) -> String {
    let mut letters = word.chars();
    letters.next().into_iter().map(change).chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::{of_field, of_variant};

    #[test]
    fn names_are_what_serde_makes_of_them() {
        let rules = [
            ("lowercase", "outcome_kind", "verytasty"),
            ("UPPERCASE", "OUTCOME_KIND", "VERYTASTY"),
            ("PascalCase", "OutcomeKind", "VeryTasty"),
            ("camelCase", "outcomeKind", "veryTasty"),
            ("snake_case", "outcome_kind", "very_tasty"),
            ("SCREAMING_SNAKE_CASE", "OUTCOME_KIND", "VERY_TASTY"),
            ("kebab-case", "outcome-kind", "very-tasty"),
            ("SCREAMING-KEBAB-CASE", "OUTCOME-KIND", "VERY-TASTY"),
        ];
        for (rule, field, variant) in rules {
            assert_eq!(
                (&*of_field(Some(rule), "outcome_kind"), &*of_variant(Some(rule), "VeryTasty")),
                (field, variant)
            );
        }
        assert_eq!((&*of_field(None, "a_b"), &*of_variant(None, "AB")), ("a_b", "AB"));
    }
}
