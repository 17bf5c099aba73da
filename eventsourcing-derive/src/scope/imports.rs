//! What `use` brings from a crate.

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use proc_macro2::{TokenStream, TokenTree};

use crate::scope::editions;

/// All words of the imports from these crates, anywhere in a file.
pub(crate) fn in_file(file: &Path, crates: &[&str]) -> HashSet<String> {
    let text = fs::read_to_string(file).unwrap_or_default();
    let names_one = |of: &str| text.contains(&format!("use {of}")) || text.contains(&format!("use ::{of}"));
    if !crates.iter().any(|of| names_one(of)) || !editions::reads_alike(&text) {
        return HashSet::new();
    }
    text.parse().map(|tokens| in_tokens(tokens, crates)).unwrap_or_default()
}

/// The same of tokens.
pub(crate) fn in_tokens(tokens: TokenStream, crates: &[&str]) -> HashSet<String> {
    let mut imported = HashSet::new();
    let mut tokens = tokens.into_iter();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Ident(word) if word == "use" => {
                let path = tokens.by_ref().take_while(|token| token.to_string() != ";").collect();
                let words = words(path);
                if words.first().is_some_and(|of| crates.contains(&&**of)) {
                    imported.extend(words.into_iter().skip(1));
                }
            }
            TokenTree::Group(group) => imported.extend(in_tokens(group.stream(), crates)),
            _ => {}
        }
    }
    imported
}

fn words(tokens: TokenStream) -> Vec<String> {
    let words = tokens.into_iter().flat_map(|token| match token {
        TokenTree::Ident(word) => vec![word.to_string()],
        TokenTree::Group(group) => words(group.stream()),
        _ => Vec::new(),
    });
    words.collect()
}
