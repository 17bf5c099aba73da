//! A method under `#[events]`: an event, a command, or neither.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Attribute, FnArg, ImplItemFn, Pat, Receiver, ReceiverKind, ReturnType, Safety, Signature, Type};

use crate::args::EventArgs;
use crate::ast::{Event, Field};
use crate::ctxt::Ctxt;
use crate::names::StoredName;

pub(crate) enum Method<'a> {
    Event(EventMethod<'a>),
    Command(Command<'a>),
    Plain,
}

/// A method with `#[event]`.
pub(crate) struct EventMethod<'a> {
    pub(crate) original: &'a ImplItemFn,
    pub(crate) event: Event,
    pub(crate) creates: bool,
}

/// A method without, that takes `&mut self`.
pub(crate) struct Command<'a> {
    pub(crate) original: &'a ImplItemFn,
}

impl<'a> Method<'a> {
    pub(crate) fn new(ctxt: &Ctxt, function: &'a ImplItemFn) -> Option<Self> {
        let marks: Vec<_> = function.attrs.iter().filter(|attribute| attribute.path().is_ident("event")).collect();
        if let [mark, others @ ..] = &*marks {
            for other in others {
                ctxt.error(other, "a method is one event: leave one `#[event(..)]`");
            }
            return EventMethod::new(ctxt, mark, function).map(Self::Event);
        }
        let receiver = function.sig.receiver();
        if receiver.is_some_and(is_mut_self) {
            Command::new(ctxt, function).map(Self::Command)
        } else {
            Some(Self::Plain)
        }
    }
}

impl<'a> EventMethod<'a> {
    fn new(ctxt: &Ctxt, mark: &Attribute, original: &'a ImplItemFn) -> Option<Self> {
        let args = EventArgs::from_method(ctxt, mark);
        let signature = &original.sig;
        check_qualifiers(ctxt, signature, "an event", "it is applied again whenever the history is read");
        if let Some(asyncness) = &signature.asyncness {
            ctxt.error(asyncness, "an event cannot be `async`: await in a command, then record");
        }
        if !signature.generics.params.is_empty() {
            ctxt.error(
                &signature.generics,
                "an event cannot be generic: its fields are stored, so write their types, or make the aggregate generic",
            );
        }
        let creates = Self::creates(ctxt, signature)?;
        let fields = signature.inputs.iter().filter_map(|argument| match argument {
            FnArg::Receiver(_) => None,
            FnArg::Typed(argument) => field(ctxt, argument),
        });
        let fields = fields.collect();
        let variant = args.variant?;
        let event = Event {
            name: StoredName::new(ctxt, args.name.as_ref(), &variant),
            aliases: args.aliases.iter().map(|alias| StoredName::written(ctxt, alias)).collect(),
            discard: args.discard,
            attributes: without_mark(&original.attrs),
            fields,
            variant,
        };
        Some(Self { original, event, creates })
    }

    /// Whether it makes the aggregate: it does not take `self`, and returns it.
    fn creates(ctxt: &Ctxt, signature: &Signature) -> Option<bool> {
        let returned = match &signature.output {
            ReturnType::Default => None,
            ReturnType::Type(_, ty) => Some(&**ty),
        };
        match (signature.receiver(), returned) {
            (Some(receiver), _) if !is_mut_self(receiver) => {
                ctxt.error(receiver, "an event takes `&mut self`, or no `self` and returns `Self`");
                None
            }
            (Some(_), None) => Some(false),
            (Some(_), Some(ty)) if is_unit(ty) => Some(false),
            (None, Some(ty)) if is_self(ty) => Some(true),
            (Some(_), Some(ty)) => {
                ctxt.error(
                    ty,
                    "an event cannot fail or return anything: it has happened; decide in a command (a method without \
                     `#[event]`), which then calls the event",
                );
                None
            }
            (None, Some(ty)) => {
                ctxt.error(
                    ty,
                    "a creating event returns `Self` and cannot fail; decide in a function without `#[event]`, which \
                     then calls the event",
                );
                None
            }
            (None, None) => {
                ctxt.error(&signature.ident, "an event takes `&mut self`, or no `self` and returns `Self`");
                None
            }
        }
    }
}

impl<'a> Command<'a> {
    fn new(ctxt: &Ctxt, original: &'a ImplItemFn) -> Option<Self> {
        let signature = &original.sig;
        check_qualifiers(ctxt, signature, "a command", "it runs on a generated type that can only read the state");
        if let Some(FnArg::Receiver(Receiver { kind: ReceiverKind::Reference(_, Some(lifetime), _), .. })) =
            signature.inputs.first()
        {
            ctxt.error(lifetime, "a command cannot lend out the aggregate: write `&mut self`");
            return None;
        }
        if let ReturnType::Type(_, ty) = &signature.output
            && let Some(borrow) = elided_borrow(ty.to_token_stream())
        {
            ctxt.error(
                borrow,
                "a command cannot return a borrow of the aggregate: return an owned value, or read it by a method that \
                 takes `&self`",
            );
            return None;
        }
        Some(Self { original })
    }
}

fn check_qualifiers(ctxt: &Ctxt, signature: &Signature, what: &str, why: &str) {
    let refuse = |token: &dyn ToTokens, word: &str| {
        ctxt.error(token.to_token_stream(), format_args!("{what} cannot be `{word}`: {why}"));
    };
    if let Some(token) = &signature.constness {
        refuse(token, "const");
    }
    if let Safety::Unsafe(token) = &signature.safety {
        refuse(token, "unsafe");
    }
    if let Some(token) = &signature.abi {
        refuse(token, "extern");
    }
}

fn field(ctxt: &Ctxt, argument: &syn::PatType) -> Option<Field> {
    let Pat::Ident(pattern) = &*argument.pat else {
        ctxt.error(&argument.pat, "an event's argument is a field: give it a name");
        return None;
    };
    if pattern.by_ref.is_some() || pattern.subpat.is_some() {
        ctxt.error(pattern, "an event's argument is a field: write its name alone");
        return None;
    }
    let ty = &*argument.ty;
    let lent = match ty {
        Type::Reference(reference) if reference.mutability.is_some() => {
            ctxt.error(ty, "an event's argument is stored: take it by value or by `&`");
            return None;
        }
        Type::Reference(reference) => Some((*reference.elem).clone()),
        _ => None,
    };
    if let Type::ImplTrait(_) = ty {
        ctxt.error(ty, "an event cannot be generic: write the type of the field");
        return None;
    }
    if let Some(borrow) = elided_borrow(lent.as_ref().unwrap_or(ty).to_token_stream()) {
        ctxt.error(borrow, "an event's field owns what it holds: write the owned type, such as `Option<String>`");
        return None;
    }
    Some(Field {
        ident: pattern.ident.clone(),
        mutability: pattern.mutability,
        attributes: argument.attrs.clone(),
        ty: ty.clone(),
        lent,
    })
}

/// The first borrow in a type for which no lifetime is named.
fn elided_borrow(tokens: TokenStream) -> Option<TokenTree> {
    let mut tokens = tokens.into_iter().peekable();
    let mut is_function = false;
    while let Some(token) = tokens.next() {
        match &token {
            TokenTree::Punct(and) if and.as_char() == '&' => {
                let named = matches!(tokens.peek(), Some(TokenTree::Punct(quote)) if quote.as_char() == '\'');
                if !named {
                    return Some(token);
                }
            }
            TokenTree::Punct(quote) if quote.as_char() == '\'' => {
                if matches!(tokens.peek(), Some(TokenTree::Ident(name)) if name == "_") {
                    return tokens.next();
                }
            }
            TokenTree::Ident(ident) => {
                is_function = ["fn", "Fn", "FnMut", "FnOnce"].iter().any(|word| ident == word);
                continue;
            }
            // The borrows of a function's arguments are its own.
            TokenTree::Group(group) if !(is_function && group.delimiter() == Delimiter::Parenthesis) => {
                if let Some(found) = elided_borrow(group.stream()) {
                    return Some(found);
                }
            }
            _ => {}
        }
        is_function = false;
    }
    None
}

/// Whether it is `&mut self`, however it is written.
fn is_mut_self(receiver: &Receiver) -> bool {
    match &receiver.kind {
        ReceiverKind::Reference(_, _, mutability) => mutability.is_some(),
        ReceiverKind::Typed(_, ty) => {
            matches!(&**ty, Type::Reference(reference) if reference.mutability.is_some() && is_self(&reference.elem))
        }
        _ => false,
    }
}

fn is_self(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.is_ident("Self"))
}

fn is_unit(ty: &Type) -> bool {
    matches!(ty, Type::Tuple(tuple) if tuple.elems.is_empty())
}

pub(crate) fn without_mark(attributes: &[Attribute]) -> Vec<Attribute> {
    attributes.iter().filter(|attribute| !attribute.path().is_ident("event")).cloned().collect()
}
