//! The language and the time zone of a widget.

use yew::prelude::*;

use super::BatchTaskWidget;
use crate::components::message::WidgetMessage;
use crate::effect::languages::{self, Loaded};
use crate::i18n::{Locale, Messages, Zone};

impl BatchTaskWidget {
    /// Switches to the language and the time zone that the properties ask for. Until the language is loaded, the texts stay
    /// as they are.
    pub(super) fn apply_locale(&mut self, ctx: &Context<Self>) {
        let props = ctx.props();
        let (language, tag) = languages::choose(props.lang.as_deref());
        let zone = props.time_zone.as_deref().and_then(Zone::named).unwrap_or_else(Zone::local);
        let view = &mut self.view;
        // The zone that a viewer who has switched to UTC can switch back to.
        if !zone.is_utc() {
            view.local_zone = zone.clone();
        } else if view.local_zone.is_utc() {
            view.local_zone = Zone::local();
        }
        let Some(Loaded { messages, wrong }) = languages::loaded(language, props.messages.as_ref()) else {
            view.locale = view.locale.with_zone(&zone);
            let link = ctx.link().clone();
            let done = move || link.send_message(WidgetMessage::LocaleChanged);
            return languages::load::<Messages>(language, props.messages.clone(), done);
        };
        view.locale = Locale::new(messages, &tag, &zone);
        if view.wrong_messages != wrong {
            view.wrong_messages = wrong;
            props.on_wrong_messages.emit(wrong);
        }
    }

    /// Switches from UTC to the local time zone, or back.
    pub(super) fn toggle_zone(&mut self, ctx: &Context<Self>) {
        let view = &mut self.view;
        let zone = if view.locale.zone().is_utc() { view.local_zone.clone() } else { Zone::utc() };
        view.locale = view.locale.with_zone(&zone);
        ctx.props().on_time_zone.emit(AttrValue::from(zone.name().to_owned()));
    }
}
