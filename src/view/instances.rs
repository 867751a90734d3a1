//! Lists of IDs to hand over to another tool: unique, in the order of their rows, one per line or as a JSON array.

use crate::model::SubTasks;
use crate::order::{self, Direction, Part};
use crate::redact::scan::add;
use crate::view::export::push_json;
use crate::view::row_set::RowSet;

/// The ID of a row that is listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdKind {
    /// `TaskId`.
    Task,
    /// `InstanceId`.
    Instance,
}

/// How a list is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListFormat {
    /// One ID per line, without a line break at the end.
    Lines,
    /// A JSON array of strings, on one line.
    Json,
}

/// Returns the different IDs of `rows`, without white space around them, in the order of their first rows. Blank ones are left out.
pub fn unique_ids<'a>(sub_tasks: &'a SubTasks, rows: &[u32], kind: IdKind) -> Vec<&'a str> {
    let id = |row: &u32| match kind {
        IdKind::Task => sub_tasks.task_id(*row as usize).trim(),
        IdKind::Instance => sub_tasks.instance_id(*row as usize).trim(),
    };
    let ids: Vec<&str> = rows.iter().map(id).filter(|id| !id.is_empty()).collect();
    let mut by_id: Vec<u32> = (0..ids.len() as u32).collect();
    order::sort(&mut by_id, Direction::Ascending, &|index, part| Part::of_text(ids[index as usize], part));
    // The sort is stable, so the first of several equal IDs is the one before the others.
    let mut repeated = RowSet::new();
    for pair in by_id.windows(2) {
        if ids[pair[0] as usize] == ids[pair[1] as usize] {
            repeated.insert(pair[1]);
        }
    }
    (0..).zip(ids).filter(|(index, _)| !repeated.contains(*index)).map(|(_, id)| id).collect()
}

/// Writes a list. Control characters in an ID become spaces in lines, so that each line is one ID.
pub fn list(ids: &[&str], format: ListFormat) -> String {
    let mut out = String::new();
    if format == ListFormat::Json {
        out.push('[');
    }
    for (index, id) in ids.iter().enumerate() {
        if index > 0 {
            out.push(if format == ListFormat::Json { ',' } else { '\n' });
        }
        match format {
            ListFormat::Json => push_json(id, &mut out),
            ListFormat::Lines => {
                add(id.len());
                out.extend(id.chars().map(|character| if character.is_control() { ' ' } else { character }));
            }
        }
    }
    if format == ListFormat::Json {
        out.push(']');
    }
    out
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::{SubTask, SubTasksBuilder};
    use crate::test_data::FAILED_ROW;

    fn rows<'a>(ids: impl IntoIterator<Item = (&'a str, &'a str)>) -> SubTasks {
        let mut builder = SubTasksBuilder::new();
        for (task_id, instance_id) in ids {
            builder.push(&SubTask { task_id, instance_id, ..FAILED_ROW });
        }
        builder.finish()
    }

    #[test]
    fn ids_are_unique_and_in_the_order_of_their_rows() {
        let sub_tasks =
            rows([("1", "pc-b"), ("2", " pc-a "), ("3", ""), ("4", "pc-b"), ("5", "pc-a"), ("6", "pc-c")]);
        let ids = |rows: &[u32]| unique_ids(&sub_tasks, rows, IdKind::Instance);
        assert_eq!(ids(&[0, 1, 2, 3, 4, 5]), ["pc-b", "pc-a", "pc-c"]);
        assert_eq!(ids(&[5, 4, 3, 99]), ["pc-c", "pc-a", "pc-b"]);
        assert!(ids(&[2]).is_empty());
        assert_eq!(unique_ids(&sub_tasks, &[3, 0], IdKind::Task), ["4", "1"]);
    }

    #[test]
    fn a_list_has_one_id_per_line_or_is_a_json_array() {
        assert_eq!(list(&["pc-1", "pc-2"], ListFormat::Lines), "pc-1\npc-2");
        assert_eq!(list(&["pc-1", "pc-2"], ListFormat::Json), r#"["pc-1","pc-2"]"#);
        assert_eq!((list(&[], ListFormat::Lines), list(&[], ListFormat::Json)), (String::new(), "[]".into()));
        assert_eq!(list(&["a\r\nb"], ListFormat::Lines), "a  b");
    }

    proptest! {
        #[test]
        fn a_json_list_is_read_back_and_lines_are_counted(ids in prop::collection::vec("(\\PC|[\\x00-\\x1f\"\\\\]){0,6}", 0..20)) {
            let sub_tasks = rows(ids.iter().map(|id| (&**id, &**id)));
            let all: Vec<u32> = (0..ids.len() as u32).collect();
            let unique = unique_ids(&sub_tasks, &all, IdKind::Instance);
            let mut expected: Vec<&str> = Vec::new();
            for id in ids.iter().map(|id| id.trim()).filter(|id| !id.is_empty()) {
                if !expected.contains(&id) {
                    expected.push(id);
                }
            }
            prop_assert_eq!(&unique, &expected);
            let json: Vec<String> = serde_json::from_str(&list(&unique, ListFormat::Json)).unwrap();
            prop_assert_eq!(json, expected);
            prop_assert_eq!(list(&unique, ListFormat::Lines).split('\n').filter(|line| !line.is_empty()).count(), unique.len());
        }
    }
}
