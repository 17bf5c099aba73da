//! Items as they were written, without our marks: nothing would read these, which would be another mistake.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

/// An item without our marks, and without what is said of its arguments.
pub(super) fn unmarked(item: Vec<TokenTree>) -> TokenStream {
    let item = without_attributes(item.iter().cloned(), is_mark).unwrap_or(item);
    let is_not_cfg = |said: &Group| last_word(said).is_none_or(|word| word != "cfg");
    // What rustc misses, it misses before a closing bracket, and one of another place would be another error.
    let bare = item.into_iter().map(|token| match token {
        TokenTree::Group(arguments) if arguments.delimiter() == Delimiter::Parenthesis => {
            match without_attributes(arguments.stream(), is_not_cfg) {
                Some(bare) => {
                    let mut group = Group::new(Delimiter::Parenthesis, bare.into_iter().collect());
                    group.set_span(arguments.span_close());
                    group.into()
                }
                None => arguments.into(),
            }
        }
        other => other,
    });
    bare.collect()
}

/// `None` if there are none of these.
fn without_attributes(
    tokens: impl IntoIterator<Item = TokenTree>,
    is_unwanted: impl Fn(&Group) -> bool,
) -> Option<Vec<TokenTree>> {
    let (mut output, mut is_changed) = (Vec::new(), false);
    for token in tokens {
        let is_after_hash = matches!(output.last(), Some(TokenTree::Punct(punct)) if punct.as_char() == '#');
        match &token {
            TokenTree::Group(said) if is_after_hash && said.delimiter() == Delimiter::Bracket && is_unwanted(said) => {
                output.pop();
                is_changed = true;
            }
            _ => output.push(token),
        }
    }
    is_changed.then_some(output)
}

const MARKS: [&str; 8] = ["event", "upcast", "on", "setup", "starts", "continues", "starts_or_continues", "timer"];

fn is_mark(said: &Group) -> bool {
    last_word(said).is_some_and(|word| MARKS.iter().any(|mark| word == *mark))
}

/// The last word of an attribute's path.
fn last_word(said: &Group) -> Option<String> {
    let path = said.stream().into_iter().take_while(|token| match token {
        TokenTree::Ident(_) => true,
        TokenTree::Punct(punct) => punct.as_char() == ':',
        TokenTree::Group(_) | TokenTree::Literal(_) => false,
    });
    path.filter(|token| matches!(token, TokenTree::Ident(_))).last().map(|word| word.to_string())
}
