//! What stands beside an item, read from its source file: a macro is given its own item alone, and rustc has a dozen messages for two items that
//! make the same enum. Where the item is not found in the file (it is made by a macro, or an editor has another text), nothing is said of it.

mod editions;
pub(crate) mod imports;
#[cfg(test)]
mod tests;

use std::fs;
use std::path::Path;

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

/// What is looked for.
#[derive(Clone, Copy)]
pub(crate) struct Sought<'a> {
    /// The attribute of the block.
    pub(crate) mark: &'a str,
    /// The type of the block.
    pub(crate) aggregate: &'a str,
    /// The name of the enum that is made of it, if one is.
    pub(crate) event_enum: Option<&'a str>,
    /// Whether the block cannot be the only one: then one in another module, beside a type of this name, is another, and above it. (Else that may be
    /// another aggregate of that name.)
    pub(crate) is_part: bool,
}

/// What is beside an `impl` block under one of our attributes, in the same module or body.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Neighbours {
    /// A type of the user's that has the name of the enum of events.
    pub(crate) has_enum: bool,
    /// A block of the same aggregate under the same attribute, above this one.
    pub(crate) has_block_above: bool,
    pub(crate) has_block_below: bool,
}

/// What is beside the block with these tokens.
pub(crate) fn neighbours(file: &Path, block: &TokenStream, sought: Sought<'_>) -> Neighbours {
    let text = fs::read_to_string(file).unwrap_or_default();
    if !may_matter(&text, sought) || !editions::reads_alike(&text) {
        return Neighbours::default();
    }
    in_text(&text, block, sought)
}

/// What the tokens of a file may say at all: most files need not be read as tokens.
fn may_matter(text: &str, sought: Sought<'_>) -> bool {
    let is_block = |after: &&str| after.split('{').next().is_some_and(|head| head.contains(sought.aggregate));
    let has_second =
        || text.split("impl").skip(1).filter(is_block).nth(1).is_some() && text.matches(sought.mark).nth(1).is_some();
    let has = |event_enum: &str| TYPES.iter().any(|word| text.contains(&format!("{word} {event_enum}")));
    sought.event_enum.is_some_and(has) || has_second()
}

const TYPES: [&str; 5] = ["enum", "struct", "type", "union", "trait"];

fn in_text(text: &str, block: &TokenStream, sought: Sought<'_>) -> Neighbours {
    let Some(TokenTree::Group(body)) = block.clone().into_iter().last() else { return Neighbours::default() };
    let source = text.parse::<TokenStream>().unwrap_or_default();
    let mut found = Vec::new();
    find(source.clone(), &flat(&body.stream()), &mut found);
    // Which of two that read alike it is, is not known.
    let [(items, own)] = &*found else { return Neighbours::default() };
    let mut neighbours = Neighbours::default();
    for (at, item) in items.iter().enumerate().filter(|(at, item)| at != own && !item.is_conditional()) {
        neighbours.has_enum |= sought.event_enum.is_some_and(|event_enum| item.is_type(event_enum));
        let is_block = item.is_block_of(sought);
        neighbours.has_block_above |= is_block && at < *own;
        neighbours.has_block_below |= is_block && at > *own;
    }
    let is_beside_its_type = items.iter().any(|item| item.is_type(sought.aggregate));
    neighbours.has_block_above |= sought.is_part && !is_beside_its_type && is_beside_type(source, sought);
    neighbours
}

/// Whether a block stands beside the type that it is of, in some module.
fn is_beside_type(tokens: TokenStream, sought: Sought<'_>) -> bool {
    let items = Item::all(tokens);
    let is_here = items.iter().any(|item| item.is_type(sought.aggregate))
        && items.iter().any(|item| item.is_block_of(sought) && !item.is_conditional());
    is_here || items.into_iter().filter_map(|item| item.body).any(|body| is_beside_type(body.stream(), sought))
}

/// Finds the items beside each one with this body, and which of them it is.
fn find(tokens: TokenStream, body: &str, found: &mut Vec<(Vec<Item>, usize)>) {
    let items = Item::all(tokens);
    let is_own = |item: &Item| item.has("impl") && item.body.as_ref().is_some_and(|own| flat(&own.stream()) == body);
    for inner in items.iter().filter(|item| !is_own(item)).filter_map(|item| item.body.as_ref()) {
        find(inner.stream(), body, found);
    }
    if let Some(own) = items.iter().position(is_own) {
        found.push((items, own));
    }
}

/// Tokens up to `;` or to a body.
struct Item {
    /// The first word of each attribute, and the last of its path.
    attributes: Vec<(String, String)>,
    /// Those that are in no brackets.
    words: Vec<String>,
    body: Option<Group>,
}

impl Item {
    fn all(tokens: TokenStream) -> Vec<Self> {
        let empty = || Self { attributes: Vec::new(), words: Vec::new(), body: None };
        let (mut items, mut item) = (Vec::new(), empty());
        let mut depth = 0;
        for token in tokens {
            match token {
                TokenTree::Punct(angle) if angle.as_char() == '<' => depth += 1,
                TokenTree::Punct(angle) if angle.as_char() == '>' => depth -= 1,
                TokenTree::Ident(word) if depth == 0 => item.words.push(word.to_string()),
                TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket => {
                    item.attributes.extend(attribute(&group));
                }
                TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
                    item.body = Some(group);
                    items.push(std::mem::replace(&mut item, empty()));
                    depth = 0;
                }
                TokenTree::Punct(end) if end.as_char() == ';' => {
                    items.push(std::mem::replace(&mut item, empty()));
                    depth = 0;
                }
                _ => {}
            }
        }
        items
    }

    fn has(&self, word: &str) -> bool {
        self.words.iter().any(|other| other == word)
    }

    fn is_conditional(&self) -> bool {
        self.attributes.iter().any(|(first, _)| first == "cfg" || first == "cfg_attr")
    }

    fn is_type(&self, name: &str) -> bool {
        self.words.windows(2).any(|pair| matches!(pair, [word, named] if named == name && TYPES.contains(&&**word)))
    }

    fn is_block_of(&self, sought: Sought<'_>) -> bool {
        let of = self.words.split(|word| word == "where").next().and_then(|words| words.last());
        self.has("impl")
            && of.is_some_and(|of| of == sought.aggregate)
            && self.attributes.iter().any(|(_, last)| last == sought.mark)
    }
}

fn attribute(brackets: &Group) -> Option<(String, String)> {
    let path = brackets.stream().into_iter().take_while(|token| !matches!(token, TokenTree::Group(_)));
    let words: Vec<_> = path
        .filter_map(|token| if let TokenTree::Ident(word) = token { Some(word.to_string()) } else { None })
        .collect();
    Some((words.first()?.clone(), words.last()?.clone()))
}

/// Tokens without what is between them.
fn flat(tokens: &TokenStream) -> String {
    tokens.to_string().split_whitespace().collect()
}
