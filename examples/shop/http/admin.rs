//! What an admin sees: orders by their status, the revenue, and who did what.

use eventsourcing::log::LogEvent;
use jiff::Timestamp;

use super::prelude::*;

/// What somebody did.
#[derive(Serialize)]
pub(crate) struct Deed {
    pub(crate) position: u64,
    pub(crate) at: Timestamp,
    pub(crate) actor: String,
    pub(crate) event: String,
}

pub(super) async fn orders(app: App, call: Call, asked: Query<Asked>) -> Answer {
    app.shows::<OrderRow>(&asked).await;
    let status = asked.status.unwrap_or(Status::Placed);
    let rows = app.views.all::<OrderRow>().by(OrderRow::STATUS, status).limit(100).await?;
    Ok(call.answer(&rows, || pages::orders(status, &rows)))
}

pub(super) async fn revenue(app: App, call: Call) -> Answer {
    let rows = app.views.query::<DayRow>("TRUE ORDER BY day DESC LIMIT 100", ()).await?;
    Ok(call.answer(&rows, || pages::revenue(&rows)))
}

/// The log itself, the newest first: each event has who caused it in its metadata.
pub(super) async fn audit(app: App, call: Call, asked: Query<Asked>) -> Answer {
    let head = app.shop.orders.store().head().await?;
    let before = asked.before.map_or(head.next(), |before| Position::new(before).min(head.next()));
    let from = before.previous().saturating_sub(50);
    let page = app.shop.log().after(from).page_size(50).next_page().await?;
    let deeds: Vec<_> = page.into_iter().filter(|deed| deed.position < before).map(deed).rev().collect();
    Ok(call.answer(&deeds, || pages::audit(&deeds, from.next().get())))
}

fn deed(recorded: Recorded<LogEvent<ShopEvent>>) -> Deed {
    let event = match recorded.event {
        LogEvent::Known(event) => format!("{event:?}"),
        LogEvent::Unknown(event) => event.name,
    };
    let at = Timestamp::try_from(recorded.recorded_at).unwrap_or_default();
    let actor = recorded.metadata.actor().unwrap_or("the shop").to_owned();
    Deed { position: recorded.position.get(), at, actor, event }
}
