//! A function of an `impl` block. Its body is for rustc to read: here it is tokens, so that one that is not finished costs
//! one error of rustc's, and an editor keeps everything else.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::Parser as _;
use syn::{AttrStyle, Attribute, Block, FnArg, FnModifiers, ImplItemFn, Signature, Visibility, parse_quote};

use crate::ast::without_mark;

#[derive(Clone)]
pub(crate) struct Function {
    /// Those that are written inside of the body too.
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    modifiers: FnModifiers,
    pub(crate) sig: Signature,
    /// The user's own braces, whose places rustc's messages name.
    pub(crate) block: Group,
}

impl Function {
    /// Reads what stands before a body.
    pub(super) fn new(head: impl Iterator<Item = TokenTree>, body: &Group) -> syn::Result<Self> {
        let mut emptied = Group::new(Delimiter::Brace, TokenStream::new());
        emptied.set_span(body.span());
        let function: ImplItemFn = syn::parse2(head.chain([emptied.into()]).collect())?;
        let ImplItemFn { mut attrs, vis, modifiers, sig, .. } = function;
        let (inner, block) = without_inner_attributes(body)?;
        attrs.extend(inner);
        Ok(Self { attrs, vis, modifiers, sig, block })
    }

    /// Where and why its body cannot be read, if it cannot: it may be unfinished.
    pub(crate) fn unread_body(&self) -> Option<(Span, String)> {
        let error = syn::parse2::<Block>(TokenTree::Group(self.block.clone()).into()).err()?;
        Some((error.span(), error.to_string()))
    }

    /// Without our marks. One that has any is an event or an upcaster, so what is said of its arguments is said of fields.
    pub(crate) fn without_marks(&self) -> Self {
        let mut function = self.clone();
        function.attrs = without_mark(&self.attrs);
        if function.attrs.len() < self.attrs.len() {
            for argument in &mut function.sig.inputs {
                if let FnArg::Typed(argument) = argument {
                    argument.attrs.retain(|attribute| attribute.path().is_ident("cfg"));
                }
            }
        }
        function
    }

    /// Makes of a creating event that does not say so one that returns `Self`, for those that call it; its body may make a `Self`, or nothing.
    pub(crate) fn return_self(&mut self) {
        let block = &self.block;
        self.sig.output = parse_quote!(-> Self);
        self.block = Group::new(Delimiter::Brace, quote!(let _ = || #block; ::core::unreachable!()));
    }
}

impl ToTokens for Function {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self { attrs, vis, modifiers, sig, block } = self;
        let defaultness = &modifiers.defaultness;
        tokens.extend(quote!(#(#attrs)* #vis #defaultness #sig #block));
    }
}

/// What is said inside of a block about the block, said before it: there it can stand before whatever is made of the block.
pub(super) fn without_inner_attributes(block: &Group) -> syn::Result<(Vec<Attribute>, Group)> {
    let tokens: Vec<_> = block.stream().into_iter().collect();
    let is_attribute = |three: &[TokenTree]| match three {
        [TokenTree::Punct(hash), TokenTree::Punct(bang), TokenTree::Group(said)] => {
            hash.as_char() == '#' && bang.as_char() == '!' && said.delimiter() == Delimiter::Bracket
        }
        _ => false,
    };
    let count = tokens.chunks(3).take_while(|three| is_attribute(three)).count();
    if count == 0 {
        return Ok((Vec::new(), block.clone()));
    }
    let mut tokens = tokens.into_iter();
    let mut attributes = Attribute::parse_inner.parse2(tokens.by_ref().take(3 * count).collect())?;
    for attribute in &mut attributes {
        attribute.style = AttrStyle::Outer;
    }
    let mut rest = Group::new(block.delimiter(), tokens.collect());
    rest.set_span(block.span());
    Ok((attributes, rest))
}
