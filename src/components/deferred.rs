//! The functions that may be loaded after the first wasm file: their types, where the loaded table is kept, and the
//! placeholder that is shown until then.
//!
//! This file names only the data that the functions work on. `lazy.rs` fills the table.

use std::cell::Cell;

use web_sys::Element;
use yew::prelude::*;

use super::actions::{ActionChange, ActionRequest};
use super::markup::{Tag, button, tag};
use super::message::{CopyTarget, ExportScope, RowScope, WidgetMessage, on_press};
use super::rows::state::{LaneMessage, RowMarks, RowsMessage, RowsState, SubTaskRowsProps, Use, Viewport};
use super::view_state::{Arrange, LoadState, Median, Observe, ViewState};
use crate::effect::clipboard::StartedCopy;
use crate::effect::download::File;
use crate::effect::notify::PermissionRequest;
use crate::i18n::Locale;
use crate::model::{BatchTask, SubTask};
use crate::poll::State;
use crate::view::export::Format;
use crate::view::search::Hits;

/// The deferred functions. Those that view or compute return data; the widget and its rows apply it.
pub(super) struct Deferred {
    pub(super) timeline: fn(&RowsState, &SubTaskRowsProps, &Callback<RowsMessage>) -> Tag,
    pub(super) update_timeline: fn(&mut RowsState, &SubTaskRowsProps, LaneMessage) -> bool,
    pub(super) detail: fn(&SubTaskRowsProps, &SubTask<'_>, u32, RowMarks) -> Tag,
    pub(super) follow_rows: fn(&mut RowsState, &SubTaskRowsProps, &SubTaskRowsProps),
    pub(super) resize_rows: fn(&mut RowsState, &SubTaskRowsProps, Viewport),
    pub(super) measure_rows: fn(&mut RowsState, &SubTaskRowsProps) -> bool,
    pub(super) read_use: fn(&Event) -> Option<Use>,
    pub(super) use_rows: fn(&mut RowsState, &SubTaskRowsProps, Use) -> bool,
    pub(super) settle_rows: fn(&mut RowsState, &Element),
    pub(super) missing_note: fn(&RowsState, &SubTaskRowsProps) -> Option<Tag>,
    pub(super) slow_note: fn(&SubTaskRowsProps, &SubTask<'_>) -> Option<Tag>,
    pub(super) outlook: fn(&ViewState) -> Option<Tag>,
    #[cfg(feature = "split")]
    pub(super) add_styles: fn(&Element, &mut Option<web_sys::CssStyleSheet>),
    pub(super) menu_event: fn(&Event),
    pub(super) search_key: fn(&Event, &NodeRef),
    pub(super) group_tools: fn(&ViewState, RowScope, &str) -> Tag,
    pub(super) toolbar_tools: fn(&ViewState) -> Tag,
    pub(super) act: fn(&mut ViewState, Option<ActionChange>, &Callback<ActionRequest>),
    #[cfg(feature = "element")]
    pub(super) report_action: fn(&js_sys::Function, &ActionRequest),
    pub(super) export_choices: fn(&ViewState, usize) -> Tag,
    pub(super) column_choices: fn(&ViewState) -> Tag,
    pub(super) filter_choices: fn(&ViewState) -> Tag,
    pub(super) filter_chips: fn(&ViewState) -> Tag,
    pub(super) none_match: fn(&SubTaskRowsProps) -> Tag,
    pub(super) search_result: fn(&ViewState) -> Option<String>,
    pub(super) highlight: fn(&Element, &Hits),
    pub(super) reveal_toolbar: fn(&Element),
    pub(super) arrange: Arrange,
    pub(super) observe: Observe,
    pub(super) median_ms: Median,
    pub(super) search: fn(&ViewState, &BatchTask, SearchStart) -> SearchJob,
    pub(super) export: fn(&ViewState, Format, ExportScope) -> Option<ExportJob>,
    pub(super) save: fn(&ExportedFile) -> bool,
    pub(super) copy_text: fn(&ViewState, CopyTarget) -> Option<Copied>,
    pub(super) copy: fn(String, Option<Element>, Done),
    pub(super) finish_copy: fn(StartedCopy, &str, Done),
    pub(super) read_permission: fn(PermissionRequest, Callback<WidgetMessage>),
    pub(super) notify: fn(&mut ViewState, &State),
}

/// A text to copy, and the number of IDs if it is a list of them.
pub(super) struct Copied {
    pub(super) text: String,
    pub(super) count: Option<u32>,
}

/// Called with `true` when an effect has succeeded, with `false` when it has failed.
pub(super) type Done = Box<dyn FnOnce(bool)>;

/// Searches more rows up to the given cost, and returns the hits once all rows have been searched.
pub(super) type SearchJob = Box<dyn FnMut(u32) -> Option<Hits>>;

/// The rows that a search starts with.
#[derive(Clone, Copy)]
pub(super) enum SearchStart {
    /// All rows.
    AllRows,
    /// The hits of the last query, if the new query can only narrow them.
    LastHits,
}

/// Writes the next part of a file.
pub(super) type ExportJob = Box<dyn FnMut() -> ExportProgress>;

/// The progress of an [`ExportJob`].
pub(super) enum ExportProgress {
    /// This much is written, in percent.
    Percent(u32),
    /// The whole file is written.
    Finished(ExportedFile),
}

/// A file to be saved.
pub(super) struct ExportedFile {
    pub(super) content: File,
    pub(super) name: String,
    pub(super) media_type: &'static str,
}

thread_local! {
    static TABLE: Cell<Option<&'static Deferred>> = const { Cell::new(None) };
}

/// Returns the deferred functions once they are loaded.
pub(super) fn get() -> Option<&'static Deferred> {
    TABLE.get()
}

/// Makes the functions available to all widgets of the page.
pub(super) fn install(table: &'static Deferred) {
    TABLE.set(Some(table));
}

/// Takes the functions away from all widgets of this thread, so that they are drawn as before the functions are loaded.
#[cfg(feature = "prerender")]
pub(super) fn uninstall() {
    TABLE.set(None);
}

/// Returns what is shown in place of a deferred part: that it is loading, or that loading failed, with a retry button.
pub(super) fn placeholder(load_state: LoadState, send: &Callback<WidgetMessage>, locale: Locale) -> Tag {
    let paragraph = tag("p").class("btw-coming");
    if load_state != LoadState::Failed {
        return paragraph.child(locale.loading_part);
    }
    let retry =
        button("btw-link").on_click(on_press(send, WidgetMessage::DeferredRequested)).child(locale.try_again);
    paragraph.child(locale.part_failed).child(" ").child(retry)
}
