//! What the code of today stores, as a lock.

use super::sample;
use super::text::{Aggregate, Event, Field, Lock, Type, Variant};
use crate::repository::AggregateSchema;
use crate::schema::{self, Definition, Definitions, EventSchema};

/// What these aggregates store.
pub(super) fn current_lock(histories: &[AggregateSchema]) -> Result<Lock, String> {
    let mut definitions = Definitions::default();
    for field in histories.iter().flat_map(schemas).flat_map(|schema| schema.fields) {
        (field.shape.define)(&mut definitions);
    }
    if let Some(name) = definitions.ambiguous().first() {
        return Err(format!("two types that are stored are called `{name}`: write `#[schema(name = \"..\")]` on one"));
    }
    let mut aggregates: Vec<(Aggregate, &str)> = Vec::new();
    for history in histories {
        let aggregate = aggregate(history, &definitions);
        // Instances of a generic aggregate have one enum.
        let clashes = |(other, whole_path): &&(Aggregate, &str)| {
            other.name == aggregate.name || (other.path == aggregate.path && *whole_path != history.path)
        };
        match aggregates.iter().find(clashes) {
            Some((same, _)) if *same == aggregate => {}
            Some((other, _)) => {
                return Err(format!(
                    "aggregates `{}` ({}) and `{}` ({}) cannot be distinguished: events.lock finds one by its stored name and by the name of \
                     its enum of events",
                    other.name, other.path, aggregate.name, aggregate.path,
                ));
            }
            None => aggregates.push((aggregate, history.path)),
        }
    }
    let aggregates = aggregates.into_iter().map(|(aggregate, _)| aggregate).collect();
    Ok(Lock { aggregates, types: definitions.iter().map(|(name, definition)| ty(name, definition)).collect() })
}

fn schemas(history: &AggregateSchema) -> impl Iterator<Item = &'static EventSchema> {
    history.schemas.iter().copied().flatten()
}

/// The fields of an event for which no value can be made up.
pub(super) fn unsampled(history: &AggregateSchema, event: &str, version: u32) -> Vec<String> {
    let is_it = |schema: &&EventSchema| schema.name == event && schema.version == version;
    let Some(schema) = schemas(history).find(is_it) else { return Vec::new() };
    let mut definitions = Definitions::default();
    schema.fields.iter().for_each(|field| (field.shape.define)(&mut definitions));
    let unsampled =
        schema.fields.iter().filter(|field| sample::make_payload(std::slice::from_ref(field), &definitions).is_none());
    unsampled.map(|field| format!("`{}` of field `{}`", field.shape.ty, field.name)).collect()
}

fn aggregate(history: &AggregateSchema, definitions: &Definitions) -> Aggregate {
    let events = schemas(history).map(|schema| Event {
        name: schema.name.to_owned(),
        version: schema.version,
        fields: fields(schema.fields),
        after: Vec::new(),
        sample: sample::make_payload(schema.fields, definitions),
    });
    // The crate and the name; where in the crate it stands may change.
    let (krate, name) = (history.path.split("::").next(), history.path.rsplit("::").next());
    let path = format!("{}::{}", krate.unwrap_or_default(), name.unwrap_or_default());
    let unique = history.unique.iter().map(|(field, _)| (*field).to_owned()).collect();
    Aggregate { name: history.name.to_owned(), path, unique, events: events.collect() }
}

fn fields(fields: &[schema::Field]) -> Vec<Field> {
    let field = |field: &schema::Field| Field {
        name: field.name.to_owned(),
        ty: field.shape.ty.to_string(),
        defaulted: field.defaulted,
        aliases: field.aliases.iter().map(ToString::to_string).collect(),
    };
    fields.iter().map(field).collect()
}

fn ty(name: &str, definition: &Definition) -> Type {
    let empty = Type { name: name.to_owned(), tagging: String::new(), fields: Vec::new(), variants: Vec::new() };
    match definition {
        Definition::Fields(all) => Type { fields: fields(all), ..empty },
        Definition::Variants(tagging, variants) => {
            Type { tagging: (*tagging).to_owned(), variants: variants.iter().map(variant).collect(), ..empty }
        }
    }
}

fn variant(variant: &schema::Variant) -> Variant {
    let of: Vec<_> = variant.of.iter().map(|of| of.ty.to_string()).collect();
    let of = match &*of {
        [] => None,
        [one] => Some(one.clone()),
        several => Some(format!("({})", several.join(", "))),
    };
    let aliases = variant.aliases.iter().map(ToString::to_string).collect();
    Variant { name: variant.name.to_owned(), of, fields: fields(variant.fields), aliases }
}
