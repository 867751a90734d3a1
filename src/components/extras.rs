//! What only a viewer who acts gets to see: the timeline, what the menus hold, reports and files.
//!
//! It is called through a table of functions. Where the widget is split (feature `split`, the npm package) they are in a file
//! of their own, which is loaded once a pointer or the focus comes near; elsewhere they are always here.

use yew::prelude::*;

use super::markup::{Tag, button, tag};
use super::rows::{LaneMessage, SubTaskRows, SubTaskRowsProps, detail};
use super::shown::{Copied, Extent, Shown, press};
use super::widget::{BatchTaskWidget, WidgetMessage};
use super::{export, toolbar};
use crate::effect::extras as effect;
use crate::i18n::Words;
use crate::model::{SubTask, SubTasks};
use crate::poll::State;
use crate::view::export::Format;
use crate::view::table::{self, Sort};

/// The functions. What they do is said where they are.
pub(crate) struct Extras {
    pub(super) timeline: fn(&SubTaskRows, &Context<SubTaskRows>) -> Tag,
    pub(super) lanes: fn(&mut SubTaskRows, &Context<SubTaskRows>, LaneMessage) -> bool,
    pub(super) files: fn(&Shown, usize) -> Tag,
    pub(super) columns: fn(&Shown) -> Tag,
    pub(super) detail: fn(&SubTaskRowsProps, &SubTask<'_>, u32, usize) -> Tag,
    pub(super) sorted: fn(&SubTasks, Vec<u32>, Sort) -> Vec<u32>,
    pub(super) search: fn(&mut BatchTaskWidget, &Context<BatchTaskWidget>, bool),
    pub(super) export: fn(&mut BatchTaskWidget, &Context<BatchTaskWidget>, Format, Extent),
    pub(super) copy: fn(&BatchTaskWidget, &Context<BatchTaskWidget>, Copied),
    pub(super) await_end: fn(&mut BatchTaskWidget, &Context<BatchTaskWidget>, bool),
    pub(super) tell_end: fn(&mut BatchTaskWidget, &State),
}

static EXTRAS: Extras = Extras {
    timeline: SubTaskRows::timeline,
    lanes: SubTaskRows::update_lanes,
    files: export::files,
    columns: toolbar::choices,
    detail,
    sorted: table::sorted,
    search: BatchTaskWidget::search,
    export: BatchTaskWidget::export,
    copy: BatchTaskWidget::copy,
    await_end: BatchTaskWidget::await_end,
    tell_end: BatchTaskWidget::tell_end,
};

/// The table, if it is here.
pub(super) fn extras() -> Option<&'static Extras> {
    linked::extras()
}

/// Takes the file that has been loaded for the table: from now on it is here.
#[cfg(feature = "element")]
pub(crate) fn link() {
    linked::link();
}

/// How a widget stands with them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Presence {
    /// They have not been asked for.
    Absent,
    /// They are being loaded.
    Coming,
    /// They could not be.
    Failed,
    Here,
}

impl Presence {
    /// As a widget begins.
    pub(super) fn at_first() -> Self {
        if extras().is_some() { Self::Here } else { Self::Absent }
    }
}

/// What stands where they will be.
pub(super) fn placeholder(presence: Presence, send: &Callback<WidgetMessage>, words: Words) -> Tag {
    let place = tag("p").class("btw-coming");
    if presence != Presence::Failed {
        return place.child(words.loading_part);
    }
    let again = button("btw-link").on_click(press(send, WidgetMessage::WantExtras)).child(words.try_again);
    place.child(words.part_failed).child(" ").child(again)
}

impl BatchTaskWidget {
    /// Loads them, unless they are here or on their way.
    pub(super) fn load_extras(&mut self, ctx: &Context<Self>) {
        match self.shown.extras {
            Presence::Here | Presence::Coming => {}
            // Another widget of the page has.
            _ if extras().is_some() => self.extras_ended(ctx, true),
            _ => {
                self.shown.extras = Presence::Coming;
                let link = ctx.link().clone();
                effect::load(move |are_here| link.send_message(WidgetMessage::ExtrasEnded(are_here)));
            }
        }
    }

    /// Does something once they are here.
    pub(super) fn wait(&mut self, ctx: &Context<Self>, message: WidgetMessage) {
        self.shown.waiting = Some(message);
        self.load_extras(ctx);
    }

    /// They are here, or will not be.
    pub(super) fn extras_ended(&mut self, ctx: &Context<Self>, are_here: bool) {
        if are_here {
            self.shown.extras = Presence::Here;
            self.shown.sift();
            self.search_if_asked(ctx, false);
            if let Some(message) = self.shown.waiting.take() {
                ctx.link().send_message(message);
            }
            return;
        }
        self.shown.extras = Presence::Failed;
        if let Some(WidgetMessage::Copy(what)) = self.shown.waiting {
            self.shown.waiting = None;
            ctx.link().send_message(WidgetMessage::CopyEnded(what, false));
        } else if self.shown.waiting.is_some() || self.shown.takes_extras() {
            self.shown.note(self.shown.words.part_failed);
        }
    }

    /// Searches anew. `is_typed` says that only the query is new.
    pub(super) fn search_if_asked(&mut self, ctx: &Context<Self>, is_typed: bool) {
        if let Some(extras) = extras() {
            (extras.search)(self, ctx, is_typed);
        }
    }
}

#[cfg(not(feature = "split"))]
mod linked {
    use super::{EXTRAS, Extras};

    pub(super) const fn extras() -> Option<&'static Extras> {
        Some(&EXTRAS)
    }

    #[cfg(feature = "element")]
    pub(super) const fn link() {}
}

#[cfg(feature = "split")]
mod linked {
    use std::cell::Cell;

    use super::{EXTRAS, Extras};

    thread_local! {
        static LINKED: Cell<Option<&'static Extras>> = const { Cell::new(None) };
    }

    pub(super) fn extras() -> Option<&'static Extras> {
        LINKED.get()
    }

    pub(super) fn link() {
        LINKED.set(Some(table()));
    }

    // By these names `wasm_split_cli` knows the way from the one file into the other. The first is a call of the second, which
    // must not be made before that file is loaded; to the compiler they are strangers.
    #[allow(unsafe_code, improper_ctypes, reason = "both ends are this module's, and of one compilation")]
    #[link(wasm_import_module = "__wasm_split_placeholder__")]
    unsafe extern "C" {
        #[link_name = "__wasm_split_00extras00_import_00000000000000000000000000000000_table"]
        safe fn table() -> &'static Extras;
    }

    #[allow(unsafe_code, improper_ctypes_definitions, reason = "as above")]
    #[unsafe(export_name = "__wasm_split_00extras00_export_00000000000000000000000000000000_table")]
    extern "C" fn table_in_its_file() -> &'static Extras {
        &EXTRAS
    }
}
