//! Failures grouped by reason: the groups equal those of a simple implementation, and masking takes a bounded number of steps
//! for each byte. Each line of the input is the message of a failed row.

use std::collections::HashMap;

use batch_task_redact::scan::counted;
use batch_task_widget::model::{ApiTime, SubTask, SubTaskStatus, SubTasks, SubTasksBuilder};
use batch_task_widget::view::failures::{Failures, GroupId, Grouping, MAX_BYTES, READ_BYTES, mask};

use crate::numbers::Numbers;

/// The maximum number of steps of masking for each byte (a short word is looked up in lists), and in addition for each text.
const STEPS: (usize, usize) = (80, 1_000);

/// Checks messages, one on each line.
pub fn check(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let messages: Vec<&str> = text.split('\n').collect();
    let mut expected: HashMap<String, u32> = HashMap::new();
    for message in &messages {
        let mut masked = String::new();
        let steps = counted(|| masked = mask(message));
        let most = STEPS.0 * message.len().min(READ_BYTES) + STEPS.1;
        assert!(steps <= most, "{steps} steps for {} bytes", message.len());
        assert!(masked.len() <= MAX_BYTES, "{} bytes", masked.len());
        assert_eq!(mask(&masked), masked, "idempotent");
        *expected.entry(masked).or_default() += 1;
    }
    let sub_tasks = rows(&messages);
    let failures = Failures::of(&sub_tasks);
    assert_eq!(in_slices(&sub_tasks, input), failures);
    assert_eq!(failures.groups().len(), expected.len());
    assert!(failures.groups().is_sorted_by(|a, b| a.count >= b.count), "largest first");
    for (masked, count) in expected {
        let group = failures.group(GroupId::of(&masked));
        assert_eq!(group.map(|group| group.count), Some(count), "{masked:?}");
    }
}

fn rows(messages: &[&str]) -> SubTasks {
    let mut builder = SubTasksBuilder::new();
    for error_msg in messages {
        builder.push(&SubTask {
            task_id: "1",
            instance_id: "pc-1",
            status: SubTaskStatus::Failed,
            task_begin: ApiTime::Absent,
            task_end: ApiTime::Absent,
            error_msg,
        });
    }
    builder.finish()
}

fn in_slices(sub_tasks: &SubTasks, input: &[u8]) -> Failures {
    let mut numbers = Numbers::of(input);
    let mut grouping = Grouping::of(sub_tasks.clone(), None);
    while !grouping.step(1 + numbers.below(99) as u32) {}
    grouping.finish()
}
