//! The cost of decoding: bytes scanned, rows parsed, and memory.

use std::time::{Duration, Instant};

use super::super::reference;
use super::*;

#[test]
fn bytes_are_scanned_about_once() {
    let body = large(2_000, "r");
    for piece in [body.len(), 65_536, 4_096, 1_000] {
        let mut decoder = Decoder::new();
        body.as_bytes().chunks(piece).for_each(|bytes| decoder.push(bytes));
        assert_eq!(decoder.received(), body.len());
        // After each piece less than one row is scanned again.
        assert!(decoder.scanned() <= body.len() + body.len() / piece * 250, "{}", decoder.scanned());
        assert_eq!(decoder.rows(), 2_000);
    }
}

#[test]
fn a_large_row_in_small_pieces_is_scanned_at_most_three_times() {
    for unit in [r#"[[],{"a":"b"}],"#, "\\u00e9", "x"] {
        let long = unit.repeat(20_000);
        let body = match unit {
            "x" | "\\u00e9" => format!(r#"{{"SubTasks":[{{"ErrorMsg":"{long}"}}]}}"#),
            _ => format!(r#"{{"SubTasks":[{{"x":[{long}0]}}]}}"#),
        };
        let mut decoder = Decoder::new();
        body.as_bytes().chunks(7).for_each(|bytes| decoder.push(bytes));
        assert!(decoder.scanned() <= 3 * body.len(), "{} of {}", decoder.scanned(), body.len());
        assert_eq!(decoder.into_decoded(None).unwrap().task.sub_tasks.len(), 1);
    }
}

#[test]
fn a_million_levels_are_scanned_in_linear_time() {
    for open in ["[", r#"{"a":"#, r#"{"SubTasks":["#, r#"{"SubTasks":[{"a":"#] {
        let body = open.repeat(1_000_000);
        let mut decoder = Decoder::new();
        body.as_bytes().chunks(65_536).for_each(|bytes| decoder.push(bytes));
        assert!(decoder.scanned() <= 3 * body.len(), "{} of {}", decoder.scanned(), body.len());
        assert_eq!(decoder.into_decoded(None), Err(WireError::Truncated { length: body.len() }));
    }
}

#[test]
fn an_unchanged_body_shares_all_rows() {
    let first = decode(large(500, "r-1").as_bytes(), None).unwrap();
    let mut decoder = Decoder::after(&first.task.sub_tasks);
    decoder.push(large(500, "r-2").as_bytes());
    let second = decoder.into_decoded(None).unwrap();
    assert!(second.task.sub_tasks.shares(&first.task.sub_tasks));
    assert_eq!(second.task, first.task);
    assert_eq!(&*second.request_id, "r-2");
}

#[test]
fn only_changed_rows_are_parsed() {
    let body = large(5_000, "r-1");
    let first = decode(body.as_bytes(), None).unwrap().task.sub_tasks;
    let read = |body: &str, piece: usize| {
        let mut decoder = Decoder::after(&first);
        body.as_bytes().chunks(piece).for_each(|bytes| decoder.push(bytes));
        let read = decoder.rows_read();
        (read, decoder.into_decoded(None).unwrap().task.sub_tasks)
    };
    let rows: Vec<&str> = body
        .match_indices("{\"TaskId\"")
        .map(|(at, _)| &body[at..=at + body[at..].find('}').unwrap()])
        .collect();
    assert_eq!(rows.len(), 5_000);
    // The first row is always parsed, because the member order is not known yet; so is the last one, because too few bytes follow.
    type Change<'a> = (&'a str, usize, &'a dyn Fn(&mut Vec<String>));
    let changes: [Change<'_>; 7] = [
        ("no change", 2, &|_| {}),
        ("one row in a hundred", 52, &|rows| {
            rows.iter_mut()
                .skip(50)
                .step_by(100)
                .for_each(|row| *row = row.replace("\"ErrorMsg\":\"", "\"ErrorMsg\":\"new "))
        }),
        ("a new first row", 2, &|rows| rows.insert(0, rows[0].replace("TaskId\":\"", "TaskId\":\"new"))),
        ("a new last row", 2, &|rows| rows.push(rows[0].replace("TaskId\":\"", "TaskId\":\"new"))),
        ("three rows removed", 3, &|rows| drop(rows.drain(70..73))),
        ("a row replaced", 4, &|rows| rows[9] = rows[0].replace("TaskId\":\"", "TaskId\":\"new")),
        ("the last two rows removed", 2, &|rows| rows.truncate(4_998)),
    ];
    for (what, expected, change) in changes {
        let mut list: Vec<String> = rows.iter().map(|row| (*row).to_owned()).collect();
        change(&mut list);
        let changed = body.replace(&rows.join(","), &list.join(","));
        for piece in [changed.len(), 65_536] {
            let (read, sub_tasks) = read(&changed, piece);
            // The last row of a piece may be parsed.
            let pieces = changed.len().div_ceil(piece) - 1;
            assert!((expected..=expected + pieces).contains(&read), "{what}: {read}");
            assert_eq!(sub_tasks, decode(changed.as_bytes(), None).unwrap().task.sub_tasks, "{what}");
            assert_eq!(sub_tasks.shares(&first), what == "no change");
        }
    }
}

#[test]
fn changed_rows_are_decoded_correctly() {
    let first = decode(large(500, "r").as_bytes(), None).unwrap().task.sub_tasks;
    for (rows, from, to) in [
        (500, "629271700", "1"),
        (500, "assumeOssRole", "assume"),
        (500, "WAITING", "SKIPPED"),
        (500, "2026/05/28T20:38:20Z", "soon"),
        (499, "", ""),
        (501, "", ""),
        (0, "", ""),
    ] {
        let body = large(rows, "r").replace(from, to);
        let mut decoder = Decoder::after(&first);
        decoder.push(body.as_bytes());
        let sub_tasks = decoder.into_decoded(None).unwrap().task.sub_tasks;
        assert_eq!(sub_tasks, decode(body.as_bytes(), None).unwrap().task.sub_tasks, "{rows} {to}");
        assert!(!sub_tasks.shares(&first));
        // And back, because unparsed times are stored separately.
        let mut decoder = Decoder::after(&sub_tasks);
        decoder.push(body.replace("629271701", "2").as_bytes());
        decoder.into_decoded(None).unwrap();
    }
}

#[test]
fn an_incomplete_body_gives_the_rows_so_far() {
    let body = large(100, "r");
    let envelope = format!(r#"{{"code":"200","data":{body}}}"#);
    for (body, pointer) in [(&body, None), (&body, Some("")), (&envelope, None), (&envelope, Some("/data"))] {
        let mut decoder = Decoder::new();
        assert_eq!(decoder.so_far(pointer), None);
        let place = body.find("629271381").unwrap();
        decoder.push(&body.as_bytes()[..place]);
        let task = decoder.so_far(pointer).unwrap().task;
        assert_eq!((task.total_count, task.sub_tasks.len(), decoder.rows()), (Some(100), 50, 50));
        decoder.push(&body.as_bytes()[place..]);
        assert_eq!(decoder.into_decoded(pointer), decode(body.as_bytes(), pointer));
    }
}

/// `cargo test -p batch-task-data --release --lib -- --ignored --nocapture duration`
#[test]
#[ignore = "prints durations, without assertions"]
fn duration_of_a_hundred_thousand_rows() {
    let body = large(100_000, "r-1");
    let changed = body.replace("629271381", "1");
    let first = decode(body.as_bytes(), None).unwrap().task.sub_tasks;
    let streamed = |body: &str, mut decoder: Decoder| {
        body.as_bytes().chunks(65_536).for_each(|bytes| decoder.push(bytes));
        decoder.into_decoded(None).unwrap()
    };
    let mut best = [Duration::MAX; 4];
    for _ in 0..15 {
        let runs: [&dyn Fn() -> Decoded; 4] = [
            &|| reference::decode(body.as_bytes(), None).unwrap(),
            &|| streamed(&body, Decoder::new()),
            &|| streamed(&body, Decoder::after(&first)),
            &|| streamed(&changed, Decoder::after(&first)),
        ];
        for (run, best) in runs.iter().zip(&mut best) {
            let begun = Instant::now();
            assert_eq!(run().task.sub_tasks.len(), 100_000);
            *best = begun.elapsed().min(*best);
        }
    }
    println!("{} bytes, {} kept", body.len(), first.heap_bytes());
    for (name, best) in ["serde_json", "first", "unchanged", "changed"].iter().zip(best) {
        let ns_a_byte = best.as_secs_f64() * 1e9 / body.len() as f64;
        println!("{name:10} {:6.2} ms {ns_a_byte:5.2} ns/byte", best.as_secs_f64() * 1e3);
    }
}
