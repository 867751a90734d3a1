//! Searching and exporting as jobs that are run in slices, which compute while the widget runs them and applies their results;
//! and notifications.

use std::rc::Rc;

use yew::prelude::*;

use super::deferred::{ExportJob, ExportProgress, ExportedFile, SearchJob, SearchStart};
use super::markup::{Tag, tag};
use super::message::{ExportScope, WidgetMessage};
use super::view_state::ViewState;
use crate::effect::download::{self, File};
use crate::effect::notify::{self as browser, PermissionRequest};
use crate::model::BatchTask;
use crate::poll::State;
use crate::timestamp::Timestamp;
use crate::view::columns::Columns;
use crate::view::export::{Export, Format, file_name};
use crate::view::search::Search;
use crate::view::table::{sorted, visible_rows};

/// How many rows one step of an export writes: less than a millisecond's work.
const STEP_ROWS: u32 = 250;

/// The file is handed to the browser in parts of about this many bytes.
const PART_BYTES: usize = 256 * 1_024;

/// Returns a search of `task` for the query of `view`.
pub(super) fn search(view: &ViewState, task: &BatchTask, start: SearchStart) -> SearchJob {
    let sub_tasks = task.sub_tasks.clone();
    let mut search = match start {
        SearchStart::AllRows => Search::new(&view.query),
        SearchStart::LastHits => Search::after(&view.hits, &view.query),
    };
    Box::new(move |rows| search.step(&sub_tasks, rows).then(|| std::mem::take(&mut search).finish()))
}

/// Returns the export of the current task; `None` if there is no data.
pub(super) fn export(view: &ViewState, format: Format, scope: ExportScope) -> Option<ExportJob> {
    let task = Rc::clone(view.state.task()?);
    let (mut export, name) = export_of(view, format, scope)?;
    let (content, mut text, mut name) = (File::default(), String::new(), name);
    Some(Box::new(move || {
        let is_done = export.step(&task.sub_tasks, STEP_ROWS, &mut text);
        if is_done || text.len() >= PART_BYTES {
            content.push(&text);
            text.clear();
        }
        if is_done {
            let (content, name) = (content.clone(), std::mem::take(&mut name));
            ExportProgress::Finished(ExportedFile { content, name, media_type: format.media_type() })
        } else {
            ExportProgress::Percent(export.percent())
        }
    }))
}

/// Has the browser save a file. Returns whether the frame around the page may block it.
pub(super) fn save(file: &ExportedFile) -> bool {
    // A browser that refuses reports it in its console.
    let _ = file.content.save(&file.name, file.media_type);
    download::may_be_blocked()
}

/// Returns the rows that match the viewer's choices, in their order.
pub(super) fn arrange(view: &ViewState, task: &BatchTask) -> Vec<u32> {
    let reason = view.options.reason.zip(view.grouped.as_ref());
    let members = reason.map(|(key, grouped)| grouped.failures.rows(key));
    let now = Timestamp::from_unix_ms(view.server_now_ms() as i64);
    let rows = visible_rows(&task.sub_tasks, view.options, now, [view.hits.rows(), members.as_ref()]);
    match view.options.sort {
        Some(sort) => sorted(&task.sub_tasks, rows, sort, view.rows_now()),
        None => rows,
    }
}

/// Draws the rate and the time left, which the first response does not tell.
pub(super) fn outlook(view: &ViewState) -> Option<Tag> {
    // Old data says nothing about what is left now.
    let estimate =
        view.estimator.estimate(view.now.monotonic_ms).text(view.locale).filter(|_| view.is_live());
    estimate.map(|estimate| tag("span").class("btw-outlook").child(estimate))
}

/// Sends the viewer's answer to the widget.
pub(super) fn read_permission(request: PermissionRequest, send: Callback<WidgetMessage>) {
    browser::read_permission(request, move |permission| {
        send.emit(WidgetMessage::PermissionReceived(permission));
    });
}

/// Notifies the viewer of what has happened since `old`, or holds now, if they do not know it yet.
pub(super) fn notify(view: &mut ViewState, old: &State) {
    let estimate = view.estimator.estimate(view.now.monotonic_ms);
    let new = &view.state;
    let next = view.notified.next(old, new, view.now.unix_ms, estimate, view.locale);
    if let Some(notification) = next {
        let tag = new.task().map_or("", |task| &task.batch_id);
        browser::show(&notification.title, &notification.body, tag);
    }
}

/// Returns the writer of the file and the file's name.
pub(super) fn export_of(view: &ViewState, format: Format, scope: ExportScope) -> Option<(Export, String)> {
    let task = view.state.task()?;
    let (columns, rows) = match scope {
        ExportScope::Shown => (view.options.columns, view.rows.to_vec()),
        ExportScope::All => (Columns::ALL, (0..u32::try_from(task.sub_tasks.len()).ok()?).collect()),
    };
    let name = file_name(&task.batch_id, view.as_of()?, format);
    Some((Export::new(format, columns, rows), name))
}
