//! Where generated code finds the runtime.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::ext::IdentExt as _;
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
        if path.leading_colon.is_some() || first == "crate" || first == OF_MACRO {
            return Ok(Self(Some(path)));
        }
        let written = quote!(#path).to_string().replace(' ', "");
        let message = match &*first {
            "self" | "super" => "the path must be absolute: begin with `crate::`, or with `::` for a crate".to_owned(),
            _ => format!("the path must be absolute: write `::{written}` for a crate, or begin with `crate::`"),
        };
        ctxt.error(&path, message);
        Ok(Self::default())
    }
}

/// In a `macro_rules!`, the crate of that. It means the same wherever the token comes to, and is nothing in a text.
const OF_MACRO: &str = "$crate";

/// The `__private` of the runtime crate as it can stand in a text, for serde's options.
pub(crate) struct PathInText {
    pub(crate) path: TokenStream,
    /// What gives it the name that it has there; to stand beside what the text is about.
    pub(crate) import: Option<TokenStream>,
}

impl CratePath {
    /// For the options of a type of this name.
    pub(crate) fn in_text(&self, of: &Ident) -> PathInText {
        let is_of_macro = |path: &Path| path.segments.first().is_some_and(|first| first.ident == OF_MACRO);
        if !self.0.as_ref().is_some_and(is_of_macro) {
            return PathInText { path: quote!(#self::__private), import: None };
        }
        let name = format_ident!("__private_of_{}", of.unraw(), span = Span::call_site());
        let import = quote! {
            #[allow(unused_imports)]
            use #self::__private as #name;
        };
        PathInText { path: name.to_token_stream(), import: Some(import) }
    }
}

impl ToTokens for CratePath {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match &self.0 {
            // As generated code, of whose qualifications no lint complains.
            Some(path) => tokens.extend(path.to_token_stream().into_iter().map(|mut token| {
                if token.to_string() != OF_MACRO {
                    token.set_span(Span::call_site().located_at(token.span()));
                }
                token
            })),
            None => tokens.extend(quote!(::eventsourcing)),
        }
    }
}
