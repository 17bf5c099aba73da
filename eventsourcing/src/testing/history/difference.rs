//! A lock and the code of today: what is broken, and what is new.

use super::text::{Aggregate, Event, Field, Lock, Type, Variant};

/// What the compiler may not have reported: of types of other crates, of generic ones, and of events that were written by hand.
pub(super) fn broken(lock: &Lock, current: &Lock) -> Vec<String> {
    let mut broken = Vec::new();
    for locked in &lock.aggregates {
        let Some(now) = current.aggregates.iter().find(|now| now.name == locked.name) else { continue };
        for field in locked.unique.iter().filter(|field| !now.unique.contains(field)) {
            broken.push(format!(
                "aggregate `{}`: unique field `{field}` is gone, by whose name claims are found: write `#[aggregate(unique = \"{field}\")]` on \
                 the field that it is now; if its values need not be unique any more, delete the line `unique {field}`",
                locked.name,
            ));
        }
        for event in &locked.events {
            // Of older versions, an upcaster asks for what it needs.
            let same = |other: &&Event| (&other.name, other.version) == (&event.name, event.version);
            let is_newest = now.events.iter().all(|other| other.name != event.name || other.version <= event.version);
            if let Some(now) = now.events.iter().find(same).filter(|_| is_newest) {
                let what = format!("event `{}` version {} of {}", event.name, event.version, locked.name);
                fields(&what, &event.fields, &now.fields, &mut broken);
            }
        }
    }
    for locked in &lock.types {
        let Some(now) = current.types.iter().find(|now| now.name == locked.name) else { continue };
        let what = format!("type `{}`", locked.name);
        if now.tagging != locked.tagging {
            broken.push(format!("{what}: its variants are distinguished in another way"));
        }
        fields(&what, &locked.fields, &now.fields, &mut broken);
        for variant in &locked.variants {
            let what = format!("{what}: variant `{}`", variant.name);
            let same = |now: &&Variant| now.name == variant.name || now.aliases.contains(&variant.name);
            match now.variants.iter().find(same) {
                Some(now) if reads(variant.of.as_deref(), now.of.as_deref()) => {
                    fields(&what, &variant.fields, &now.fields, &mut broken);
                }
                Some(_) => broken.push(format!("{what} holds something else")),
                None => broken.push(format!("{what} is gone")),
            }
        }
    }
    broken
}

/// Enums that the lock knows in another crate or under another name: it would not be found for them.
pub(super) fn moved(lock: &Lock, current: &Lock) -> Vec<String> {
    let moved = lock.aggregates.iter().filter_map(|locked| {
        let now = current.aggregates.iter().find(|now| now.name == locked.name && now.path != locked.path)?;
        Some(format!("aggregate `{}`: `{}` is `{}` now", locked.name, locked.path, now.path))
    });
    moved.collect()
}

fn fields(what: &str, locked: &[Field], now: &[Field], broken: &mut Vec<String>) {
    let same = |was: &Field, now: &Field| now.name == was.name || now.aliases.contains(&was.name);
    for was in locked {
        match now.iter().find(|now| same(was, now)) {
            None => broken.push(format!("{what}: field `{}` is gone", was.name)),
            Some(now) if !reads(Some(&was.ty), Some(&now.ty)) => {
                broken.push(format!("{what}: field `{}` was `{}` and is `{}`", was.name, was.ty, now.ty));
            }
            Some(now) if was.defaulted && !may_be_missing(now) => {
                broken.push(format!("{what}: field `{}` had a default, and must be there now", was.name));
            }
            Some(_) => {}
        }
    }
    let is_new = |now: &&Field| !locked.iter().any(|was| same(was, now));
    for now in now.iter().filter(is_new).filter(|now| !may_be_missing(now)) {
        broken.push(format!("{what}: field `{}` is new, and must be there", now.name));
    }
}

fn may_be_missing(field: &Field) -> bool {
    field.defaulted || field.ty.starts_with("Option<")
}

/// Whether what was stored as one type is read as another.
fn reads(was: Option<&str>, now: Option<&str>) -> bool {
    let is_opaque = |ty: &str| ty.starts_with("opaque(");
    match (was, now) {
        (Some(was), Some(now)) => was == now || now == format!("Option<{was}>") || is_opaque(was),
        (was, now) => was == now,
    }
}

/// The lock with what is new. What is there stays, but for fields that became optional and types that can now be seen into.
pub(super) fn updated(mut lock: Lock, current: Lock) -> Lock {
    for now in current.aggregates {
        match lock.aggregates.iter_mut().find(|locked| locked.name == now.name) {
            Some(locked) => update_aggregate(locked, now),
            None => lock.aggregates.push(now),
        }
    }
    for now in current.types {
        match lock.types.iter_mut().find(|locked| locked.name == now.name) {
            Some(locked) => update_type(locked, now),
            None => lock.types.push(now),
        }
    }
    lock.aggregates.sort_by(|one, other| one.name.cmp(&other.name));
    for aggregate in &mut lock.aggregates {
        aggregate.unique.sort();
        aggregate.events.sort_by(|one, other| (&one.name, one.version).cmp(&(&other.name, other.version)));
    }
    lock.types.sort_by(|one, other| one.name.cmp(&other.name));
    lock
}

fn update_aggregate(locked: &mut Aggregate, now: Aggregate) {
    locked.path = now.path;
    let is_new = |field: &String| !locked.unique.contains(field);
    let new: Vec<_> = now.unique.into_iter().filter(is_new).collect();
    locked.unique.extend(new);
    let newest = |events: &[Event], name: &str| {
        events.iter().filter(|event| event.name == name).map(|event| event.version).max()
    };
    let newest: Vec<_> = now.events.iter().map(|event| newest(&now.events, &event.name)).collect();
    for (now, newest) in now.events.into_iter().zip(newest) {
        let same = |locked: &&mut Event| (&locked.name, locked.version) == (&now.name, now.version);
        match locked.events.iter_mut().find(same) {
            // An older version is what it was, whatever its upcaster still asks for.
            Some(_) if Some(now.version) != newest => {}
            Some(locked) => {
                update_fields(&mut locked.fields, now.fields);
                locked.sample = locked.sample.take().or(now.sample);
            }
            None => locked.events.push(now),
        }
    }
}

fn update_type(locked: &mut Type, now: Type) {
    update_fields(&mut locked.fields, now.fields);
    for now in now.variants {
        match locked.variants.iter_mut().find(|locked| locked.name == now.name) {
            Some(Variant { of, fields, .. }) => {
                *of = now.of;
                update_fields(fields, now.fields);
            }
            None => locked.variants.push(now),
        }
    }
}

fn update_fields(locked: &mut Vec<Field>, now: Vec<Field>) {
    for now in now {
        match locked.iter_mut().find(|locked| locked.name == now.name) {
            // Stored without it once, it may be missing for ever.
            Some(locked) => *locked = Field { defaulted: locked.defaulted || now.defaulted, ..now },
            None => locked.push(now),
        }
    }
}

/// The lines that are new (`+`) or no longer there (`-`), each part of the file under its first line.
pub(super) fn shown(text: &str, updated: &str) -> String {
    if text == updated {
        return "events.lock is up to date\n".to_owned();
    }
    let mut old = text.lines().peekable();
    let mut shown = String::from("events.lock:\n");
    let mut begun = "";
    let new: Vec<_> = updated.lines().collect();
    for (at, line) in new.iter().enumerate() {
        while let Some(gone) = old.next_if(|old| !new.get(at..).unwrap_or_default().contains(old)) {
            shown.extend(["- ", gone, "\n"]);
        }
        if !line.starts_with(' ') {
            begun = line;
        }
        if old.next_if_eq(line).is_some() || line.is_empty() {
            continue;
        }
        if *line != begun && !begun.is_empty() {
            shown.extend(["  ", begun, "\n"]);
        }
        begun = "";
        shown.extend(["+ ", line, "\n"]);
    }
    old.filter(|line| !line.is_empty()).for_each(|gone| shown.extend(["- ", gone, "\n"]));
    shown
}
