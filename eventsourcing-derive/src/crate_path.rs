//! Where generated code finds the runtime.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::Path;

use crate::ctxt::Ctxt;

/// The path of the runtime crate: `::eventsourcing`, or what `crate = ..` says.
#[derive(Clone, Default)]
pub(crate) struct CratePath(Option<Path>);

impl CratePath {
    pub(crate) fn new(ctxt: &Ctxt, path: Path) -> Self {
        let first = path.segments.first().map(|segment| segment.ident.to_string()).unwrap_or_default();
        if path.leading_colon.is_none() && first != "crate" {
            let written = quote!(#path).to_string().replace(' ', "");
            ctxt.error(
                &path,
                format_args!("the path must be absolute: write `::{written}` for a crate, or begin with `crate::`"),
            );
        }
        Self(Some(path))
    }
}

impl ToTokens for CratePath {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match &self.0 {
            // As generated code, of whose qualifications no lint complains.
            Some(path) => tokens.extend(path.to_token_stream().into_iter().map(|mut token| {
                token.set_span(Span::call_site());
                token
            })),
            None => tokens.extend(quote!(::eventsourcing)),
        }
    }
}
