//! `#[aggregate(..)]`.

use syn::{Attribute, Expr, LitInt, Type};

use crate::args::UniqueArgs;
use crate::args::options::{each_list, flag, options, value};
use crate::crate_path::CratePath;
use crate::ctxt::Ctxt;

/// `#[aggregate(..)]` on a struct.
#[derive(Default)]
pub(crate) struct AggregateArgs {
    /// A string, or of a generic aggregate an expression of its parameters.
    pub(crate) name: Option<Expr>,
    pub(crate) event: Option<Type>,
    pub(crate) snapshot_every: Option<LitInt>,
    pub(crate) snapshot: bool,
    pub(crate) krate: CratePath,
}

#[derive(Clone, Copy, PartialEq)]
enum Key {
    Name,
    Event,
    SnapshotEvery,
    Snapshot,
    Crate,
}

const KEYS: [(&str, Key); 5] = [
    ("name", Key::Name),
    ("event", Key::Event),
    ("snapshot_every", Key::SnapshotEvery),
    ("snapshot", Key::Snapshot),
    ("crate", Key::Crate),
];

impl AggregateArgs {
    pub(crate) fn from_attributes(ctxt: &Ctxt, attributes: &[Attribute]) -> Self {
        let mut args = Self::default();
        each_list(ctxt, attributes, "aggregate", |input| {
            options(ctxt, input, &KEYS, &[], |key, input| {
                match key {
                    Key::Name => args.name = Some(value(input)?),
                    Key::Event => args.event = Some(value(input)?),
                    Key::SnapshotEvery => args.snapshot_every = Some(value(input)?),
                    Key::Snapshot => args.snapshot = flag("snapshot", input)?,
                    Key::Crate => args.krate = CratePath::parse(ctxt, input)?,
                }
                Ok(())
            })
        });
        args
    }

    /// The path of the runtime, for what stands in; what is wrong with it is reported already.
    pub(crate) fn crate_path(attributes: &[Attribute]) -> CratePath {
        let ignored = Ctxt::new();
        let args = Self::from_attributes(&ignored, attributes);
        let _already_reported = ignored.finish();
        args.krate
    }
}

/// `#[aggregate(..)]` on a field.
#[derive(Clone, Default)]
pub(crate) struct AggregateFieldArgs {
    pub(crate) root: bool,
    /// Nothing need be known of what is in it.
    pub(crate) opaque: bool,
    /// What changes in it through `&self` is no part of the state.
    pub(crate) interior_mutable: bool,
    /// No two aggregates have one value in it.
    pub(crate) unique: Option<UniqueArgs>,
}

#[derive(Clone, Copy, PartialEq)]
enum FieldKey {
    Root,
    Opaque,
    InteriorMutable,
    Unique,
}

const FIELD_KEYS: [(&str, FieldKey); 4] = [
    ("root", FieldKey::Root),
    ("opaque", FieldKey::Opaque),
    ("interior_mutable", FieldKey::InteriorMutable),
    ("unique", FieldKey::Unique),
];

impl AggregateFieldArgs {
    pub(crate) fn from_attributes(ctxt: &Ctxt, attributes: &[Attribute]) -> Self {
        let mut args = Self::default();
        each_list(ctxt, attributes, "aggregate", |input| {
            options(ctxt, input, &FIELD_KEYS, &[], |key, input| {
                match key {
                    FieldKey::Root => args.root = flag("root", input)?,
                    FieldKey::Opaque => args.opaque = flag("opaque", input)?,
                    FieldKey::InteriorMutable => args.interior_mutable = flag("interior_mutable", input)?,
                    FieldKey::Unique => args.unique = Some(UniqueArgs::parse(input)?),
                }
                Ok(())
            })
        });
        args
    }
}

#[cfg(test)]
mod tests {
    use quote::quote;
    use syn::DeriveInput;

    use super::AggregateFieldArgs;
    use crate::ctxt::Ctxt;

    #[test]
    fn words_of_a_field_may_end_in_a_comma_and_stand_in_several_attributes() {
        let marked: DeriveInput = syn::parse_quote!(
            #[aggregate(opaque)]
            #[aggregate(interior_mutable)]
            struct Marked;
        );
        let ctxt = Ctxt::new();
        let args = AggregateFieldArgs::from_attributes(&ctxt, &marked.attrs);
        assert!(ctxt.finish().is_ok(), "{}", quote!(#marked));
        assert_eq!((args.root, args.opaque, args.interior_mutable), (false, true, true));
    }
    #[test]
    fn a_word_alone_takes_no_value() {
        let marked: DeriveInput = syn::parse_quote!(
            #[aggregate(opaque = true)]
            struct Marked;
        );
        let ctxt = Ctxt::new();
        AggregateFieldArgs::from_attributes(&ctxt, &marked.attrs);
        let mistake = ctxt.finish().unwrap_err();
        assert_eq!(mistake.to_string(), "`opaque` takes no value: write it alone");
    }
}
