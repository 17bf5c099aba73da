//! What `use` brings from a crate.

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use proc_macro2::{TokenStream, TokenTree};

use crate::scope::editions;
use crate::tokens::{self, is_punct, is_word, words};

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
    tokens::each(tokens, |before, here| {
        let [TokenTree::Ident(of), after @ ..] = here else { return };
        let root = before.iter().rev().find(|token| !is_punct(token, ':'));
        if root.is_some_and(|root| is_word(root, "use")) && crates.iter().any(|name| of == name) {
            let path = after.iter().take_while(|token| !is_punct(token, ';'));
            imported.extend(words(path.cloned().collect()));
        }
    });
    imported
}
