//! What an event is given to: a row, or an instance of a process.

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;
use syn::{Expr, Ident};

use crate::ast::handler::Handler;
use crate::expand::arguments::{argument_called, local, value};
use crate::spelled::ungrouped_value;
use crate::tokens::{self, located_at};

/// Gives the delivery of an event to a handler, which is made of its key.
pub(super) fn by_key<F>(
    handler: &Handler<'_, F>,
    key: &Expr,
    delivery: impl FnOnce(TokenStream) -> TokenStream,
) -> TokenStream {
    let (cfgs, events, variant) = (handler.cfgs(), &handler.events, &handler.variant);
    let Key { fields, bindings, value } = Key::of(handler, key);
    let (locals, delivery) = (fields.iter().map(local), delivery(value));
    quote! {
        #(#cfgs)*
        if let #events::#variant { #(#fields: #locals,)* .. } = __event {
            #(#bindings)*
            __to(#delivery);
        }
    }
}

/// How a key is made.
struct Key {
    /// The fields of the event that it is made of.
    fields: Vec<Ident>,
    /// What its expression names.
    bindings: Vec<TokenStream>,
    value: TokenStream,
}

impl Key {
    fn of<F>(handler: &Handler<'_, F>, key: &Expr) -> Self {
        let mut made = Self { fields: Vec::new(), bindings: Vec::new(), value: TokenStream::new() };
        let key = ungrouped_value(key);
        made.value = match key {
            Expr::Tuple(tuple) => {
                let parts: Vec<_> = tuple.elems.iter().map(|part| made.part(handler, part)).collect();
                located_at(key.span(), quote!((#(#parts),*)))
            }
            other => made.part(handler, other),
        };
        made.bind(handler, key);
        made
    }

    /// A field, or an expression.
    fn part<F>(&mut self, handler: &Handler<'_, F>, part: &Expr) -> TokenStream {
        let Some(name) = field(part) else { return part.to_token_stream() };
        let local = match argument_called(handler, name) {
            Some(argument) => self.local(&argument.field),
            None => self.local(name),
        };
        let local = located_at(name.span(), quote!(#local));
        located_at(name.span(), quote!(::core::clone::Clone::clone(#local)))
    }

    /// What a field of the event is called.
    fn local(&mut self, field: &Ident) -> Ident {
        if !self.fields.contains(field) {
            self.fields.push(field.clone());
        }
        local(field)
    }

    /// Binds what an expression names: `at`, and the handler's arguments.
    fn bind<F>(&mut self, handler: &Handler<'_, F>, key: &Expr) {
        let mut expressions = Vec::new();
        match key {
            Expr::Tuple(tuple) => expressions.extend(tuple.elems.iter().filter(|part| field(part).is_none())),
            other if field(other).is_none() => expressions.push(other),
            _ => {}
        }
        let written: TokenStream = expressions.iter().map(ToTokens::to_token_stream).collect();
        let at = tokens::find_map(written.clone(), &mut |_, here| match here {
            [TokenTree::Ident(ident), ..] if ident == "at" => Some(ident.clone()),
            _ => None,
        });
        if let Some(at) = at {
            self.bindings.push(quote!(let #at = __at;));
        }
        for argument in &handler.arguments {
            let Some(name) = argument.name.filter(|name| is_named(written.clone(), name)) else { continue };
            let (field, ty) = (self.local(&argument.field), argument.ty);
            let value = value(ty, &field);
            self.bindings.push(quote!(let #name: #ty = #value;));
        }
    }
}

/// The name of a field, if it is nothing else.
fn field(part: &Expr) -> Option<&Ident> {
    let Expr::Path(path) = ungrouped_value(part) else { return None };
    path.path
        .get_ident()
        .filter(|name| *name != "at" && name.unraw().to_string().starts_with(|first: char| !first.is_uppercase()))
}

/// Whether an expression names it, be it in the text of a `format!`.
fn is_named(expression: TokenStream, name: &Ident) -> bool {
    tokens::any(expression, |_, here| match here {
        [TokenTree::Ident(ident), ..] => ident == name,
        [TokenTree::Literal(literal), ..] => literal.to_string().contains(&format!("{{{}", name.unraw())),
        _ => false,
    })
}
