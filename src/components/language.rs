//! Which language and which zone a widget speaks in: the host's choice, the viewer's, and what has been loaded of it.

use yew::prelude::*;

use super::widget::{BatchTaskWidget, WidgetMessage};
use crate::effect::languages::{self, Loaded};
use crate::i18n::{Words, Zone};

impl BatchTaskWidget {
    /// Speaks as the properties say, as far as the messages are here; until they are, it goes on as it is.
    pub(super) fn speak(&mut self, ctx: &Context<Self>) {
        let props = ctx.props();
        let (language, tag) = languages::choose(props.lang.as_deref());
        let zone = props.time_zone.as_deref().and_then(Zone::named).unwrap_or_else(Zone::local);
        let shown = &mut self.shown;
        // A viewer who has asked for UTC goes back to the zone that there was before.
        if !zone.is_utc() {
            shown.home = zone.clone();
        } else if shown.home.is_utc() {
            shown.home = Zone::local();
        }
        let Some(Loaded { messages, wrong }) = languages::loaded(language, props.messages.as_ref()) else {
            shown.words = shown.words.in_zone(&zone);
            let link = ctx.link().clone();
            let done = move || link.send_message(WidgetMessage::LanguageChanged);
            return languages::load(language, props.messages.clone(), done);
        };
        shown.words = Words::new(messages, &tag, &zone);
        if shown.wrong_messages != wrong {
            shown.wrong_messages = wrong;
            props.on_wrong_messages.emit(wrong);
        }
    }

    /// From UTC to the zone at home, or back.
    pub(super) fn change_zone(&mut self, ctx: &Context<Self>) {
        let shown = &mut self.shown;
        let zone = if shown.words.zone().is_utc() { shown.home.clone() } else { Zone::utc() };
        shown.words = shown.words.in_zone(&zone);
        ctx.props().on_time_zone.emit(AttrValue::from(zone.name().to_owned()));
    }
}
