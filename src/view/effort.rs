//! Tests that work on a text is linear in its length: every function that takes text from the API or the viewer runs over generated
//! texts of n and of 4n bytes, and its scanner steps are counted (`redact::scan`). No time is measured.
//!
//! The texts repeat one or two units: a character of each class, or the prefix of a rule of masking, accounts, templates or Markdown.
//! A tail ends the run, because many rules fail only at the end of a match.

use std::fmt::Write as _;
use std::rc::Rc;

use crate::error::Error;
use crate::i18n::{Locale, fill};
use crate::model::{ApiTime, BatchStatus, BatchTask, SubTask, SubTaskStatus, SubTasks, SubTasksBuilder};
use crate::poll::State;
use crate::redact::scan::counted;
use crate::redact::{KnownIds, redact, redact_member};
use crate::test_data;
use crate::timestamp::Timestamp;
use crate::view::announce::Announcer;
use crate::view::columns::Column;
use crate::view::columns::Columns;
use crate::view::export::{Export, Format};
use crate::view::failures::{Failures, READ_BYTES, mask};
use crate::view::instances::{IdKind, ListFormat, list, unique_ids};
use crate::view::link::instance_url;
use crate::view::notice::notice;
use crate::view::report::Report;
use crate::view::search::{Highlighter, Hits, Search};
use crate::view::slots::row_keys;
use crate::view::summary::Summary;
use crate::view::table::{Direction, Sort, sorted};
use crate::view::{format, tab};

/// One character of each class, and all characters that a rule names.
const CHARACTERS: &str =
    "agzAZ10 \t\n\0\u{7f}é实🦀\u{202e}\u{a0}!#$%&()*+,-./:;<=>?@[\\]^_`{|}~'\"“”‘’「」«»…";

/// Prefixes of the rules of masking, accounts, templates and Markdown.
const BEGINNINGS: &str = "1:·a:·::·:1·fe80:·1.·-1·a.·a-·a@·1-·pc-·pc-abcdefgh·deadbeef·2026-05-28T·16:38:20·25C70FF3-·\
    ://·https://·May ·Thu, ·.com·localhost·S3·sha256·x86_64-·'a·a'·\\\"· '·…,·\
    aliuid:·aliuid ·uid·userid=·account id ·id ·acs:·acs:ram::·LTAI·STS.·TMP.·142213347423·.onaliyun.com·@1·\
    uid 1422133474238823,·and·账号·：·%3A·%25·%E8·\\u003a·\\n·&#·&lt;·CAIS·eyJ·secret=·token:a1·a@a·@a.·@a.com·-1.a·\
    {a}·{a·{InstanceId·www.";

fn units() -> Vec<String> {
    CHARACTERS.chars().map(String::from).chain(BEGINNINGS.split('·').map(str::to_owned)).collect()
}

const TAILS: [&str; 6] = ["", "1g", "g", "'", "\"", "}"];

/// Maximum number of steps per byte, for every function: masking looks up each short word in its lists.
const MAX_STEPS_PER_BYTE: usize = 64;

/// Number of steps per byte that always passes, even if the shorter text takes far fewer, for example because it ends with a closing
/// quote and is skipped as a whole.
const FEW_STEPS_PER_BYTE: usize = 20;

/// Number of steps that a function may take in addition, regardless of the text's length.
const EXTRA_STEPS: usize = 2_000;

/// The function's name, how often it receives the text, and a call.
type Function = (&'static str, usize, fn(&str));

/// Number of functions, from the first, that have rules about neighbouring characters and are tested with pairs of units.
const RECOGNISERS: usize = 5;

const FUNCTIONS: [Function; 23] = [
    ("mask", 1, |text| drop(mask(text))),
    ("accounts", 1, |text| drop(redact(text))),
    ("accounts in a member", 2, |text| drop((redact_member(text, text), redact_member("OwnerId", text)))),
    ("known accounts", 2, |text| drop(KnownIds::default().redact(text.as_bytes()))),
    ("a search that fails at its end", 1, |text| search(text, &(half(text).to_owned() + "\u{1}"))),
    ("groups", 2, |text| drop(Failures::of(&rows(text)))),
    ("a search whose first character is missing", 1, |text| search(text, &("\u{1}".to_owned() + half(text)))),
    ("a search for the whole text", 1, |text| search(text, text)),
    ("a narrowed search", 1, |text| {
        let last = Hits::of(&rows("x"), &(half(text).to_owned() + "\u{1}"));
        drop(Search::after(&last, text));
    }),
    ("a search for words", 1, |text| search(text, &format!("{text} \u{1} -{text}"))),
    ("a search for IDs", 1, |text| search(text, &format!("{text},123456,{}", half(text)))),
    ("highlighting", 1, |text| {
        let highlighter = Highlighter::of(&Hits::of(&rows("x"), half(text)));
        drop(highlighter.map(|highlighter| highlighter.ranges(text)));
    }),
    ("CSV", 1, |text| export(text, Format::Csv)),
    ("CSV for Excel", 1, |text| export(text, Format::CsvForExcel)),
    ("lists of IDs", 1, |text| {
        drop(list(&unique_ids(&rows(text), &[0, 1, 2], IdKind::Instance), ListFormat::Lines));
    }),
    ("JSON", 1, |text| export(text, Format::Json)),
    ("a report", 4, |text| {
        let (task, as_of) = (task(text), Timestamp::MIN);
        let failures = Failures::of(&task.sub_tasks);
        let report = Report { task: &task, failures: &failures, request_id: text, as_of, page_url: text };
        drop(report.markdown(Locale::english()));
    }),
    ("sorting", 1, |text| {
        for column in Column::ALL {
            drop(sorted(&rows(text), vec![0, 1, 2], Sort { column, direction: Direction::Ascending }, None));
        }
    }),
    ("row keys", 1, |text| drop(row_keys(&rows(text), &[0, 1, 2]))),
    ("links", 1, |text| {
        drop(instance_url("https://c.example/{InstanceId}", text));
        drop(instance_url(&format!("https://c.example/{text}"), "pc-1"));
    }),
    ("templates", 1, |text| drop(fill(text, &[("a", "b"), ("InstanceId", "c")]))),
    ("lines, details and titles", 1, |text| {
        let task = task(text);
        drop((
            format::truncated(text),
            format::truncated_detail(text),
            format::api_time(&task.task_begin, Locale::english()),
        ));
        drop(tab::title(&task, &Summary::of(&task), Locale::english()));
        Announcer::default().update(Some((&task, &Summary::of(&task))), 0, Locale::english());
    }),
    ("notices", 1, |text| {
        let api = crate::wire::ApiError {
            code: text.into(),
            message: text.into(),
            request_id: text.into(),
            recommend: format!("https://{text}").into(),
            access_denied: None,
        };
        let mut state = State::<crate::model::BatchTask>::new(5_000);
        state.last_error = Some(Rc::new(Error::from_api(api, 403)));
        drop(notice(&state, Locale::english()));
    }),
];

fn half(text: &str) -> &str {
    &text[..text.floor_char_boundary(text.len() / 2)]
}

/// Returns three failed rows with `text` in every text field.
fn rows(text: &str) -> SubTasks {
    let mut builder = SubTasksBuilder::new();
    for status in [SubTaskStatus::Failed, SubTaskStatus::Failed, SubTaskStatus::Other(text)] {
        builder.push(&SubTask {
            task_id: text,
            instance_id: text,
            status,
            task_begin: ApiTime::parse(text),
            task_end: ApiTime::Absent,
            error_msg: text,
        });
    }
    builder.finish()
}

fn task(text: &str) -> BatchTask {
    BatchTask {
        batch_id: text.into(),
        task_name: text.into(),
        task_type: text.into(),
        application_type: text.into(),
        status: BatchStatus::Other(text.into()),
        task_begin: ApiTime::parse(text.to_owned()),
        sub_tasks: rows(text),
        ..test_data::empty_task()
    }
}

fn search(text: &str, query: &str) {
    drop(Hits::of(&rows(text), query));
}

fn export(text: &str, format: Format) {
    Export::new(format, Columns::ALL, vec![0, 1, 2]).step(&rows(text), u32::MAX, &mut String::new());
}

/// Returns about `bytes` bytes of repeated `units`, and the tail.
fn repeated(units: &str, bytes: usize, tail: &str) -> String {
    let mut text = units.repeat(bytes / units.len() + 1);
    text.truncate(text.floor_char_boundary(bytes - tail.len()));
    text + tail
}

/// Adds to `wrong` every function that is not linear between `bytes` and four times as many.
fn compare(functions: &[Function], units: &str, tail: &str, bytes: usize, wrong: &mut String) {
    let [short, long] = [bytes, 4 * bytes].map(|bytes| repeated(units, bytes, tail));
    for (name, times, function) in functions {
        let bytes_given = times * long.len();
        let [few, many] = [&short, &long].map(|text| counted(|| function(text)));
        let is_linear = many <= (4 * few).max(FEW_STEPS_PER_BYTE * bytes_given) + EXTRA_STEPS;
        let is_little = many <= MAX_STEPS_PER_BYTE * bytes_given + EXTRA_STEPS;
        // A query of white space is empty.
        if !is_linear || !is_little || (many == 0 && !long.trim().is_empty()) {
            // Writing to a String cannot fail.
            let _ = writeln!(
                wrong,
                "{name} of {units:?} and {tail:?}: {few} steps for {bytes} bytes, {many} for 4 times as many"
            );
        }
    }
}

#[test]
fn every_function_takes_a_linear_number_of_steps() {
    let mut wrong = String::new();
    for unit in &units() {
        for tail in TAILS {
            compare(&FUNCTIONS, unit, tail, 300, &mut wrong);
        }
        // Above the limits that masking and sorting have.
        compare(&FUNCTIONS, unit, "1g", 4_000, &mut wrong);
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn every_recogniser_takes_a_linear_number_of_steps_for_pairs_of_units() {
    let mut wrong = String::new();
    for first in &units() {
        for second in &units() {
            compare(&FUNCTIONS[..RECOGNISERS], &format!("{first}{second}"), "1g", 150, &mut wrong);
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn masking_reads_only_the_first_bytes() {
    for unit in &units() {
        let [short, long] = [READ_BYTES, 1 << 20].map(|bytes| repeated(unit, bytes, ""));
        let [few, many] = [&short, &long].map(|text| counted(|| drop(mask(text))));
        assert!(many <= few + 8, "{unit:?}: {few}, {many}");
    }
}

#[test]
fn a_quadratic_function_is_found() {
    let from_each_position = |text: &str| {
        for at in 0..text.len() {
            crate::redact::scan::leading(&text.as_bytes()[at..], |byte| byte != b'g');
        }
    };
    let [few, many] = [256, 1_024].map(|bytes| counted(|| from_each_position(&repeated("1:", bytes, "1g"))));
    assert!(many > (4 * few).max(FEW_STEPS_PER_BYTE * 1_024) + EXTRA_STEPS, "{few}, {many}");
}
