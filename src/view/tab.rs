//! The title and icon of the browser tab.

use crate::i18n::{Locale, fill};
use crate::model::{BatchTask, StatusBucket, StatusCounts};
use crate::poll::{Contact, Phase, State};
use crate::view::summary::Summary;
use crate::view::{format, notice, outcome};

/// Returns the title of the page: that of the task, after a note if it is not current; without data, what is wrong and the ID
/// of the batch that was asked for.
pub fn page_title(state: &State, asked: Option<&str>, contact: Contact, locale: Locale) -> String {
    let is_paused = state.phase == Phase::Paused;
    let (note, title) = match state.task() {
        Some(task) => {
            let note = match contact {
                Contact::Stopped => Some(locale.not_updating),
                Contact::Lost => Some(locale.no_contact),
                Contact::Old if is_paused => Some(locale.paused_by_viewer),
                Contact::Old | Contact::Live => None,
            };
            (note, title(task, &Summary::of(task), locale))
        }
        None => {
            let note = match state.last_error.as_deref() {
                Some(error) => notice::title(error, state, locale),
                None if is_paused => locale.paused_by_viewer,
                None => locale.loading_part,
            };
            let name = asked.map_or_else(|| locale.unnamed_task.to_owned(), format::truncated);
            (Some(note), name)
        }
    };
    match note {
        Some(note) => format!("{} · {title}", format::capitalized(note)),
        None => title,
    }
}

/// Returns the title of a task: percentage, status and name.
pub fn title(task: &BatchTask, summary: &Summary, locale: Locale) -> String {
    let percent =
        summary.percent.map(|percent| format::percent(percent.into(), locale) + " ").unwrap_or_default();
    percent + &status_and_name(task, locale)
}

/// Returns status and name of a task: `Completed · 9 failed · Install`.
pub fn status_and_name(task: &BatchTask, locale: Locale) -> String {
    format!("{} · {}", outcome::words(task, locale), name(task, locale))
}

/// Returns the name of a task, or its ID.
pub fn name(task: &BatchTask, locale: Locale) -> String {
    let name = [&task.task_name, &task.batch_id].into_iter().find(|text| !text.trim().is_empty());
    format::truncated(name.map_or(locale.unnamed_task, |text| text.trim()))
}

/// Returns the counts: `succeeded: 229 of 240 · 9 failed · 2 need attention`.
pub fn counts(summary: &Summary, locale: Locale) -> String {
    counts_after(None, summary, locale)
}

/// Returns the counts after a text that has named those of `named`.
pub fn counts_after(named: Option<StatusBucket>, summary: &Summary, locale: Locale) -> String {
    let mut text = match (summary.success_count, summary.total_count) {
        (None, None) => locale.nothing_counted.to_owned(),
        (success, None) => fill(locale.succeeded_of_unknown, &[("success", &known(success, locale))]),
        (success, total) => succeeded(success, total, locale),
    };
    for bucket in [StatusBucket::Failed, StatusBucket::Attention] {
        if named != Some(bucket) {
            add_count(&mut text, summary.counts, bucket, locale);
        }
    }
    text
}

/// Appends ` · 9 failed` or ` · 2 need attention`, unless there are none.
pub fn add_count(text: &mut String, counts: StatusCounts, bucket: StatusBucket, locale: Locale) {
    let count = counts.get(bucket);
    let (one, others) = match bucket {
        StatusBucket::Failed => (locale.failed_count_one, locale.failed_count),
        _ => (locale.attention_count_one, locale.attention_count),
    };
    if count > 0 {
        text.push_str(" · ");
        text.push_str(&format::plural_count(count, one, others, locale));
    }
}

/// `succeeded: 229 of 240`.
pub fn succeeded(success: Option<i64>, total: Option<i64>, locale: Locale) -> String {
    fill(locale.succeeded_of, &[("success", &known(success, locale)), ("total", &known(total, locale))])
}

/// Formats a count that may be absent.
pub fn known(count: Option<i64>, locale: Locale) -> String {
    count.map_or_else(|| locale.absent.to_owned(), |count| format::count(count, locale))
}

/// Returns `80 % succeeded, 8 of 10`, or as much of it as is known.
pub fn value_text(summary: &Summary, locale: Locale) -> String {
    share_text(summary.percent, summary.success_count, summary.total_count, locale)
        .unwrap_or_else(|| counts(summary, locale))
}

/// Returns `80 % succeeded, 8 of 10`; `None` if anything of it is unknown.
pub fn share_text(
    percent: Option<u8>,
    success_count: Option<i64>,
    total_count: Option<i64>,
    locale: Locale,
) -> Option<String> {
    let values = [
        ("percent", &*format::percent(percent?.into(), locale)),
        ("success", &format::count(success_count?, locale)),
        ("total", &format::count(total_count?, locale)),
    ];
    Some(fill(locale.value_text, &values))
}

/// Returns the icon of the page as the URL of an SVG: a warning sign if the data is not current or nothing could be loaded, an
/// empty ring before the first response, otherwise the icon of the task.
pub fn page_icon(state: &State, contact: Contact) -> String {
    let is_wrong = matches!(contact, Contact::Lost | Contact::Stopped);
    match state.task() {
        _ if is_wrong => fill(SVG, &[("drawing", WARNING)]),
        Some(task) => icon(task, &Summary::of(task)),
        None if state.last_error.is_some() => fill(SVG, &[("drawing", WARNING)]),
        None => fill(SVG, &[("drawing", &fill(RING, &[("percent", "0")]))]),
    }
}

/// Returns the icon of a task as the URL of an SVG: a ring that shows the progress, with a mark if anything failed; after the
/// end, a tick, a cross, or an exclamation mark if it is COMPLETED but not all has succeeded.
///
/// The ring moves in steps of 5 %, two pixels of an icon: to load another icon costs a browser more than to draw the rows.
pub fn icon(task: &BatchTask, summary: &Summary) -> String {
    let drawing = match outcome::tone(task) {
        _ if !task.status.has_ended() => {
            let percent = (summary.percent.unwrap_or(0) / 5 * 5).to_string();
            let mark = if summary.counts.get(StatusBucket::Failed) > 0 { MARK } else { "" };
            fill(RING, &[("percent", &percent)]) + mark
        }
        StatusBucket::Succeeded => TICK.to_owned(),
        StatusBucket::Attention => RESERVATION.to_owned(),
        _ => CROSS.to_owned(),
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
const RESERVATION: &str = "%3Ccircle cx='16' cy='16' r='15' fill='%23e8a100'/%3E\
     %3Cpath d='M16 7v11M16 22v4' stroke='%23000' stroke-width='4'/%3E";
const WARNING: &str = "%3Cpath d='M16 2l15 28H1z' fill='%23e8a100'/%3E\
     %3Cpath d='M16 12v9M16 24v3' stroke='%23000' stroke-width='3'/%3E";

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use std::rc::Rc;

    use super::*;
    use crate::error::{Error, ErrorClass};
    use crate::poll::Data;
    use crate::test_data;

    /// All of its eight listed successes; `rows` adds others, and has to be empty for a batch that has succeeded.
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
        let failed = task("COMPLETED", r#"{"Status":"FAILED"}"#);
        assert_eq!(title(&failed), "80 % Completed · 1 failed · Install");
        let bare = BatchTask { batch_id: "pcb-1".into(), ..test_data::empty_task() };
        assert!(title(&bare).ends_with("· pcb-1"), "{}", title(&bare));
    }

    #[test]
    fn the_icon_is_a_ring_and_then_the_result() {
        let failed = r#"{"Status":"FAILED"}"#;
        let table = [
            ("RUNNING", "", "'80 100'", "d93025"),
            ("RUNNING", failed, "r='7' fill='%23d93025'", "fill='%231a7f37'"),
            ("COMPLETED", r#"{"Status":"FAILED"}"#, "M16 7v11", "d93025"),
            ("COMPLETED", "", "M16 7v11", "1a7f37"),
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
    fn the_icon_changes_twenty_times_in_a_batch() {
        let mut icons: Vec<String> = (0..=100)
            .map(|percent| {
                let running = task("RUNNING", "");
                let summary = Summary { percent: Some(percent), ..Summary::of(&running) };
                icon(&running, &summary)
            })
            .collect();
        assert!(icons[0].contains("'0 100'") && icons[100].contains("'100 100'"));
        icons.dedup();
        assert_eq!(icons.len(), 21);
    }

    fn state(task: Option<BatchTask>, error: Option<Error>) -> State {
        let mut state = State::new(5_000);
        state.data = task.map(|task| Data {
            content: Rc::new(task),
            request_id: "r".into(),
            fetched_at_ms: 0,
            clock_offset_ms: None,
            is_stale: false,
        });
        state.last_error = error.map(Rc::new);
        state.phase = Phase::Fetching;
        state
    }

    #[test]
    fn title_and_icon_of_the_page_say_that_the_data_is_not_current() {
        let running = state(Some(task("RUNNING", "")), None);
        let mut paused = running.clone();
        paused.phase = Phase::Paused;
        let of_task = running.task().map(|task| icon(task, &Summary::of(task))).unwrap();
        let warning = fill(SVG, &[("drawing", WARNING)]);
        let table = [
            (&running, Contact::Live, "80 % Running · Install", &of_task),
            (&running, Contact::Old, "80 % Running · Install", &of_task),
            (&paused, Contact::Old, "Paused · 80 % Running · Install", &of_task),
            (&running, Contact::Lost, "No contact · 80 % Running · Install", &warning),
            (&running, Contact::Stopped, "Not updating · 80 % Running · Install", &warning),
        ];
        for (state, contact, title, icon) in table {
            let found = page_title(state, Some("pcb-1"), contact, Locale::english());
            assert_eq!((found.as_str(), &page_icon(state, contact)), (title, icon), "{contact:?}");
        }
        assert!(warning.contains("M16 2l15 28H1z") && !warning.contains("circle"), "{warning}");
    }

    #[test]
    fn without_data_the_title_names_the_batch_and_what_is_wrong() {
        let error = |class| Some(Error::new(class, "x"));
        let table = [
            (None, "Loading… · pcb-1", false),
            (Some(Error::from_status(403, "application/json")), "No permission · pcb-1", true),
            (error(ErrorClass::NotFound), "Batch not found · pcb-1", true),
            (error(ErrorClass::Timeout), "The request timed out · pcb-1", true),
            (error(ErrorClass::Throttled), "Too many requests · pcb-1", true),
            (error(ErrorClass::Network), "Cannot reach the server · pcb-1", true),
        ];
        let english = Locale::english();
        for (error, title, is_warning) in table {
            let state = state(None, error);
            let contact = state.contact(0);
            assert_eq!(page_title(&state, Some("pcb-1"), contact, english), title);
            assert_eq!(page_icon(&state, contact).contains("M16 2l15 28H1z"), is_warning, "{title}");
        }
        let mut hidden = state(None, None);
        hidden.phase = Phase::Paused;
        assert_eq!(page_title(&hidden, Some("pcb-1"), Contact::Live, english), "Paused · pcb-1");
        assert!(page_icon(&hidden, Contact::Live).contains("'0 100'"));
        let unnamed = page_title(&state(None, None), None, Contact::Live, english);
        assert_eq!(unnamed, format!("Loading… · {}", english.unnamed_task));
    }
}
