//! Where generated code finds the runtime.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::parse::ParseStream;
use syn::{LitStr, Path, Token};

use crate::ctxt::Ctxt;

/// The path of the runtime crate: `::eventsourcing`, or what `crate = ..` says.
#[derive(Clone, Default)]
pub(crate) struct CratePath(Option<Path>);

impl CratePath {
    /// Reads `= ::path`. If it is wrong, the default stands in.
    pub(crate) fn parse(ctxt: &Ctxt, input: ParseStream<'_>) -> syn::Result<Self> {
        input.parse::<Token![=]>()?;
        if let Some(literal) = input.parse::<Option<LitStr>>()? {
            ctxt.error(&literal, format_args!("a path stands without quotes: write `crate = {}`", literal.value()));
            return Ok(Self::default());
        }
        let path: Path = input.parse()?;
        let first = path.segments.first().map(|segment| segment.ident.to_string()).unwrap_or_default();
        if path.leading_colon.is_some() || first == "crate" {
            return Ok(Self(Some(path)));
        }
        let written = quote!(#path).to_string().replace(' ', "");
        let message = match &*first {
            "self" | "super" | "$crate" => {
                "the path must be absolute: begin with `crate::`, or with `::` for a crate".to_owned()
            }
            _ => format!("the path must be absolute: write `::{written}` for a crate, or begin with `crate::`"),
        };
        ctxt.error(&path, message);
        Ok(Self::default())
    }
}

impl ToTokens for CratePath {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match &self.0 {
            // As generated code, of whose qualifications no lint complains.
            Some(path) => tokens.extend(path.to_token_stream().into_iter().map(|mut token| {
                token.set_span(Span::call_site().located_at(token.span()));
                token
            })),
            None => tokens.extend(quote!(::eventsourcing)),
        }
    }
}
