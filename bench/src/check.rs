//! Checks that a page shows its body, before anything is measured. Pure; must not know how a page is read.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;

use crate::body::{Body, Row, clock};

/// The contents that a page shows.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Seen {
    percent: Option<usize>,
    /// The count of each filter button; `None` without such a button.
    counts: BTreeMap<String, Option<usize>>,
    /// The cells of the rows from top to bottom: id, status, instance, begin, end, duration, message.
    rows: Vec<Vec<String>>,
}

/// Which rows the page must show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// The first rows.
    Top,
    /// The last rows.
    Bottom,
}

/// The window of every page has room for this many rows.
const AT_LEAST: usize = 10;

/// Checks counts, percentage and rows.
pub(crate) fn page(seen: &Seen, body: &Body, place: Place) -> Result<()> {
    ensure!(seen.percent == Some(body.percent()), "it shows {:?} %, not {}", seen.percent, body.percent());
    counts(seen, body)?;
    let expected: Vec<&Row> = body.rows.iter().collect();
    rows(seen, &expected, place)
}

/// Checks only the rows, against the first or the last of `expected`.
pub(crate) fn rows(seen: &Seen, expected: &[&Row], place: Place) -> Result<()> {
    let shown = seen.rows.len();
    ensure!(shown >= AT_LEAST.min(expected.len()), "it has {shown} rows");
    ensure!(shown <= expected.len(), "it has {shown} rows of {}", expected.len());
    let expected = match place {
        Place::Top => &expected[..shown],
        Place::Bottom => &expected[expected.len() - shown..],
    };
    for (cells, row) in seen.rows.iter().zip(expected) {
        self::cells(cells, row).with_context(|| format!("it shows {cells:?} for {row:?}"))?;
    }
    Ok(())
}

/// Checks that the page shows the rows that began first, in that order.
pub(crate) fn sorted_by_begin(seen: &Seen, body: &Body) -> Result<()> {
    ensure!(seen.rows.len() >= AT_LEAST.min(body.rows.len()), "it has {} rows", seen.rows.len());
    let mut begins: Vec<Option<u32>> = body.rows.iter().map(|row| row.begin_s).collect();
    begins.sort_by_key(|begin| begin.unwrap_or(u32::MAX));
    // Rows that began in the same second can be in any order.
    for (cells, begin) in seen.rows.iter().zip(begins) {
        let cell = cells.get(3).context("there is no cell for the begin")?;
        ensure!(is_time(cell, begin), "it shows {cells:?} instead of the row that began at {begin:?}");
    }
    Ok(())
}

fn counts(seen: &Seen, body: &Body) -> Result<()> {
    let mut expected: BTreeMap<&str, usize> = BTreeMap::from([("all", body.rows.len())]);
    for (status, count) in body.counts() {
        let bucket = match status {
            "COMPLETED" => "succeeded".to_owned(),
            other => other.to_lowercase(),
        };
        ensure!(seen.counts.contains_key(&bucket), "there is no count for {status}");
        let (name, _) = seen.counts.get_key_value(&bucket).context("a count is missing")?;
        expected.insert(name, count);
    }
    for (bucket, &shown) in &seen.counts {
        let wanted = expected.get(bucket.as_str()).copied().unwrap_or_default();
        ensure!(shown.unwrap_or_default() == wanted, "it counts {shown:?} {bucket}, not {wanted}");
    }
    Ok(())
}

fn cells(cells: &[String], row: &Row) -> Result<()> {
    let [id, status, instance, begin, end, duration, message] = cells else {
        anyhow::bail!("it has {} cells", cells.len());
    };
    ensure!(*id == row.task_id, "the id differs");
    ensure!(*instance == row.instance_id, "the instance differs");
    // The widget marks a subtask that has been running for long.
    ensure!(status.strip_suffix("Slow").unwrap_or(status) == word(row.status), "the status differs");
    ensure!(is_time(begin, row.begin_s), "the begin differs");
    ensure!(is_time(end, row.end_s), "the end differs");
    let seconds = row.begin_s.zip(row.end_s).map(|(begin, end)| end - begin);
    // The widget shows how long a subtask has been running.
    ensure!(row.status == "RUNNING" || is_duration(duration, seconds), "the duration differs");
    ensure!(*message == row.error_msg, "the message differs");
    Ok(())
}

/// The name of a status on every page.
fn word(status: &str) -> &'static str {
    match status {
        "COMPLETED" => "Succeeded",
        "FAILED" => "Failed",
        "RUNNING" => "Running",
        "WAITING" => "Waiting",
        _ => "",
    }
}

/// Whether a cell shows this time, with or without a date. A cell without a time has no colon.
fn is_time(cell: &str, second_of_day: Option<u32>) -> bool {
    match second_of_day {
        Some(s) => cell.contains(&clock(s)),
        None => !cell.contains(':'),
    }
}

/// Whether a cell shows this duration of less than an hour. A cell without a duration has no digits.
fn is_duration(cell: &str, seconds: Option<u32>) -> bool {
    let numbers: Vec<u32> =
        cell.split(|c: char| !c.is_ascii_digit()).filter_map(|digits| digits.parse().ok()).collect();
    match (seconds, numbers.as_slice()) {
        (None, []) => true,
        (Some(seconds), [s]) => *s == seconds,
        (Some(seconds), [m, s]) => m * 60 + s == seconds,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(body: &Body) -> Seen {
        let mut counts: BTreeMap<String, Option<usize>> =
            ["all", "succeeded", "failed", "attention", "running", "waiting"]
                .map(|name| (name.to_owned(), None))
                .into();
        counts.insert("all".to_owned(), Some(body.rows.len()));
        for (status, count) in body.counts() {
            let name = if status == "COMPLETED" { "succeeded".to_owned() } else { status.to_lowercase() };
            counts.insert(name, Some(count));
        }
        let cells = |row: &Row| {
            let time = |s: Option<u32>| s.map_or("–".to_owned(), clock);
            let duration =
                row.begin_s.zip(row.end_s).map_or("–".to_owned(), |(b, e)| format!("{} s", e - b));
            let (id, status) = (row.task_id.clone(), word(row.status).to_owned());
            vec![
                id,
                status,
                row.instance_id.clone(),
                time(row.begin_s),
                time(row.end_s),
                duration,
                row.error_msg.clone(),
            ]
        };
        let rows = body.rows.iter().take(20).map(cells).collect();
        Seen { percent: Some(body.percent()), counts, rows }
    }

    #[test]
    fn a_page_with_the_body_passes() {
        let body = Body::at(1_000, 0, 3);
        page(&seen(&body), &body, Place::Top).unwrap();
        assert!(page(&seen(&body), &body, Place::Bottom).is_err());
    }

    #[test]
    fn each_difference_is_found() {
        let body = Body::at(1_000, 0, 3);
        let good = seen(&body);
        let differs = |change: &dyn Fn(&mut Seen)| {
            let mut other = good.clone();
            change(&mut other);
            assert!(page(&other, &body, Place::Top).is_err());
        };
        differs(&|seen| seen.percent = Some(99));
        differs(&|seen| seen.rows.truncate(3));
        differs(&|seen| seen.rows.swap(0, 1));
        differs(&|seen| *seen.counts.get_mut("waiting").unwrap() = Some(1));
        for cell in 0..7 {
            differs(&|seen| seen.rows[4][cell] = "12:34:56".to_owned());
        }
        // The next step differs in 1 % of the rows and in the counts.
        assert!(page(&good, &Body::at(1_000, 1, 3), Place::Top).is_err());
    }

    #[test]
    fn durations_and_their_cells() {
        for (cell, seconds, is) in [
            ("36 s", Some(36), true),
            ("2 min 11 s", Some(131), true),
            ("–", None, true),
            ("–", Some(3), false),
            ("36 s", Some(35), false),
        ] {
            assert_eq!(is_duration(cell, seconds), is, "{cell}");
        }
    }
}
