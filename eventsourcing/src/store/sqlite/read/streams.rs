//! Pages of the streams of one kind of aggregate: a step through the index for each stream, however many events it has.

use crate::store::sqlite::connection::reader::Reader;
use crate::store::sqlite::format::index;
use crate::store::sqlite::format::stream_key::StreamKey;
use crate::store::{StreamList, StreamPage};

/// A page of the streams of an aggregate.
pub(crate) fn list_page(Reader { conn, names }: &mut Reader, list: &StreamList) -> rusqlite::Result<StreamPage> {
    let mut page = StreamPage::default();
    let Some(aggregate) = names.key(conn, &list.aggregate)? else { return Ok(page) };
    let mut after = match list.after {
        Some(id) => StreamKey::new(aggregate.id, id),
        None => StreamKey::before_all(aggregate.id),
    };
    while let Some(id) = index::find_next_stream(conn, &after, aggregate.id)? {
        if page.ids.len() == list.bound() {
            page.more = true;
            break;
        }
        page.ids.push(id);
        after = StreamKey::new(aggregate.id, id);
    }
    Ok(page)
}
