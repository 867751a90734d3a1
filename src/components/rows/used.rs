//! Clicks, keys and focus in the rows of the table.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement, KeyboardEvent, MouseEvent};
use yew::prelude::*;

use super::state::{RowsState, SubTaskRowsProps, Use};
use crate::effect::layout;
use crate::view::row_key::{RowKey, revealing};
use crate::view::window::{ERROR_ROW_PX, ROW_PX, position_of};

/// A pointer that moves further between press and release, in CSS px, selects text.
const DRAG_PX: i32 = 4;

/// Elements that a click is for.
const CONTROLS: &str = "a, button, .btw-row-detail";

/// Returns what the viewer did, and keeps the browser from scrolling by a key that moves to another row.
pub(in crate::components) fn read(event: &Event) -> Option<Use> {
    let target = event.target_dyn_into::<Element>()?;
    let row = target.closest("tbody > [aria-rowindex]").ok()??;
    let index = row.get_attribute("aria-rowindex")?.parse().ok()?;
    if event.type_() == "focusin" {
        return Some(Use::Focused { index });
    }
    if event.type_() == "keydown" {
        return read_key(event.unchecked_ref(), &target, &row).map(|key| Use::Keyed { index, key });
    }
    let mouse = event.unchecked_ref::<MouseEvent>();
    let at = [mouse.client_x(), mouse.client_y()];
    if event.type_() == "pointerdown" {
        return Some(Use::Pointed(at));
    }
    let is_other = mouse.ctrl_key() || mouse.alt_key() || mouse.meta_key() || mouse.shift_key();
    // The third click of a row selects a paragraph. The second one selects a word, and toggles the row back.
    if is_other || mouse.detail() > 2 || target.closest(CONTROLS).ok()?.is_some() {
        return None;
    }
    Some(Use::Clicked { index, at: (mouse.detail() > 0).then_some(at) })
}

fn read_key(event: &KeyboardEvent, target: &Element, row: &Element) -> Option<RowKey> {
    if event.ctrl_key() || event.alt_key() || event.meta_key() || event.shift_key() {
        return None;
    }
    let key = RowKey::of(&event.key())?;
    let button = target.closest(".btw-open").ok()?;
    let is_open = match &button {
        Some(button) => button.get_attribute("aria-expanded").as_deref() == Some("true"),
        None => row.matches(".btw-row-detail").unwrap_or_default(),
    };
    let is_meant = match key {
        // Escape is the host's if there is nothing to close. Arrows move in the details.
        RowKey::Close => is_open && (button.is_some() || event.key() == "Escape"),
        RowKey::Open => button.is_some() && !is_open,
        _ => button.is_some(),
    };
    is_meant.then(|| {
        event.prevent_default();
        key
    })
}

/// Focuses the search field if `/` was pressed outside of a field.
pub(in crate::components) fn search_key(event: &Event, field: &NodeRef) {
    let keyboard = event.unchecked_ref::<KeyboardEvent>();
    let has_modifier = keyboard.ctrl_key() || keyboard.alt_key() || keyboard.meta_key();
    if keyboard.key() != "/" || has_modifier || event.default_prevented() {
        return;
    }
    let target = event.target_dyn_into::<Element>();
    let is_in_field = target.is_some_and(|target| matches!(target.closest(FIELDS), Ok(Some(_))));
    if let Some(field) = field.cast::<HtmlInputElement>().filter(|_| !is_in_field) {
        event.prevent_default();
        // A field that is not rendered cannot be focused.
        let _ = field.focus();
        field.select();
    }
}

/// Elements in which a slash is a text.
const FIELDS: &str = "input:not([type=checkbox]), textarea, select, [contenteditable]";

/// Applies what the viewer did; returns whether a render is needed.
pub(in crate::components) fn apply(state: &mut RowsState, props: &SubTaskRowsProps, used: Use) -> bool {
    let (Use::Clicked { index, .. } | Use::Focused { index } | Use::Keyed { index, .. }) = used else {
        if let Use::Pointed(at) = used {
            state.pressed_at = at;
        }
        return false;
    };
    let Some(position) = position_of(index, &state.placed) else { return false };
    let Some(&row) = state.shown.get(position as usize) else { return false };
    match used {
        Use::Clicked { at: Some(at), .. } if is_drag(state.pressed_at, at) => return false,
        Use::Focused { .. } => return state.active.replace(row) != Some(row),
        Use::Keyed { key: RowKey::Close, .. } => {
            state.toggle(props, row);
            // A row that no longer matches disappears with its details.
            let next = state.shown.get(position as usize).or(state.shown.last()).copied();
            go_to(state, props, if state.shown.contains(&row) { Some(row) } else { next });
        }
        Use::Keyed { key: RowKey::Open, .. } | Use::Clicked { .. } | Use::Pointed(_) => {
            state.toggle(props, row)
        }
        Use::Keyed { key, .. } => {
            let to = key.from(position, &state.layout(props), visible_px(state));
            go_to(state, props, state.shown.get(to as usize).copied());
        }
    }
    true
}

fn is_drag(from: [i32; 2], to: [i32; 2]) -> bool {
    from.iter().zip(to).any(|(from, to)| (to - from).abs() > DRAG_PX)
}

/// The height of the scroll box below the header, in CSS px.
fn visible_px(state: &RowsState) -> u32 {
    state.viewport.height_px.saturating_sub(ROW_PX)
}

/// Moves the focus to the button of `row`, and scrolls to it, at the next render.
fn go_to(state: &mut RowsState, props: &SubTaskRowsProps, row: Option<u32>) {
    let position = state.shown.iter().position(|shown| Some(*shown) == row);
    let (Some(scroller), Some(position)) = (state.scroller.cast::<Element>(), position) else { return };
    state.active = row;
    state.focuses_active = true;
    let layout = state.layout(props);
    let top_px = layout.top_px(position as u32);
    let row_px = (layout.top_px(position as u32 + 1) - top_px).min(ERROR_ROW_PX);
    let px = revealing(layout::scroll_top_px(&scroller), top_px, top_px + row_px, visible_px(state));
    state.scroll_to(px);
}
