//! Checks filter, search, group and sort together against a simple, slow implementation. Tests only.

use std::cmp::Ordering;

use proptest::prelude::*;

use crate::model::{ApiTime, StatusBucket, SubTask, SubTaskStatus, SubTasks, SubTasksBuilder};
use crate::timestamp::Timestamp;
use crate::view::columns::Column;
use crate::view::failures::{Failures, mask};
use crate::view::filter::StatusFilter;
use crate::view::search::Hits;
use crate::view::table::{Direction, Sort, ViewOptions, sorted, visible_rows};

/// A row as it is written down.
#[derive(Clone, Debug)]
struct Row {
    task_id: String,
    instance_id: String,
    status: &'static str,
    begin_ms: Option<i64>,
    end_ms: Option<i64>,
    error_msg: String,
}

fn any_row() -> impl Strategy<Value = Row> {
    let statuses =
        vec!["WAITING", "RUNNING", "COMPLETED", "FAILED", "PAUSE", "BLOCKING", "SKIPPED", "ODD", ""];
    let time = || prop::option::weighted(0.8, 0_i64..5);
    (
        "[0-9]{0,3}|00[0-9]|[a-bé]{0,2}|[1-9][0-9]{20,22}",
        "(pc-[a-b]{1,2})?",
        prop::sample::select(statuses),
        time(),
        time(),
        "|disk [0-9] full|lock [0-9]|[a-bÉ]{0,3}",
    )
        .prop_map(|(task_id, instance_id, status, begin_ms, end_ms, error_msg)| Row {
            task_id,
            instance_id,
            status,
            begin_ms,
            end_ms,
            error_msg,
        })
}

fn packed(rows: &[Row]) -> SubTasks {
    let time = |ms: Option<i64>| ms.map_or(ApiTime::Absent, |ms| ApiTime::At(Timestamp::from_unix_ms(ms)));
    let mut builder = SubTasksBuilder::new();
    for row in rows {
        builder.push(&SubTask {
            task_id: &row.task_id,
            instance_id: &row.instance_id,
            status: SubTaskStatus::parse(row.status),
            task_begin: time(row.begin_ms),
            task_end: time(row.end_ms),
            error_msg: &row.error_msg,
        });
    }
    builder.finish()
}

impl Row {
    fn bucket(&self) -> StatusBucket {
        SubTaskStatus::parse(self.status).bucket()
    }

    fn has(&self, query: &str) -> bool {
        let query = query.trim().to_ascii_lowercase();
        let cells = [&self.task_id, &self.instance_id, &self.error_msg];
        cells.iter().any(|cell| cell.to_ascii_lowercase().contains(&query))
    }

    /// Compares two cells of a column; `None` if one of them is absent.
    fn compare(&self, other: &Self, column: Column) -> Option<Ordering> {
        let text = |row: &Self| match column {
            Column::InstanceId => row.instance_id.clone(),
            _ => row.error_msg.clone(),
        };
        let ms = |row: &Self| match column {
            Column::TaskBegin => row.begin_ms,
            Column::TaskEnd => row.end_ms,
            _ => row.end_ms.zip(row.begin_ms).map(|(end, begin)| end - begin).filter(|ms| *ms >= 0),
        };
        match column {
            Column::TaskId => {
                // All of these numbers fit.
                let number = |id: &str| id.parse::<u128>().ok();
                Some(match (number(&self.task_id), number(&other.task_id)) {
                    (Some(a), Some(b)) => a.cmp(&b),
                    (None, None) => self.task_id.cmp(&other.task_id),
                    (a, _) => {
                        if a.is_some() {
                            Ordering::Less
                        } else {
                            Ordering::Greater
                        }
                    }
                })
            }
            Column::Status => {
                use StatusBucket::{Attention, Failed, Other, Running, Succeeded, Waiting};
                let order = [Failed, Attention, Other, Running, Waiting, Succeeded];
                let rank = |row: &Self| order.iter().position(|bucket| *bucket == row.bucket());
                let word = |row: &Self| row.status;
                Some(rank(self).cmp(&rank(other)).then(word(self).cmp(word(other))))
            }
            Column::InstanceId | Column::ErrorMsg => {
                let (a, b) = (text(self), text(other));
                (!a.is_empty() && !b.is_empty()).then(|| a.cmp(&b))
            }
            Column::TaskBegin | Column::TaskEnd | Column::Duration => Some(ms(self)?.cmp(&ms(other)?)),
        }
    }

    fn is_absent(&self, column: Column) -> bool {
        self.compare(self, column).is_none()
    }
}

/// One pass per condition, and a stable sort.
fn expected(rows: &[Row], options: ViewOptions, query: &str, group: Option<&str>) -> Vec<u32> {
    let mut remaining: Vec<(u32, &Row)> = (0..).zip(rows).collect();
    remaining.retain(|(_, row)| options.filter.is_empty() || options.filter.contains(row.bucket()));
    remaining.retain(|(_, row)| row.has(query));
    remaining.retain(|(_, row)| {
        group.is_none_or(|group| row.bucket() == StatusBucket::Failed && mask(&row.error_msg) == group)
    });
    if let Some(Sort { column, direction }) = options.sort {
        remaining.sort_by(|(_, a), (_, b)| match a.compare(b, column) {
            Some(order) if direction == Direction::Descending => order.reverse(),
            Some(order) => order,
            None => a.is_absent(column).cmp(&b.is_absent(column)),
        });
    }
    remaining.into_iter().map(|(row, _)| row).collect()
}

proptest! {
    #[test]
    fn the_visible_rows_are_those_of_the_slow_implementation(
        rows in prop::collection::vec(any_row(), 0..40),
        statuses in prop::option::weighted(0.3, prop::collection::vec(prop::sample::select(StatusBucket::ALL.to_vec()), 1..3)),
        sort in prop::option::weighted(0.8, (prop::sample::select(Column::ALL.to_vec()), any::<bool>())),
        query in "|[a-b0-9É]|pc-|disk",
        picks_group in prop::option::weighted(0.2, any::<prop::sample::Index>()),
    ) {
        let sub_tasks = packed(&rows);
        let failures = Failures::of(&sub_tasks);
        let group = picks_group
            .filter(|_| !failures.groups().is_empty())
            .map(|index| failures.groups()[index.index(failures.groups().len())]);
        let direction = |is_down| if is_down { Direction::Descending } else { Direction::Ascending };
        let options = ViewOptions {
            filter: statuses.unwrap_or_default().into_iter().fold(StatusFilter::NONE, StatusFilter::with),
            sort: sort.map(|(column, is_down)| Sort { column, direction: direction(is_down) }),
            reason: group.map(|group| group.id.key()),
            ..ViewOptions::default()
        };
        let hits = Hits::of(&sub_tasks, &query);
        let of_group = group.map(|group| failures.rows(group.id.key()));
        let reason = group.map(|group| mask(&rows[group.example as usize].error_msg));
        let mut shown = visible_rows(&sub_tasks, options, Timestamp::MIN, [hits.rows(), of_group.as_ref()]);
        if let Some(sort) = options.sort {
            shown = sorted(&sub_tasks, shown, sort, None);
        }
        prop_assert_eq!(shown, expected(&rows, options, &query, reason.as_deref()));
    }
}
