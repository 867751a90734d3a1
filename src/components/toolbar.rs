//! The toolbar above the rows: search field, chips of filters, number of rows, column menu and export menu.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement};
use yew::prelude::*;

use super::deferred::{self, Deferred, placeholder};
use super::export::{export, menu, with_menus};
use super::labels::column_name;
use super::markup::{On, Tag, fragment, tag};
use super::message::WidgetMessage;
use super::view_state::{LoadState, ViewState};
use crate::effect::layout;
use crate::i18n::fill;
use crate::model::BatchTask;
use crate::view::columns::Column;
use crate::view::format;
use crate::view::table::{View, ViewOptions};

/// Draws the toolbar of a task's rows.
pub(super) fn toolbar(view: &ViewState, task: &BatchTask) -> Tag {
    let (locale, deferred) = (view.locale, deferred::get());
    let is_offered = !view.actions.offered.is_empty() && view.load_state == LoadState::Loaded;
    let tools = deferred.filter(|_| is_offered).map(|deferred| (deferred.toolbar_tools)(view));
    let menus = with_menus(tag("div").class("btw-menus"))
        .child(tools)
        .child(choices(view, "filters", locale.filters, |deferred| deferred.filter_choices))
        .child(
            (view.options.view == View::Subtasks)
                .then(|| choices(view, "columns", locale.columns, |deferred| deferred.column_choices)),
        )
        .child(export(view, task.sub_tasks.len()));
    let toolbar = tag("div")
        .class("btw-toolbar")
        .attr("part", "toolbar")
        .child(search(view))
        .child(deferred.map(|deferred| (deferred.filter_chips)(view)))
        .child(tag("span").class("btw-listed").child(listed(view, task)))
        .child(menus);
    // The timeline shows the placeholder in its own place.
    let is_missing =
        view.options.view == View::Subtasks && view.needs_deferred() && view.load_state == LoadState::Failed;
    let result = deferred.and_then(|deferred| (deferred.search_result)(view));
    fragment()
        .child(toolbar)
        .child(is_missing.then(|| placeholder(view.load_state, &view.send, locale)))
        .child(result.map(|result| tag("p").class("btw-found").child(result)))
}

/// Scrolls the toolbar of the widget with this root into view if it is outside the browser window.
pub(super) fn reveal(root: &Element) {
    // The selector is valid.
    if let Ok(Some(toolbar)) = root.query_selector(".btw-toolbar") {
        layout::bring_into_view(&toolbar);
    }
}

fn search(view: &ViewState) -> Tag {
    let label = view.locale.search_label;
    let on_text = |message: fn(&Event, AttrValue) -> WidgetMessage| {
        view.send.reform(move |event: Event| {
            let input: HtmlInputElement = event.target_unchecked_into();
            message(&event, input.value().into())
        })
    };
    let on_input = on_text(|event, text| match event.unchecked_ref::<InputEvent>().is_composing() {
        true => WidgetMessage::QueryComposed(text),
        false => WidgetMessage::QueryTyped(text),
    });
    tag("input")
        .node_ref(&view.search_field)
        .class("btw-input btw-search")
        .attr("type", "search")
        .attr("aria-label", label)
        .attr("placeholder", label)
        .attr("autocomplete", "off")
        .attr("spellcheck", "false")
        .value(&view.typed)
        .on(On::Input, on_input)
        // Not all browsers dispatch another input event.
        .on(On::CompositionEnd, on_text(|_, text| WidgetMessage::QueryTyped(text)))
}

/// Returns how many rows are shown: "9 of 240" if filtered; "1 of 10 subtasks listed" if the API lists only some; the
/// progress of the first response while it is being received.
fn listed(view: &ViewState, task: &BatchTask) -> String {
    let locale = view.locale;
    let count = |count: usize| format::count(i64::try_from(count).unwrap_or(i64::MAX), locale);
    let total = task.total_count.map(|total| format::count(total, locale));
    let (rows, all) = (view.rows.len(), task.sub_tasks.len());
    match (&view.summary, &view.state.partial) {
        (None, Some(partial)) => {
            let rows = count(partial.rows);
            match total {
                Some(total) => fill(locale.loading_rows, &[("rows", &rows), ("total", &total)]),
                None => fill(locale.loading_rows_of_unknown, &[("rows", &rows)]),
            }
        }
        _ if rows < all => fill(locale.shown_of, &[("count", &count(rows)), ("total", &count(all))]),
        (Some(summary), _) if summary.is_partly_listed() => {
            let total = total.as_deref().unwrap_or(locale.absent);
            fill(
                locale.plural(task.total_count.unwrap_or(0), locale.listed_one, locale.listed),
                &[("listed", &count(all)), ("total", total)],
            )
        }
        _ => String::new(),
    }
}

/// Draws a menu with the entries that a deferred function draws.
fn choices(
    view: &ViewState,
    key: &'static str,
    name: &'static str,
    entries: fn(&Deferred) -> fn(&ViewState) -> Tag,
) -> Tag {
    let choices = match deferred::get() {
        Some(deferred) => entries(deferred)(view),
        None => placeholder(view.load_state, &view.send, view.locale),
    };
    let items = tag("div")
        .class("btw-menu-items")
        .attr("role", "group")
        .attr("aria-label", name)
        .attr("tabindex", "-1");
    menu(key, name, items.child(choices))
}

/// Returns the entries of the column menu.
pub(super) fn column_choices(view: &ViewState) -> Tag {
    fragment().children(Column::ALL.into_iter().map(|column| column_choice(view, column)))
}

fn column_choice(view: &ViewState, column: Column) -> Tag {
    let columns = view.options.columns;
    // The ID column cannot be hidden: it names the row, and holds the button for its details.
    let is_fixed = column == Column::TaskId;
    let picked = ViewOptions { columns: columns.toggled(column), ..view.options };
    let input = tag("input")
        .attr("type", "checkbox")
        .attr("disabled", is_fixed.then_some("disabled"))
        .checked(is_fixed || columns.contains(column))
        .on_click(view.on_press(WidgetMessage::OptionsPicked(picked)));
    tag("label")
        .class("btw-menu-item")
        .key(column.as_str())
        .child(input)
        .child(tag("span").label(column_name(column, view.locale)))
}
