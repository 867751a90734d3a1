//! Keeps the table as the viewer sees it while its rows, its width or the height of details change: expanded rows stay, and
//! what is visible does not move.

use std::rc::Rc;

use web_sys::Element;

use super::state::{OpenRow, RowsState, SubTaskRowsProps, Viewport};
use super::timeline;
use crate::components::markup::{Tag, tag};
use crate::effect::{focus, layout};
use crate::i18n::fill;
use crate::model::BatchTask;
use crate::view::format;
use crate::view::kept::with_kept;
use crate::view::row_set::RowSet;
use crate::view::window::Anchor;

/// Shows the rows of `props` after those of `old`.
pub(in crate::components) fn rows(state: &mut RowsState, props: &SubTaskRowsProps, old: &SubTaskRowsProps) {
    let is_picked = props.picks != old.picks;
    let mut anchor = Anchor::default();
    if !is_picked {
        anchor = visible(state, old);
        let (new, old) = (&props.task.sub_tasks, &old.task.sub_tasks);
        anchor.retain(|row| new.task_id(row as usize) == old.task_id(row as usize));
    }
    let kept = follow_open(state, props, is_picked);
    state.kept = kept.iter().map(|(_, row)| *row).collect();
    let shown = match &*kept {
        [] => Rc::clone(&props.rows),
        kept => Rc::new(with_kept(&props.rows, &state.shown, kept)),
    };
    state.show(props, shown);
    restore(state, props, &anchor);
    seek(state, props);
}

/// Expands the row that a link names and scrolls to it, once. A row that does not match is shown, too.
fn seek(state: &mut RowsState, props: &SubTaskRowsProps) {
    state.is_target_missing = false;
    // The parts above the rows are drawn when the response is complete, and move them down.
    if state.sought == props.task_id || props.is_partial {
        return;
    }
    state.target = None;
    let Some(id) = &props.task_id else {
        state.sought = None;
        return;
    };
    let sub_tasks = &props.task.sub_tasks;
    let Some(row) = (0..sub_tasks.len()).find(|&row| sub_tasks.task_id(row) == &**id) else {
        state.is_target_missing = true;
        return;
    };
    let row = row as u32;
    state.sought = props.task_id.clone();
    if !state.is_open(row) {
        state.toggle(props, row);
    }
    if !state.shown.contains(&row) {
        state.kept.push(row);
        let api_order: Vec<u32> = (0..sub_tasks.len() as u32).collect();
        let shown = with_kept(&state.shown, &api_order, &[(row as usize, row)]);
        state.show(props, Rc::new(shown));
    }
    state.target = Some(row);
    state.active = Some(row);
    state.reveals_target = true;
    let position = state.shown.iter().position(|shown| *shown == row).unwrap_or_default() as u32;
    let px = state.layout(props).top_px(position).saturating_sub(state.viewport.height_px / 4);
    state.scroll_to(px);
}

/// Applies another size of the scroll box.
pub(in crate::components) fn resize(state: &mut RowsState, props: &SubTaskRowsProps, viewport: Viewport) {
    let anchor = visible(state, props);
    let had_lines = state.viewport.has_error_lines();
    state.viewport = viewport;
    if viewport.has_error_lines() != had_lines {
        restore(state, props, &anchor);
    }
}

/// Measures the drawn details of expanded rows; returns whether a height differs. Details above the visible part move nothing
/// in it.
pub(in crate::components) fn measure(state: &mut RowsState, props: &SubTaskRowsProps) -> bool {
    let Some(scroller) = state.scroller.cast::<Element>().filter(|_| !state.is_printed) else { return false };
    let scroll_px = layout::scroll_top_px(&scroller);
    let (mut new, mut shift_px) = (Vec::new(), 0);
    for (index, open) in state.open.iter().enumerate() {
        let px = layout::height_px(&scroller, &format!("#{}", state.detail_id(open.row)));
        // An element that is not rendered has no height.
        if px > 0 && px != open.px {
            new.push((index, px));
            let position = state.shown.iter().position(|row| *row == open.row).unwrap_or_default() as u32;
            let end_px = state.layout(props).top_px(position + 1);
            if end_px.saturating_sub(open.px) < scroll_px {
                shift_px += px as i32 - open.px as i32;
            }
        }
    }
    if new.is_empty() {
        return false;
    }
    for (index, px) in new {
        state.open[index].px = px;
    }
    state.place();
    if shift_px != 0 {
        let px = scroll_px.saturating_add_signed(shift_px);
        layout::scroll_to(&scroller, px);
        state.scrolled(px);
    }
    true
}

/// Finds the expanded rows in the task of `props` by their TaskIds. Returns those to keep although they do not match, with their
/// positions.
fn follow_open(state: &mut RowsState, props: &SubTaskRowsProps, is_picked: bool) -> Vec<(usize, u32)> {
    let mut kept = Vec::new();
    if state.open.is_empty() {
        return kept;
    }
    let mut matching = RowSet::new();
    props.rows.iter().for_each(|&row| matching.insert(row));
    let (lane, target) = (state.lane.take(), state.target.take());
    for open in std::mem::take(&mut state.open) {
        let Some(row) = row_of(&props.task, &open) else { continue };
        let position = state.shown.iter().position(|shown| *shown == open.row);
        if let Some(position) = position.filter(|_| !is_picked && !matching.contains(row)) {
            kept.push((position, row));
        }
        if lane == Some(open.row) {
            state.lane = Some(row);
        }
        if target == Some(open.row) {
            state.target = Some(row);
        }
        state.open.push(OpenRow { row, ..open });
    }
    kept.sort_unstable();
    kept
}

/// Returns the number that an expanded row has now.
fn row_of(task: &BatchTask, open: &OpenRow) -> Option<u32> {
    let is_it = |row: usize| row < task.sub_tasks.len() && task.sub_tasks.task_id(row) == open.id;
    if is_it(open.row as usize) {
        return Some(open.row);
    }
    (0..task.sub_tasks.len()).find(|&row| is_it(row)).map(|row| row as u32)
}

/// Moves the focus and scrolls after a render, as was decided before it.
pub(in crate::components) fn settle(state: &mut RowsState, scroller: &Element) {
    if std::mem::take(&mut state.focuses_active) {
        focus::focus_within(scroller, ".btw-open[tabindex='0']");
    }
    if std::mem::take(&mut state.reveals_target)
        && let Ok(Some(row)) = scroller.query_selector(".btw-row-target")
    {
        layout::bring_into_view(&row);
    }
    if let Some(lane) = state.reveals_lane.take() {
        timeline::reveal(scroller, lane);
    }
}

/// Draws a note if the batch does not have the subtask that a link names.
pub(in crate::components) fn missing_note(state: &RowsState, props: &SubTaskRowsProps) -> Option<Tag> {
    let id = format::truncated(props.task_id.as_deref().filter(|_| state.is_target_missing)?);
    Some(tag("p").class("btw-table-note").child(fill(props.locale.not_in_batch, &[("id", &id)])))
}

fn visible(state: &RowsState, props: &SubTaskRowsProps) -> Anchor {
    // Reading the position makes the browser lay out what this render has changed so far.
    let scroller =
        state.scroller.cast::<Element>().filter(|element| state.is_scrolled && layout::is_rendered(element));
    let scroll_px = scroller.map_or(0, |scroller| layout::scroll_top_px(&scroller));
    Anchor::of(&state.layout(props), &state.shown, scroll_px, state.viewport.height_px)
}

fn restore(state: &mut RowsState, props: &SubTaskRowsProps, anchor: &Anchor) {
    if let Some(px) = anchor.scroll_px(&state.layout(props), &state.shown) {
        state.scroll_to(px);
    }
}
