//! Whether a source file is the same tokens in all editions. rustc reads text that a macro gives it in the edition of the macro's crate, and refuses
//! what is reserved there, as `#"x"#` since 2024 and `a"x"` since 2021, although the crate that the file is of may say so.

/// Whether nothing in the text is reserved in a later edition. What is commented out, or stands in a literal, is not looked at.
pub(super) fn reads_alike(mut text: &str) -> bool {
    while let Some(first) = text.chars().next() {
        let rest = if let Some(comment) = text.strip_prefix("//") {
            Some(after(comment, "\n"))
        } else if let Some(comment) = text.strip_prefix("/*") {
            Some(after_comment(comment))
        } else if let Some(literal) = text.strip_prefix('"') {
            Some(after_quoted(literal, '"'))
        } else if let Some(literal) = text.strip_prefix('\'') {
            Some(after_tick(literal))
        } else if is_of_word(first) {
            let (word, rest) = text.split_at(text.find(|letter| !is_of_word(letter)).unwrap_or(text.len()));
            after_word(word, rest)
        } else {
            let is_reserved = text.starts_with("#\"") || text.starts_with("##");
            text.strip_prefix(first).filter(|_| !is_reserved)
        };
        match rest {
            Some(rest) => text = rest,
            None => return false,
        }
    }
    true
}

fn is_of_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

/// What stands after a word and the literal that it is the prefix of; `None` if it is no prefix.
fn after_word<'t>(word: &str, rest: &'t str) -> Option<&'t str> {
    let is_raw = ["r", "br", "cr"].contains(&word);
    let unguarded = rest.trim_start_matches('#');
    match (word, unguarded.strip_prefix('"')) {
        (_, Some(literal)) if is_raw => {
            let guard = rest.strip_suffix(unguarded).unwrap_or_default();
            Some(after(literal, &format!("\"{guard}")))
        }
        ("b" | "c", Some(literal)) if rest.starts_with('"') => Some(after_quoted(literal, '"')),
        ("b", _) if rest.starts_with('\'') => rest.strip_prefix('\'').map(after_tick),
        ("r", None) if rest.starts_with('#') => rest.strip_prefix('#'),
        _ => Some(rest).filter(|rest| !rest.starts_with(['"', '\'', '#'])),
    }
}

/// What stands after this, or nothing if it is not there.
fn after<'t>(text: &'t str, end: &str) -> &'t str {
    text.split_once(end).map_or("", |(_, rest)| rest)
}

/// What stands after the end of a comment, which may hold others.
fn after_comment(mut text: &str) -> &str {
    let mut depth = 1;
    while depth > 0 {
        let Some(at) = text.find(['/', '*']) else { return "" };
        let (_, here) = text.split_at(at);
        text = if let Some(inner) = here.strip_prefix("/*") {
            depth += 1;
            inner
        } else if let Some(outer) = here.strip_prefix("*/") {
            depth -= 1;
            outer
        } else {
            here.strip_prefix(['/', '*']).unwrap_or_default()
        };
    }
    text
}

/// What stands after the end of a literal in which `\` takes the next letter with it.
fn after_quoted(text: &str, end: char) -> &str {
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        if letter == '\\' {
            letters.next();
        } else if letter == end {
            break;
        }
    }
    letters.as_str()
}

/// What stands after `'`: after a character, or where the name of a lifetime begins.
fn after_tick(text: &str) -> &str {
    let mut letters = text.chars();
    match (letters.next(), letters.next()) {
        (Some('\\'), _) => after_quoted(text, '\''),
        (Some(_), Some('\'')) => letters.as_str(),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::reads_alike;

    #[test]
    fn what_a_later_edition_reserves_is_found() {
        for text in [
            r##"m!(#"x"#);"##,
            "m!(a ## b);",
            r#"m!(a"x");"#,
            "m!(a'x');",
            "m!(a#b);",
            r##"const A: &str = r#"one " "#; m!(#"x"#);"##,
            r##"// '
                m!(#"x"#)"##,
            r##"/* /* " */ */ fn f<'a>(_: &'a str) { ('"', '\'', b'"', "\"", b"\"", c"\\"); m!(#"x"#) }"##,
        ] {
            assert!(!reads_alike(text), "{text}");
            assert!(reads_alike(&format!("// {}", text.replace('\n', " "))), "{text}");
        }
    }

    #[test]
    fn what_all_editions_read_is_not() {
        for text in [
            include_str!("editions.rs"),
            include_str!("../scope.rs"),
            include_str!("../tests.rs"),
            r###"#[a = "b"] #![c] fn r#fn<'a>(_: r#type) -> &'static str { r##"a"# #"b"## }"###,
            r##"br#"""#; cr"""##,
            "unfinished \"",
        ] {
            assert!(reads_alike(text), "{text}");
        }
    }
}
