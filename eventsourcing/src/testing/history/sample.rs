//! A payload made up from the shapes of its fields.

use serde_json::{Map, Value, json};

use crate::schema::{Definition, Definitions, Field, Shape, Type, Variant};

/// The most types in each other; deeper, lists are empty and optional values absent.
const DEEP: usize = 4;

/// A payload with these fields, if a sample can be made of all of their types.
pub(super) fn make_payload(fields: &[Field], definitions: &Definitions) -> Option<String> {
    Some(object(fields, definitions, 0)?.to_string())
}

fn object(fields: &[Field], definitions: &Definitions, depth: usize) -> Option<Value> {
    let field = |field: &Field| Some((field.name.to_owned(), shape(&field.shape, definitions, depth + 1)?));
    Some(Value::Object(fields.iter().map(field).collect::<Option<Map<_, _>>>()?))
}

fn shape(shape: &Shape, definitions: &Definitions, depth: usize) -> Option<Value> {
    match (&shape.ty, shape.sample) {
        (Type::Opaque(_), Some(sample)) => serde_json::from_str(&sample()?).ok(),
        (ty, _) => value(ty, definitions, depth),
    }
}

fn value(ty: &Type, definitions: &Definitions, depth: usize) -> Option<Value> {
    let is_deep = depth > DEEP;
    let inner = |ty: &Type| value(ty, definitions, depth + 1);
    Some(match ty {
        Type::Plain(name) => plain(name)?,
        Type::Optional(of) => if is_deep { None } else { inner(of) }.unwrap_or_default(),
        Type::List(_) if is_deep => json!([]),
        Type::List(of) => json!([inner(of)?]),
        Type::Array(of, len) => Value::Array(vec![inner(of)?; *len]),
        Type::Map(..) if is_deep => json!({}),
        Type::Map(key, of) => {
            let key = match inner(key)? {
                Value::String(text) => text,
                Value::Number(number) => number.to_string(),
                Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => return None,
            };
            json!({ key: inner(of)? })
        }
        Type::Tuple(parts) => Value::Array(parts.iter().map(|part| inner(part)).collect::<Option<_>>()?),
        Type::Named(..) | Type::UnitEnum(..) if is_deep => return None,
        Type::Named(..) | Type::UnitEnum(..) => {
            let name = ty.to_string();
            match definitions.iter().find(|(known, _)| *known == name)?.1 {
                Definition::Fields(fields) => object(fields, definitions, depth)?,
                Definition::Variants(tagging, variants) => {
                    variants.iter().find_map(|variant| tagged(tagging, variant, definitions, depth))?
                }
            }
        }
        Type::Opaque(_) => return None,
    })
}

fn plain(name: &str) -> Option<Value> {
    Some(match name {
        "bool" => json!(true),
        "char" => json!("a"),
        "String" => json!("text"),
        "f32" | "f64" => json!(1.5),
        "()" => Value::Null,
        "Bytes" => json!("AAEC/w=="),
        "Uuid" => json!("018f3f5e-7c3a-7cc0-8b8e-2d9c1a4b5e6f"),
        "Duration" => json!({"secs": 1, "nanos": 0}),
        "SystemTime" => json!({"secs_since_epoch": 1, "nanos_since_epoch": 0}),
        "IpAddr" | "Ipv4Addr" => json!("127.0.0.1"),
        "Ipv6Addr" => json!("::1"),
        number if number.starts_with(['i', 'u']) || number.starts_with("NonZero<") => json!(1),
        _ => return None,
    })
}

/// A value of this variant, with its name where serde puts it.
fn tagged(tagging: &str, variant: &Variant, definitions: &Definitions, depth: usize) -> Option<Value> {
    let name = variant.name;
    let is_unit = variant.of.is_empty() && variant.fields.is_empty();
    let content = if is_unit { None } else { Some(content(variant, definitions, depth)?) };
    let option = |name: &str| tagging.split(", ").find_map(|option| option.strip_prefix(name)).map(str::to_owned);
    Some(match (option("tag "), option("content "), content) {
        (_, _, content) if tagging == "untagged" => content.unwrap_or_default(),
        (None, _, None) => json!(name),
        (None, _, Some(content)) => json!({ name: content }),
        (Some(tag), _, None) => json!({ tag: name }),
        (Some(tag), Some(key), Some(content)) => json!({ tag: name, key: content }),
        (Some(tag), None, Some(Value::Object(mut content))) => {
            content.insert(tag, json!(name));
            Value::Object(content)
        }
        (Some(_), None, Some(_)) => return None,
    })
}

fn content(variant: &Variant, definitions: &Definitions, depth: usize) -> Option<Value> {
    match variant.of {
        [] => object(variant.fields, definitions, depth),
        [one] => shape(one, definitions, depth + 1),
        several => {
            let parts = several.iter().map(|part| shape(part, definitions, depth + 1));
            Some(Value::Array(parts.collect::<Option<_>>()?))
        }
    }
}
