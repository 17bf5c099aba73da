//! The body of a function of a process that takes `&mut self`: it reads the process, and changes it by the methods that record its events.
//!
//! The body stays where it is, with `self` as a shared borrow. Where it calls a method on `self`, a function of the process lends that: to be changed, if
//! it is a method of `#[events]`, and to be read otherwise, which the compiler finds out.

use std::collections::{BTreeSet, HashSet};

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens as _, format_ident, quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::parse::Parser as _;
use syn::punctuated::Punctuated;
use syn::{Expr, Token};

use crate::ast::function::Function;
use crate::ast::process::Process;
use crate::names::unused;
use crate::tokens::outside_items::{self, Place, Replaced};
use crate::tokens::{self, is_group, is_punct, is_word};

/// How the functions of a process lend it to the methods that they call.
pub(super) struct Lenders {
    /// What all their names begin with.
    prefix: String,
    /// The methods of the block itself that change the process: these are given `self` as it is.
    own: HashSet<String>,
    /// The other methods that are called on `self`.
    pub(super) methods: BTreeSet<String>,
}

impl Lenders {
    pub(super) fn new(item: &Process<'_>) -> Self {
        let used: HashSet<_> = tokens::words(item.original.to_token_stream()).into_iter().collect();
        let is_prefix = |prefix: &str| used.iter().any(|word| word.starts_with(prefix));
        let prefix = unused("__lend_to_", &used.iter().filter(|word| is_prefix(word)).cloned().collect());
        let own = item.commands().map(|function| function.sig.ident.unraw().to_string()).collect();
        let mut lenders = Self { prefix, own, methods: BTreeSet::new() };
        for function in item.commands() {
            tokens::each(function.block.stream(), |_, here| lenders.methods.extend(called(here).map(name)));
        }
        lenders.methods.retain(|method| !lenders.own.contains(method));
        lenders
    }

    /// The function that lends to a method of this name.
    pub(super) fn ident(&self, method: &str) -> Ident {
        format_ident!("{}{method}", self.prefix, span = Span::call_site())
    }

    /// A body with these. One that is not finished stays as it is, so that rustc says of it what it has said before.
    pub(super) fn body(&self, function: &Function) -> Group {
        let block = &function.block;
        if function.unread_body().is_some() {
            return block.clone();
        }
        let body = self.within(TokenTree::Group(block.clone()).into());
        match body.into_iter().next() {
            Some(TokenTree::Group(body)) => body,
            _ => block.clone(),
        }
    }

    fn replace(&self, token: &TokenTree, place: &Place<'_>) -> Option<Replaced> {
        let TokenTree::Ident(this) = token else { return None };
        let is_path = || place.after(1).is_some_and(|next| is_punct(next, ':'));
        if this != "self" || is_path() {
            return None;
        }
        let after: Vec<_> = (0..).map_while(|distance| place.after(distance)).take(LONGEST_CALL).cloned().collect();
        match called(&after) {
            Some(method) if self.own.contains(&name(method)) => None,
            Some(method) => Some(self.call(this, method, &after)),
            None => {
                let place = Span::call_site().located_at(this.span());
                let read = quote_spanned!(place=> &*);
                let mut shared = Group::new(Delimiter::Parenthesis, quote!(#read #this));
                shared.set_span(place);
                Some(TokenStream::from(TokenTree::Group(shared)).into())
            }
        }
    }

    /// `self.method(..)` on what is lent to it. What reads `self` in its arguments does so before.
    fn call(&self, this: &Ident, method: &Ident, call: &[TokenTree]) -> Replaced {
        let lend = self.ident(&name(method));
        let lend = quote_spanned!(Span::call_site().located_at(this.span())=> #lend());
        let at = call.iter().position(|token| is_group(token, Delimiter::Parenthesis));
        let arguments = at.and_then(|at| call.get(at)).and_then(|token| match token {
            TokenTree::Group(arguments) => Some(arguments),
            _ => None,
        });
        let read = arguments.and_then(|arguments| self.read_before(arguments));
        let (Some(at), Some((values, names, given))) = (at, read) else {
            return quote!(#this.#lend).into();
        };
        let to_method = call.get(1..at).unwrap_or_default();
        let by = quote!((match (#(#values,)*) { (#(#names,)*) => #this.#lend #(#to_method)* #given }));
        Replaced { by, count: at + 1 }
    }

    /// The values of arguments of which some read `self`, their names, and the arguments with these. Nothing can be said of what is not finished.
    fn read_before(&self, arguments: &Group) -> Option<(Vec<TokenStream>, Vec<Ident>, Group)> {
        if !tokens::words(arguments.stream()).iter().any(|word| word == "self") {
            return None;
        }
        let expressions = Punctuated::<Expr, Token![,]>::parse_terminated.parse2(arguments.stream()).ok()?;
        let (mut values, mut names, mut given) = (Vec::new(), Vec::new(), TokenStream::new());
        for (n, expression) in expressions.iter().enumerate() {
            let written = self.within(expression.to_token_stream());
            // What these types are is known by the method alone.
            if matches!(expression, Expr::Closure(_) | Expr::Async(_)) {
                given.extend(quote!(#written,));
                continue;
            }
            let name = format_ident!("__argument_{n}", span = Span::mixed_site());
            given.extend(quote!(#name,));
            values.push(written);
            names.push(name);
        }
        let mut group = Group::new(Delimiter::Parenthesis, given);
        group.set_span(arguments.span());
        Some((values, names, group))
    }

    fn within(&self, tokens: TokenStream) -> TokenStream {
        let replace = |token: &TokenTree, place: &Place<'_>| self.replace(token, place);
        outside_items::replaced(tokens.clone(), Group::span, &replace).unwrap_or(tokens)
    }
}

/// `self`, `.`, the method, `::<..>` and its arguments: what is longer is not looked at.
const LONGEST_CALL: usize = 64;

/// What a method is called, however that is written.
fn name(method: &Ident) -> String {
    method.unraw().to_string()
}

/// The method of a `self.method(..)` that begins here.
fn called(here: &[TokenTree]) -> Option<&Ident> {
    match here {
        [this, dot, TokenTree::Ident(method), after @ ..]
            if is_word(this, "self") && is_punct(dot, '.') && method.unraw() != "await" =>
        {
            let is_call = match after {
                [TokenTree::Group(arguments), ..] => arguments.delimiter() == Delimiter::Parenthesis,
                [first, second, angle, ..] => is_punct(first, ':') && is_punct(second, ':') && is_punct(angle, '<'),
                _ => false,
            };
            is_call.then_some(method)
        }
        _ => None,
    }
}
