//! Tests of the search: tables, and a comparison with a simple, slow implementation.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::i18n::Locale;
use crate::model::{SubTask, SubTaskStatus, SubTasksBuilder};
use crate::test_data::FAILED_ROW;

fn rows(rows: &[[String; 3]]) -> SubTasks {
    let mut builder = SubTasksBuilder::new();
    for [task_id, instance_id, error_msg] in rows {
        builder.push(&SubTask {
            task_id,
            instance_id,
            status: SubTaskStatus::Other("status"),
            error_msg,
            ..FAILED_ROW
        });
    }
    builder.finish()
}

fn found(sub_tasks: &SubTasks, hits: &Hits) -> Vec<u32> {
    let rows = 0..sub_tasks.len() as u32;
    rows.filter(|&row| hits.rows().is_none_or(|rows| rows.contains(row))).collect()
}

/// A part of a generated query: whether it is excluded and quoted, and its text.
type Part = (bool, bool, String);

fn text_of(parts: &[Part]) -> String {
    let parts = parts.iter().map(|(is_excluded, is_quoted, text)| {
        let (sign, quote) = (if *is_excluded { "-" } else { "" }, if *is_quoted { "\"" } else { "" });
        format!("{sign}{quote}{text}{quote}")
    });
    parts.collect::<Vec<_>>().join(" ")
}

/// A slow, obvious implementation.
fn expected(rows: &[[String; 3]], parts: &[Part]) -> Vec<u32> {
    let lower = |text: &String| text.to_ascii_lowercase();
    let rows: Vec<[String; 3]> = rows.iter().map(|cells| cells.each_ref().map(lower)).collect();
    let has_phrase = parts.iter().any(|(.., text)| text.contains(' '));
    let ids: BTreeSet<String> = parts
        .iter()
        .flat_map(|(is_excluded, is_quoted, text)| match (is_excluded, is_quoted) {
            (true, true) => vec!["-".to_owned(), lower(text)],
            (true, false) => vec![format!("-{}", lower(text))],
            (false, _) => vec![lower(text)],
        })
        .collect();
    let is_id = |id: &String| rows.iter().any(|cells| cells[..2].contains(id));
    let are_ids = !has_phrase && ids.len() > 1 && ids.iter().all(is_id);
    let matches = |cells: &[String; 3]| {
        if are_ids {
            return cells[..2].iter().any(|cell| ids.contains(cell));
        }
        let has = |text: &String| cells.iter().any(|cell| cell.contains(&lower(text)));
        parts.iter().all(|(is_excluded, _, text)| has(text) != *is_excluded)
    };
    (0..).zip(&rows).filter(|(_, cells)| matches(cells)).map(|(row, _)| row).collect()
}

#[test]
fn ids_instances_and_errors_are_searched_and_nothing_else() {
    let list =
        [["629271331", "pc-A1", "Disk full"], ["629271332", "pc-b2", "磁盘已满 É"], ["1", "pc-c3", ""]]
            .map(|cells| cells.map(str::to_owned));
    let sub_tasks = rows(&list);
    let table: [(&str, &[u32]); 31] = [
        ("", &[0, 1, 2]),
        ("  ", &[0, 1, 2]),
        ("62927133", &[0, 1]),
        ("PC-a", &[0]),
        ("disk FULL", &[0]),
        (" 已满 ", &[1]),
        ("É", &[1]),
        // Only ASCII letters are compared without case.
        ("é", &[]),
        ("status", &[]),
        // A match does not extend over two cells.
        ("1pc", &[]),
        ("331pc-a1", &[]),
        ("\u{0}", &[]),
        // All words must match, in any cell.
        ("FULL disk", &[0]),
        ("full pc-a", &[0]),
        ("disk pc-b", &[]),
        ("full disk, ", &[0]),
        // Phrases.
        ("\"k f\"", &[0]),
        ("“K F”", &[0]),
        ("\"full disk\"", &[]),
        ("\"disk full", &[0]),
        ("\"\"", &[0, 1, 2]),
        // Exclusion.
        ("-disk", &[1, 2]),
        ("62927 -disk", &[1]),
        ("-\"disk full\" -pc-b", &[2]),
        ("disk -disk", &[]),
        ("- ", &[0, 1, 2]),
        ("disk - full", &[0]),
        ("disk --full", &[0]),
        ("di\"sk", &[]),
        ("-\"", &[0, 1, 2]),
        ("pc-a1 -磁盘", &[0]),
    ];
    for (query, expected) in table {
        assert_eq!(found(&sub_tasks, &Hits::of(&sub_tasks, query)), expected, "{query}");
    }
    assert!(Hits::of(&sub_tasks, " Disk").is_for("disk ") && !Hits::default().is_for("d"));
}

#[test]
fn a_query_that_contains_the_last_one_looks_only_at_its_hits() {
    let list = [["1", "pc-a", "ab"], ["2", "pc-b", "abc"]].map(|cells| cells.map(str::to_owned));
    let last = Hits::of(&rows(&list), "abc");
    // With other rows, the first row would match, too; it is skipped because the previous search did not find it.
    let other = rows(&[list[1].clone(), list[1].clone()]);
    let mut search = Search::after(&last, "ABC");
    assert!(search.step(&other, u32::MAX));
    assert_eq!(found(&other, &search.finish()), [1]);
    let mut shorter = Search::after(&last, "ab");
    assert!(shorter.step(&other, u32::MAX));
    assert_eq!(found(&other, &shorter.finish()), [0, 1]);
}

#[test]
fn a_long_cell_costs_more_than_a_row() {
    let list = [5, 2_000, 5, 5].map(|bytes| ["1".to_owned(), String::new(), "a".repeat(bytes)]);
    let sub_tasks = rows(&list);
    let steps = |budget| {
        let mut search = Search::new("b");
        1 + std::iter::from_fn(|| (!search.step(&sub_tasks, budget)).then_some(())).count()
    };
    // The long row costs 1 + 3.
    assert_eq!([1, 2, 6, 7].map(steps), [4, 2, 2, 1]);
}

#[test]
fn any_of_several_ids_matches_and_the_missing_ones_are_named() {
    let list = [
        ["629271331", "pc-2ze8k1n7q3x5", ""],
        ["629271332", "pc-7QP0e2m4x9d1", "blocked by 629271331"],
        ["3", "pc-c", "see pc-9aaaaaaaaa1"],
        ["4", "pc-d", "3 of 4"],
    ];
    let sub_tasks = rows(&list.map(|cells| cells.map(str::to_owned)));
    type Case<'a> = (&'a str, &'a [u32], Option<(usize, &'a [&'a str])>);
    let table: [Case<'_>; 14] = [
        // One term is searched as text.
        ("629271331", &[0, 1], None),
        ("629271331 ", &[0, 1], None),
        ("629271339", &[], None),
        ("629271331 629271339", &[0], Some((2, &["629271339"]))),
        ("629271339\tpc-7qp0e2m4x9d1\n629271331", &[0, 1], Some((3, &["629271339"]))),
        ("629271338,629271339", &[], Some((2, &["629271338", "629271339"]))),
        // IDs of the batch without the usual form.
        ("3 pc-d", &[2, 3], Some((2, &[]))),
        ("3 3", &[0, 1, 2, 3], None),
        // Neither an ID of the batch nor the form of one: all words must match.
        ("3 disk", &[], None),
        ("3 of", &[3], None),
        // Parts of IDs, and IDs in messages only.
        ("62927133 pc-9aaaaaaaaa1", &[0, 1, 2], Some((2, &[]))),
        // As the widget copies them.
        ("[\"629271331\", \"pc-7qp0e2m4x9d1\"]", &[0, 1], Some((2, &[]))),
        ("\"629271331 3\"", &[], None),
        ("629271331 -629271332", &[0], None),
    ];
    for (query, expected, ids) in table {
        let hits = Hits::of(&sub_tasks, query);
        let missing =
            hits.ids().map(|ids| (ids.total, ids.missing.iter().map(|id| &**id).collect::<Vec<_>>()));
        assert_eq!(found(&sub_tasks, &hits), expected, "{query}");
        assert_eq!(missing, ids.map(|(total, missing)| (total, missing.to_vec())), "{query}");
    }
    let text = |query: &str| Hits::of(&sub_tasks, query).ids().unwrap().text(Locale::english());
    assert_eq!(text("629271331 pc-nothere1 3"), "2 of 3 found; not in this batch: pc-nothere1");
    assert_eq!(text("pc-c 3"), "2 of 2 found");
    let many: Vec<String> = (0..12).map(|id| (1_000_000 + id).to_string()).collect();
    let many = text(&many.join(" "));
    assert!(many.ends_with("1000008, 1000009, …"), "{many}");
}

#[test]
fn the_form_of_an_id_is_that_of_the_api() {
    for (text, expected) in [
        ("629271331", true),
        ("62927", false),
        ("pc-2ze8k1n7q3x5", true),
        ("pcx-1abcde", true),
        ("pc-", false),
        ("pc-abcdefgh", false),
        ("read-only", false),
        ("a-123456", false),
        ("-123456", false),
        ("pc-1234é6", false),
        ("pc-1-23456", false),
        ("pc--123456", false),
        ("pcabc-123456", false),
        ("123456a", false),
        ("2026-05-28", false),
    ] {
        assert_eq!(query::has_id_form(text), expected, "{text}");
    }
}

#[test]
fn only_a_query_that_narrows_the_last_one_looks_at_its_hits() {
    let table = [
        ("a", "ab", true),
        ("ab", "a", false),
        ("a", "b a", true),
        ("a b", "ba", true),
        ("a b", "a c", false),
        ("a", "a -b", true),
        ("a -b", "a", false),
        // A longer excluded word excludes fewer rows.
        ("-b", "-bc", false),
        ("-bc", "-b", true),
        ("-b -c", "-b", false),
        ("\"a b", "\"a bc", true),
        ("a b", "\"a b\"", true),
        ("\"a b\"", "a b", false),
    ];
    for (last, new, expected) in table {
        assert_eq!(Query::parse(new).narrows(&Query::parse(last)), expected, "{last} to {new}");
    }
    // The hits of a list of IDs are no limit: the list can be followed by another ID.
    let list =
        [["1", "pc-a", ""], ["2", "pc-b", ""], ["3", "pc-c", ""]].map(|cells| cells.map(str::to_owned));
    let sub_tasks = rows(&list);
    let last = Hits::of(&sub_tasks, "1 2");
    let mut search = Search::after(&last, "1 2 3");
    assert!(search.step(&sub_tasks, u32::MAX));
    assert_eq!(found(&sub_tasks, &search.finish()), [0, 1, 2]);
}

#[test]
fn a_text_of_many_words_is_one_phrase_and_long_lists_are_limited() {
    let words: Vec<String> = (0..70).map(|word| format!("w{word}")).collect();
    let message = words.join(" ");
    let sub_tasks = rows(&[
        ["1".to_owned(), String::new(), message.clone()],
        ["2".to_owned(), String::new(), "w1 w0".to_owned()],
    ]);
    assert_eq!(found(&sub_tasks, &Hits::of(&sub_tasks, &message)), [0]);
    assert_eq!(found(&sub_tasks, &Hits::of(&sub_tasks, &words[..64].join(" "))), [0]);
    assert!(found(&sub_tasks, &Hits::of(&sub_tasks, &format!("{message} -w1"))).is_empty());
    let ids: Vec<String> = (0..20_000).map(|id| (1_000_000 + id).to_string()).collect();
    assert_eq!(Hits::of(&sub_tasks, &ids.join(",")).ids().map(|ids| ids.total), Some(10_000));
}

#[test]
fn hits_are_highlighted_in_utf_16_units() {
    let list = [["1", "pc-a1", ""], ["2", "pc-b2", ""]].map(|cells| cells.map(str::to_owned));
    let sub_tasks = rows(&list);
    type Case<'a> = (&'a str, &'a str, &'a [(u32, u32)]);
    let table: [Case<'_>; 8] = [
        ("disk", "DISK, disk", &[(0, 4), (6, 10)]),
        ("已满", "🦀 磁盘已满", &[(5, 7)]),
        ("aa", "aaa a", &[(0, 3)]),
        ("ab bcd", "abcd", &[(0, 4)]),
        ("lock -disk", "disk lock", &[(5, 9)]),
        ("\"k l\"", "disk lock", &[(3, 6)]),
        ("pc-a1 2", "pc-a1", &[(0, 5)]),
        ("zzz", "disk", &[]),
    ];
    for (query, text, expected) in table {
        let highlighter = Highlighter::of(&Hits::of(&sub_tasks, query)).unwrap();
        assert_eq!(highlighter.ranges(text), expected, "{query} in {text}");
    }
    assert!(Highlighter::of(&Hits::default()).is_none());
    assert!(Highlighter::of(&Hits::of(&sub_tasks, "-disk")).is_none());
    let highlighter = Highlighter::of(&Hits::of(&sub_tasks, "x")).unwrap();
    assert_eq!(highlighter.ranges(&"x ".repeat(1_000)).len(), 200);
}

proptest! {
    #[test]
    fn it_finds_what_the_slow_version_finds(
        list in prop::collection::vec(["[aAbB]{0,4}", "[a-c-]{0,4}", "[abBéÉ实 ]{0,8}|[aAbB]{0,24}"], 0..40),
        queries in prop::collection::vec(
            prop::collection::vec((any::<bool>(), any::<bool>(), "[aAbBcé实]{1,3}|[aAbB]{3,9}"), 0..4),
            1..5,
        ),
        budget in 1_u32..50,
    ) {
        let sub_tasks = rows(&list);
        let mut last = Hits::default();
        for parts in queries {
            let query = text_of(&parts);
            let mut search = Search::after(&last, &query);
            while !search.step(&sub_tasks, budget) {}
            last = search.finish();
            prop_assert_eq!(found(&sub_tasks, &last), expected(&list, &parts), "{}", query);
        }
    }

    #[test]
    fn a_list_of_ids_finds_the_rows_that_have_them(
        rows_of_ids in prop::collection::vec(0_u32..30, 1..40),
        wanted in prop::collection::btree_set(0_u32..40, 2..20),
        budget in 1_u32..50,
    ) {
        let id = |number: u32| (7_000_000 + number).to_string();
        let list: Vec<[String; 3]> = rows_of_ids.iter().map(|&number| [id(number), String::new(), String::new()]).collect();
        let sub_tasks = rows(&list);
        let query: Vec<String> = wanted.iter().map(|&number| id(number)).collect();
        let mut search = Search::new(&query.join("\n"));
        while !search.step(&sub_tasks, budget) {}
        let hits = search.finish();
        let expected: Vec<u32> = (0..).zip(&rows_of_ids).filter(|(_, number)| wanted.contains(number)).map(|(row, _)| row).collect();
        prop_assert_eq!(found(&sub_tasks, &hits), expected);
        let missing: Vec<Box<str>> = wanted.iter().filter(|number| !rows_of_ids.contains(number)).map(|&number| id(number).into()).collect();
        prop_assert_eq!(&hits.ids().unwrap().missing, &missing);
    }
}
