//! The subtask table: a native table of which only the rows in sight, and a few around them, are in the document.

use std::rc::Rc;

use yew::prelude::*;

use super::icon::status_icon;
use crate::effect::layout;
use crate::i18n::{EN, fill};
use crate::model::{ApiTime, BatchStatus, BatchTask, SubTask};
use crate::timestamp::Timestamp;
use crate::view::format;
use crate::view::summary::duration_ms;
use crate::view::table::{Column, Direction, Sort, ViewOptions, row_keys, visible_rows};
use crate::view::window::{NARROW_BELOW_PX, NARROW_ROW_PX, ROW_PX, Window};

/// What the box is taken for until it has been measured.
const UNMEASURED: Viewport = Viewport { width_px: 1_024, height_px: 640, scroll_px: 0 };

/// The rows, how they are shown, and where presses go.
#[derive(Clone, PartialEq, Properties)]
pub(super) struct SubTaskTableProps {
    pub(super) task: Rc<BatchTask>,
    pub(super) name: AttrValue,
    pub(super) options: ViewOptions,
    pub(super) on_options: Callback<ViewOptions>,
}

#[derive(Clone, Copy, PartialEq)]
struct Viewport {
    width_px: u32,
    height_px: u32,
    /// Rounded down to a whole row, so that a scroll within one renders nothing.
    scroll_px: u32,
}

impl Viewport {
    fn is_narrow(self) -> bool {
        self.width_px < NARROW_BELOW_PX
    }

    fn row_px(self) -> u32 {
        if self.is_narrow() { NARROW_ROW_PX } else { ROW_PX }
    }
}

#[component]
pub(super) fn SubTaskTable(props: &SubTaskTableProps) -> Html {
    let rows = use_memo((props.task.clone(), props.options), |(task, options)| {
        visible_rows(&task.sub_tasks, *options)
    });
    if rows.is_empty() {
        return empty(props);
    }
    // A component of its own, since what watches the box must come and go with it.
    html! { <ScrollBox table={props.clone()} {rows} /> }
}

#[derive(Clone, PartialEq, Properties)]
struct ScrollBoxProps {
    table: SubTaskTableProps,
    /// The rows shown, in order; at least one.
    rows: Rc<Vec<u32>>,
}

/// The box that scrolls, with the table in it.
#[component]
fn ScrollBox(props: &ScrollBoxProps) -> Html {
    let ScrollBoxProps { table: props, rows } = props;
    let scroller = use_node_ref();
    let viewport = use_viewport(&scroller, props.options);
    let onscroll = {
        let (scroller, viewport) = (scroller.clone(), viewport.clone());
        Callback::from(move |_: Event| {
            if let Some(element) = scroller.cast() {
                let row_px = viewport.row_px();
                let scroll_px = layout::scroll_top_px(&element) / row_px * row_px;
                viewport.set(Viewport { scroll_px, ..*viewport });
            }
        })
    };
    let count = u32::try_from(rows.len()).unwrap_or(u32::MAX);
    let window = Window::of(count, viewport.row_px(), viewport.scroll_px, viewport.height_px);
    let is_narrow = viewport.is_narrow();
    let columns = columns(is_narrow);
    let drawn = rows.get(window.first as usize..window.end as usize).unwrap_or_default();
    let batch_begin = props.task.task_begin.timestamp();
    let caption = fill(EN.table_caption, &[("name", &props.name)]);
    html! {
        <>
            <div ref={scroller} class="btw-table-scroll" role="region" tabindex="0" aria-label={EN.scroll_label} {onscroll}>
                <Room height_px={window.reachable * viewport.row_px() + ROW_PX}>
                <table class={classes!("btw-table", is_narrow.then_some("btw-table-narrow"))} part="table"
                    aria-rowcount={(rows.len() + 1).to_string()}>
                    <caption class="btw-hidden">{ caption }</caption>
                    <thead>
                        <tr aria-rowindex="1">{ for columns.iter().map(|&column| heading(props, column)) }</tr>
                    </thead>
                    <Spacer key="before" height_px={window.before_px} />
                    <tbody key="rows">
                        { for drawn.iter().zip(row_keys(&props.task.sub_tasks, drawn)).zip(window.first..).filter_map(|((&row, key), position)| {
                            let sub_task = props.task.sub_tasks.get(row as usize)?;
                            Some(table_row(&sub_task, key, position, batch_begin, columns))
                        }) }
                    </tbody>
                    <Spacer key="after" height_px={window.after_px} />
                </table>
                </Room>
            </div>
            if window.reachable < count {
                <p class="btw-table-note">{ fill(EN.capped, &[
                    ("count", &format::count(window.reachable.into())),
                    ("total", &format::count(count.into())),
                ]) }</p>
            }
        </>
    }
}

/// The size and scroll of the box. A new filter or sort begins at the top: other rows are in the old place.
#[hook]
fn use_viewport(scroller: &NodeRef, options: ViewOptions) -> UseStateHandle<Viewport> {
    let viewport = use_state_eq(|| UNMEASURED);
    let current = use_mut_ref(|| UNMEASURED);
    *current.borrow_mut() = *viewport;
    use_effect_with((), {
        let (scroller, setter) = (scroller.clone(), viewport.setter());
        move |()| {
            let resizes = scroller.cast().map(|element| {
                layout::observe_size(&element, move |width_px, height_px| {
                    let scroll_px = current.borrow().scroll_px;
                    setter.set(Viewport { width_px, height_px, scroll_px });
                })
            });
            move || drop(resizes)
        }
    });
    use_effect_with(options, {
        let scroller = scroller.clone();
        move |_| {
            if let Some(element) = scroller.cast() {
                layout::scroll_to_top(&element);
            }
        }
    });
    viewport
}

const fn columns(is_narrow: bool) -> &'static [Column] {
    const NARROW: [Column; 3] = [Column::TaskId, Column::Status, Column::Duration];
    if is_narrow { &NARROW } else { &Column::ALL }
}

const fn label(column: Column) -> &'static str {
    match column {
        Column::TaskId => EN.task_id,
        Column::Status => EN.status,
        Column::InstanceId => EN.instance,
        Column::TaskBegin => EN.begin,
        Column::TaskEnd => EN.end,
        Column::Duration => EN.duration,
        Column::ErrorMsg => EN.error,
    }
}

fn heading(props: &SubTaskTableProps, column: Column) -> Html {
    let options = props.options;
    let direction = options.sort.filter(|sort| sort.column == column).map(|sort| sort.direction);
    let (aria_sort, arrow) = match direction {
        Some(Direction::Ascending) => (Some("ascending"), "↑"),
        Some(Direction::Descending) => (Some("descending"), "↓"),
        None => (None, ""),
    };
    let onclick = props
        .on_options
        .reform(move |_: MouseEvent| ViewOptions { sort: Sort::pressed(options.sort, column), ..options });
    html! {
        <th scope="col" class={column_class(column)} aria-sort={aria_sort} key={column.as_str()}>
            <button type="button" class="btw-sort" {onclick}>
                { label(column) }
                <span class="btw-arrow" aria-hidden="true">{ arrow }</span>
            </button>
        </th>
    }
}

fn table_row(
    sub_task: &SubTask<'_>,
    key: String,
    position: u32,
    batch_begin: Option<Timestamp>,
    columns: &[Column],
) -> Html {
    let is_narrow = columns.len() < Column::ALL.len();
    let has_second_line = is_narrow && !sub_task.error_msg.is_empty();
    html! {
        <tr {key} class={classes!("btw-row", has_second_line.then_some("btw-row-two"))} part="row" aria-rowindex={(position + 2).to_string()}>
            { for columns.iter().map(|&column| cell(sub_task, column, batch_begin, is_narrow)) }
        </tr>
    }
}

fn cell(sub_task: &SubTask<'_>, column: Column, batch_begin: Option<Timestamp>, is_narrow: bool) -> Html {
    let class = column_class(column);
    match column {
        Column::TaskId => html! {
            <th scope="row" {class} title={sub_task.task_id.to_owned()}>
                <code class="btw-code">{ or_absent(sub_task.task_id) }</code>
                if is_narrow && !sub_task.error_msg.is_empty() {
                    <span class="btw-row-error" title={sub_task.error_msg.to_owned()}>{ sub_task.error_msg.to_owned() }</span>
                }
            </th>
        },
        Column::Status => {
            let bucket = sub_task.status.bucket();
            let class = classes!(class, "btw-status", format!("btw-status-{}", bucket.as_str()));
            html! {
                <td {class} title={sub_task.status.as_str().to_owned()}>
                    { status_icon(bucket) }
                    <span>{ EN.sub_task_status(sub_task.status).to_owned() }</span>
                </td>
            }
        }
        Column::InstanceId => html! {
            <td {class} title={sub_task.instance_id.to_owned()}>
                <code class="btw-code">{ or_absent(sub_task.instance_id) }</code>
            </td>
        },
        Column::TaskBegin => time_cell(class, &sub_task.task_begin, batch_begin),
        Column::TaskEnd => time_cell(class, &sub_task.task_end, batch_begin),
        Column::Duration => {
            let text =
                duration_ms(sub_task).map_or_else(|| EN.absent.to_owned(), |ms| format::duration(ms, &EN));
            html! { <td {class}>{ text }</td> }
        }
        Column::ErrorMsg => html! {
            <td {class} title={sub_task.error_msg.to_owned()}>{ sub_task.error_msg.to_owned() }</td>
        },
    }
}

fn time_cell(class: &'static str, time: &ApiTime<'_>, batch_begin: Option<Timestamp>) -> Html {
    let text =
        time.timestamp().map_or_else(|| format::api_time(time, &EN), |at| format::cell_time(at, batch_begin));
    html! { <td {class} title={format::api_time(time, &EN)}>{ text }</td> }
}

fn or_absent(text: &str) -> String {
    if text.is_empty() { EN.absent.to_owned() } else { text.to_owned() }
}

const fn column_class(column: Column) -> &'static str {
    match column {
        Column::TaskId => "btw-col-id",
        Column::Status => "btw-col-status",
        Column::InstanceId => "btw-col-instance",
        Column::TaskBegin | Column::TaskEnd => "btw-col-time",
        Column::Duration => "btw-col-duration",
        Column::ErrorMsg => "btw-col-error",
    }
}

/// What stands in the table's place when it has no rows, with the way back from a filter.
fn empty(props: &SubTaskTableProps) -> Html {
    let options = props.options;
    let show_all = props.on_options.reform(move |_: MouseEvent| ViewOptions { filter: None, ..options });
    match options.filter {
        Some(bucket) if !props.task.sub_tasks.is_empty() => html! {
            <div class="btw-empty">
                <p>{ fill(EN.none_of_filter, &[("filter", EN.bucket(bucket))]) }</p>
                <button type="button" class="btw-button" onclick={show_all}>{ EN.show_all }</button>
            </div>
        },
        _ => {
            let is_dispatching = props.task.status == BatchStatus::Dispatching;
            let text = if is_dispatching { EN.no_subtasks_dispatching } else { EN.no_subtasks };
            html! { <div class="btw-empty"><p>{ text }</p></div> }
        }
    }
}

#[derive(Clone, PartialEq, Properties)]
struct SpacerProps {
    height_px: u32,
}

/// The room of the rows that are not drawn.
#[component]
fn Spacer(props: &SpacerProps) -> Html {
    let node = use_node_ref();
    use_effect_with((node.clone(), props.height_px), |(node, height_px)| {
        layout::set_style(node.cast(), "height", &format!("{height_px}px"));
    });
    html! { <tbody ref={node} class="btw-spacer" aria-hidden="true" /> }
}

#[derive(Clone, PartialEq, Properties)]
struct RoomProps {
    height_px: u32,
    children: Children,
}

/// The height of all rows, whichever of them are drawn: a spacer is set a moment after its rows, and a box that was
/// too short for that moment would lose its scroll.
#[component]
fn Room(props: &RoomProps) -> Html {
    let node = use_node_ref();
    use_effect_with((node.clone(), props.height_px), |(node, height_px)| {
        layout::set_style(node.cast(), "min-height", &format!("{height_px}px"));
    });
    html! { <div ref={node} class="btw-room">{ props.children.clone() }</div> }
}
