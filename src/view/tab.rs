//! The title and icon of the browser tab, and the notification at the end of the task.

use crate::i18n::{Locale, fill};
use crate::model::{BatchStatus, BatchTask, StatusBucket};
use crate::poll::State;
use crate::view::format;
use crate::view::notice::notice;
use crate::view::summary::Summary;

/// Returns the title of the page: that of the task, if there is one, after a note if updating has stopped.
pub fn page_title(task: Option<&BatchTask>, has_stopped_updating: bool, locale: Locale) -> String {
    let title =
        task.map_or_else(|| locale.unnamed_task.to_owned(), |task| title(task, &Summary::of(task), locale));
    if has_stopped_updating {
        return format!("{} · {title}", format::capitalized(locale.not_updating));
    }
    title
}

/// Returns the title of a task: percentage, status and name.
pub fn title(task: &BatchTask, summary: &Summary, locale: Locale) -> String {
    let percent =
        summary.percent.map(|percent| format::percent(percent.into(), locale) + " ").unwrap_or_default();
    percent + &status_and_name(task, locale)
}

fn status_and_name(task: &BatchTask, locale: Locale) -> String {
    let name = [&task.task_name, &task.batch_id].into_iter().find(|text| !text.trim().is_empty());
    let name = name.map_or(locale.unnamed_task, |text| text.trim());
    format!("{} · {}", format::truncated(locale.batch_status(&task.status)), format::truncated(name))
}

/// Returns the counts: `succeeded: 229 of 240 · 9 failed · 2 need attention`.
pub fn counts(summary: &Summary, locale: Locale) -> String {
    let mut text = match (summary.success_count, summary.total_count) {
        (None, None) => locale.nothing_counted.to_owned(),
        (success, None) => fill(locale.succeeded_of_unknown, &[("success", &known(success, locale))]),
        (success, total) => succeeded(success, total, locale),
    };
    let mut add = |bucket: StatusBucket, one, others| {
        let count = summary.counts.get(bucket);
        if count > 0 {
            text.push_str(" · ");
            text.push_str(&format::plural_count(count, one, others, locale));
        }
    };
    add(StatusBucket::Failed, locale.failed_count_one, locale.failed_count);
    add(StatusBucket::Attention, locale.attention_count_one, locale.attention_count);
    text
}

/// `succeeded: 229 of 240`.
pub fn succeeded(success: Option<i64>, total: Option<i64>, locale: Locale) -> String {
    fill(locale.succeeded_of, &[("success", &known(success, locale)), ("total", &known(total, locale))])
}

/// Formats a count that may be absent.
fn known(count: Option<i64>, locale: Locale) -> String {
    count.map_or_else(|| locale.absent.to_owned(), |count| format::count(count, locale))
}

/// Returns `80 % succeeded, 8 of 10`, or as much of it as is known.
pub fn value_text(summary: &Summary, locale: Locale) -> String {
    match (summary.percent, summary.success_count, summary.total_count) {
        (Some(percent), Some(success), Some(total)) => fill(
            locale.value_text,
            &[
                ("percent", &format::percent(percent.into(), locale)),
                ("success", &format::count(success, locale)),
                ("total", &format::count(total, locale)),
            ],
        ),
        _ => counts(summary, locale),
    }
}

/// The notification for a viewer who waits for the end of the task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndNotification {
    /// The title.
    pub title: String,
    /// The text.
    pub body: String,
}

/// Returns the notification for the change from `old` to `new`: the task has ended, or updating has stopped. `None` if
/// neither happened.
pub fn end_notification(old: &State, new: &State, locale: Locale) -> Option<EndNotification> {
    let task = new.task()?;
    if task.status.has_ended() && !old.task().is_some_and(|old| old.status.has_ended()) {
        let body = counts(&Summary::of(task), locale);
        return Some(EndNotification { title: status_and_name(task, locale), body });
    }
    let has_stopped = new.has_stopped_updating() && !old.has_stopped_updating();
    let wrong = notice(new, locale).filter(|_| has_stopped)?;
    Some(EndNotification { title: wrong.title.to_owned(), body: status_and_name(task, locale) })
}

/// Returns the icon of the page as the URL of an SVG: a warning sign if updating has stopped, an empty ring before the first
/// response, otherwise the icon of the task.
pub fn page_icon(task: Option<&BatchTask>, has_stopped_updating: bool) -> String {
    match task {
        _ if has_stopped_updating => fill(SVG, &[("drawing", WARNING)]),
        Some(task) => icon(task, &Summary::of(task)),
        None => fill(SVG, &[("drawing", &fill(RING, &[("percent", "0")]))]),
    }
}

/// Returns the icon of a task as the URL of an SVG: a ring that shows the progress, with a mark if anything failed; after the
/// end, a tick, or a cross if anything failed.
pub fn icon(task: &BatchTask, summary: &Summary) -> String {
    let has_failed = summary.counts.get(StatusBucket::Failed) > 0 || task.status == BatchStatus::Failed;
    let drawing = match (task.status.has_ended(), has_failed) {
        (true, true) => CROSS.to_owned(),
        (true, false) => TICK.to_owned(),
        (false, has_failed) => {
            let percent = summary.percent.unwrap_or(0).to_string();
            fill(RING, &[("percent", &percent)]) + if has_failed { MARK } else { "" }
        }
    };
    fill(SVG, &[("drawing", &drawing)])
}

// URL-encoded: `%3C` is `<`, `%3E` is `>` and `%23` is `#`.
const SVG: &str = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32' fill='none'%3E{drawing}%3C/svg%3E";
const RING: &str = "%3Ccircle cx='16' cy='16' r='12' stroke='%238b96a3' stroke-opacity='.45' stroke-width='6'/%3E\
     %3Ccircle cx='16' cy='16' r='12' stroke='%232f73e0' stroke-width='6' pathLength='100' \
     stroke-dasharray='{percent} 100' transform='rotate(-90 16 16)'/%3E";
const MARK: &str = "%3Ccircle cx='25' cy='25' r='7' fill='%23d93025'/%3E";
const TICK: &str = "%3Ccircle cx='16' cy='16' r='15' fill='%231a7f37'/%3E\
     %3Cpath d='M9 16.5l5 5 9-10' stroke='%23fff' stroke-width='4'/%3E";
const CROSS: &str = "%3Cpath d='M10 1h12l9 9v12l-9 9H10l-9-9V10z' fill='%23d93025'/%3E\
     %3Cpath d='M11 11l10 10M21 11L11 21' stroke='%23fff' stroke-width='4'/%3E";

const WARNING: &str = "%3Cpath d='M16 2l15 28H1z' fill='%23e8a100'/%3E\
     %3Cpath d='M16 12v9M16 24v3' stroke='%23000' stroke-width='3'/%3E";

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use std::rc::Rc;

    use super::*;
    use crate::error::Error;
    use crate::i18n::Locale;
    use crate::poll::{Data, Event, PauseReasons, Phase};
    use crate::test_data;

    fn task(status: &str, rows: &str) -> BatchTask {
        let body = format!(
            r#"{{"BatchId":"pcb-1","TaskName":"Install","Status":"{status}","TotalCount":10,"SuccessCount":8,"SubTasks":[{rows}]}}"#
        );
        crate::wire::decode(body.as_bytes(), None).unwrap().task
    }

    #[test]
    fn a_title_has_percentage_status_and_name() {
        let title = |task: &BatchTask| title(task, &Summary::of(task), Locale::english());
        assert_eq!(title(&task("RUNNING", "")), "80 % Running · Install");
        let bare = BatchTask { batch_id: "pcb-1".into(), ..test_data::empty_task() };
        assert!(title(&bare).ends_with("· pcb-1"), "{}", title(&bare));
    }

    #[test]
    fn the_icon_is_a_ring_and_then_the_result() {
        let failed = r#"{"Status":"FAILED"}"#;
        let table = [
            ("RUNNING", "", "'80 100'", "d93025"),
            ("RUNNING", failed, "r='7' fill='%23d93025'", "fill='%231a7f37'"),
            ("COMPLETED", "", "fill='%231a7f37'", "d93025"),
            ("COMPLETED", failed, "d='M10 1h12", "1a7f37"),
            ("FAILED", "", "d='M10 1h12", "1a7f37"),
        ];
        for (status, rows, has, has_not) in table {
            let task = task(status, rows);
            let icon = icon(&task, &Summary::of(&task));
            assert!(icon.contains(has) && !icon.contains(has_not), "{status} {rows}: {icon}");
            assert!(!icon.contains(['<', '>', '#', '"', '{']), "{icon}");
        }
    }

    #[test]
    fn title_and_icon_of_the_page_say_that_updating_has_stopped() {
        let running = task("RUNNING", "");
        let english = Locale::english();
        assert_eq!(page_title(None, false, english), english.unnamed_task);
        assert_eq!(page_title(Some(&running), false, english), "80 % Running · Install");
        assert_eq!(page_title(Some(&running), true, english), "Not updating · 80 % Running · Install");
        assert_eq!(page_title(None, true, english), format!("Not updating · {}", english.unnamed_task));

        assert_eq!(page_icon(Some(&running), false), icon(&running, &Summary::of(&running)));
        let stopped = page_icon(Some(&running), true);
        assert!(stopped.contains("M16 2l15 28H1z") && !stopped.contains("circle"), "{stopped}");
        assert_eq!(page_icon(None, true), stopped);
        assert!(page_icon(None, false).contains("'0 100'"));
    }

    fn state(task: BatchTask, phase: Phase) -> State {
        let mut state = State::new(5_000);
        let data = Data {
            task: Rc::new(task),
            request_id: "r".into(),
            fetched_at_ms: 0,
            clock_offset_ms: None,
            is_stale: false,
        };
        state.data = Some(data);
        state.phase = phase;
        state
    }

    #[test]
    fn the_end_is_notified_once() {
        let running = state(task("RUNNING", ""), Phase::Fetching);
        let ended = state(task("COMPLETED", r#"{"Status":"FAILED"}"#), Phase::Finished);
        let expected = EndNotification {
            title: "Completed · Install".into(),
            body: "succeeded: 8 of 10 · 1 failed".into(),
        };
        assert_eq!(end_notification(&running, &ended, Locale::english()), Some(expected));
        assert_eq!(end_notification(&ended, &ended, Locale::english()), None, "once");
        assert_eq!(end_notification(&running, &running, Locale::english()), None);
    }

    #[test]
    fn a_permanent_error_is_notified_once() {
        let started = Event::Started { now_ms: 0, pause_reasons: PauseReasons::default() };
        let running = Rc::new(state(task("RUNNING", ""), Phase::Idle)).next(started);
        // One stops polling, the other is retried slowly.
        for (status, title) in [(403, "No permission"), (401, "Sign-in required")] {
            let error = Rc::new(Error::from_status(status, "application/json"));
            let failed = Event::FetchFailed { generation: running.generation, error, now_ms: 1, random: 0 };
            let stopped = running.next(failed);
            let expected = EndNotification { title: title.into(), body: "Running · Install".into() };
            assert_eq!(end_notification(&running, &stopped, Locale::english()), Some(expected));
            assert_eq!(end_notification(&stopped, &stopped, Locale::english()), None, "once");
            let refetching = stopped.next(Event::RefreshRequested { ticket: 1 });
            assert_eq!(end_notification(&stopped, &refetching, Locale::english()), None, "once");
        }
    }
}
