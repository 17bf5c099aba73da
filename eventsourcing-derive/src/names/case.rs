//! Serde's rules for `rename_all`. <https://serde.rs/container-attrs.html#rename_all>

use syn::LitStr;

use crate::ctxt::Ctxt;

const RULES: [(&str, CaseRule); 8] = [
    ("lowercase", CaseRule::Lower),
    ("UPPERCASE", CaseRule::Upper),
    ("PascalCase", CaseRule::Pascal),
    ("camelCase", CaseRule::Camel),
    ("snake_case", CaseRule::Snake),
    ("SCREAMING_SNAKE_CASE", CaseRule::ScreamingSnake),
    ("kebab-case", CaseRule::Kebab),
    ("SCREAMING-KEBAB-CASE", CaseRule::ScreamingKebab),
];

/// One of the rules.
#[derive(Clone, Copy)]
pub(crate) enum CaseRule {
    Lower,
    Upper,
    Pascal,
    Camel,
    Snake,
    ScreamingSnake,
    Kebab,
    ScreamingKebab,
}

impl CaseRule {
    /// The rule that serde knows under a name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        RULES.iter().find(|(rule, _)| *rule == name).map(|(_, rule)| *rule)
    }

    pub(crate) fn written(ctxt: &Ctxt, literal: &LitStr) -> Option<Self> {
        let rule = Self::named(&literal.value());
        if rule.is_none() {
            let listed = RULES.map(|(rule, _)| format!("`{rule}`")).join(", ");
            ctxt.error(literal, format_args!("unknown case `{}`; known here: {listed}", literal.value()));
        }
        rule
    }

    fn rename(self, words: &[String]) -> String {
        let pascal =
            || words.iter().map(|word| with_first(word, |first| first.to_ascii_uppercase())).collect::<String>();
        match self {
            Self::Lower | Self::Snake => words.join("_").to_ascii_lowercase(),
            Self::Upper | Self::ScreamingSnake => words.join("_").to_ascii_uppercase(),
            Self::Kebab => words.join("-").to_ascii_lowercase(),
            Self::ScreamingKebab => words.join("-").to_ascii_uppercase(),
            Self::Pascal => pascal(),
            Self::Camel => with_first(&pascal(), |first| first.to_ascii_lowercase()),
        }
    }
}

/// A field's name under such a rule; serde knows it in snake case.
pub(crate) fn of_field(rule: Option<CaseRule>, field: &str) -> String {
    let words: Vec<_> = field.split('_').map(str::to_owned).collect();
    rule.map_or_else(|| field.to_owned(), |rule| rule.rename(&words))
}

/// A variant's name under such a rule; serde knows it in camel case.
pub(crate) fn of_variant(rule: Option<CaseRule>, variant: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    for letter in variant.chars() {
        match words.last_mut() {
            Some(word) if !letter.is_uppercase() => word.push(letter),
            _ => words.push(letter.to_string()),
        }
    }
    match rule {
        None => variant.to_owned(),
        Some(CaseRule::Lower) => variant.to_ascii_lowercase(),
        Some(CaseRule::Upper) => variant.to_ascii_uppercase(),
        Some(rule) => rule.rename(&words),
    }
}

fn with_first(word: &str, change: impl Fn(char) -> char) -> String {
    let mut letters = word.chars();
    letters.next().into_iter().map(change).chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::{CaseRule, of_field, of_variant};

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
        for (name, field, variant) in rules {
            let rule = CaseRule::named(name);
            assert!(rule.is_some(), "{name}");
            assert_eq!((&*of_field(rule, "outcome_kind"), &*of_variant(rule, "VeryTasty")), (field, variant));
        }
        assert_eq!((&*of_field(None, "a_b"), &*of_variant(None, "AB")), ("a_b", "AB"));
    }
}
