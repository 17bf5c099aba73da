//! Which row an event goes to.

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;
use syn::{Expr, Ident};

use crate::ast::handler::{Form, Handler};
use crate::ast::projection::Projection;
use crate::expand::arguments::{argument_called, local, value};
use crate::spelled::ungrouped_value;
use crate::tokens::{self, located_at};

/// Gives the delivery of an event to a handler.
pub(super) fn delivery(item: &Projection<'_>, number: u16, handler: &Handler<'_>) -> TokenStream {
    let (krate, cfgs, variant) = (&item.krate, handler.cfgs(), &handler.variant);
    let (events, replaces, is_in_sql) = (&handler.events, handler.form == Form::Make, handler.form == Form::Sql);
    let Some(key) = &handler.key else {
        if is_in_sql {
            let none = quote!(::core::option::Option::None);
            return quote!(#(#cfgs)* { __to(#krate::view::SqlDelivery { handler: #number, key: #none }); });
        }
        // That the view's key is no such id is said under the event.
        let of_id = located_at(variant.span(), quote!(#krate::view::KeyOf::of));
        let id = located_at(variant.span(), quote!(__at.id()));
        return quote! {
            #(#cfgs)*
            {
                __to(#krate::view::Delivery { key: #of_id(#id), handler: #number, replaces: #replaces });
            }
        };
    };
    let Key { fields, bindings, value } = Key::of(handler, key);
    let locals = fields.iter().map(local);
    let delivery = if is_in_sql {
        let of = located_at(key.span(), quote!(#krate::view::SqlKey::of));
        let lent = located_at(key.span(), quote!(&));
        let key = quote!(::core::option::Option::Some(#of(#lent #value)));
        quote!(#krate::view::SqlDelivery { handler: #number, key: #key })
    } else {
        quote!(#krate::view::Delivery { key: #value, handler: #number, replaces: #replaces })
    };
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
    fn of(handler: &Handler<'_>, key: &Expr) -> Self {
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
    fn part(&mut self, handler: &Handler<'_>, part: &Expr) -> TokenStream {
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
    fn bind(&mut self, handler: &Handler<'_>, key: &Expr) {
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
