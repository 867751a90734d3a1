//! Tests of masking and grouping: tables of real messages, and properties.

use proptest::prelude::*;

use super::*;
use crate::i18n::Locale;
use crate::model::{ApiTime, SubTask, SubTasksBuilder};
use crate::redact::redact;

/// Status, TaskEnd in ms or -1, ErrorMsg.
type Row<'a> = (&'a str, i64, &'a str);

fn rows<'a>(rows: impl IntoIterator<Item = Row<'a>>) -> SubTasks {
    let mut builder = SubTasksBuilder::new();
    for (status, end_ms, error_msg) in rows {
        let task_end =
            if end_ms < 0 { ApiTime::Absent } else { ApiTime::At(Timestamp::from_unix_ms(end_ms)) };
        builder.push(&SubTask {
            task_id: "1",
            instance_id: "pc-1",
            status: SubTaskStatus::parse(status),
            task_begin: ApiTime::Absent,
            task_end,
            error_msg,
        });
    }
    builder.finish()
}

#[test]
fn messages_are_masked_by_the_rules() {
    let table = [
        ("", ""),
        (" \t\n", ""),
        (
            "aliuid:1422133474238823 assumeOssRole not exist,serviceName:aliyunesarealtimelogpushossrole",
            "aliuid:… assumeOssRole not exist,serviceName:aliyunesarealtimelogpushossrole",
        ),
        ("instance pc-2ze8k1n7q3x5 is locked by another task", "instance pc-… is locked by another task"),
        ("instance pc-abcdefghijklmnopq is locked", "instance pc-… is locked"),
        (
            "skill package checksum mismatch (expected 9f2c41d07be3, got 00a17c55d2e9)",
            "skill package checksum mismatch (expected …, got …)",
        ),
        ("got deadbeef", "got …"),
        ("retry 3 of 5 after -1.5 s", "retry … of … after … s"),
        ("10.0.0.7:3306 refused", "… refused"),
        ("db.internal:3306 refused", "… refused"),
        ("localhost refused, fe80::1 refused", "… refused, … refused"),
        ("oss-cn-hangzhou.aliyuncs.com timed out", "… timed out"),
        ("GET https://a.example/b?c=d: no answer", "GET https://… no answer"),
        ("at 2026-05-28 16:38:20.123 +0800, since 2026/05/28T16:38:20Z", "at …, since …"),
        ("expires Thu, 28 May 2026 16:38:20 GMT", "expires … GMT"),
        ("it May fail", "it May fail"),
        ("role \"ops\" and 'dev' and “x”, but don't", "role \"…\" and '…' and “…”, but don't"),
        (r#"value "a \"b\" c" is bad"#, "value \"…\" is bad"),
        ("Access denied for user 'root'@'10.0.0.1'", "Access denied for user '…'@'…'"),
        ("mail to ann@db.internal failed", "mail to … failed"),
        ("java.lang.NullPointerException at Foo", "java.lang.NullPointerException at Foo"),
        ("S3 and sha256 over IPv6, x86_64", "S3 and sha256 over IPv6, x86_64"),
        ("task_17 on us-east-1", "task_… on us-east-…"),
        ("RequestId 25C70FF3-D49B-594D-BECE-0DE2BA1D8BBB", "RequestId …"),
        ("实例 pc-pz5f6mvi1p84t35d7 被锁定", "实例 pc-… 被锁定"),
        ("a\r\n\tb", "a b"),
        ("disk full", "disk full"),
        ("1, 2, 3 failed", "… failed"),
        ("'a'-5 is not 'b'", "'…' … is not '…'"),
        ("''0", "''…"),
        ("deadbeef...-2x refused", "… refused"),
        ("unclosed \"quote 5", "unclosed \"quote …"),
    ];
    for (text, masked) in table {
        assert_eq!(mask(text), masked, "{text}");
        assert_eq!(mask(masked), masked, "{masked}");
    }
}

#[test]
fn long_texts_are_cut_between_words_and_long_runs_of_quotes_are_quick() {
    let masked = mask(&"disk of the node is full; ".repeat(100));
    assert!(masked.len() <= MAX_BYTES && masked.ends_with("disk of"), "{masked}");
    assert_eq!(mask(&masked), masked);
    assert!(mask(&"实例被锁定".repeat(100)).len() <= MAX_BYTES);
    assert!(mask(&" 'a".repeat(50_000)).len() <= MAX_BYTES);
}

#[test]
fn only_the_beginning_of_a_message_is_read() {
    let same = "disk of the node is full; ".repeat(1_000);
    assert_eq!(mask(&format!("{same}a")), mask(&format!("{same}b")));
    // Masked parts do not count towards the limit, so all of the input is read.
    let numbers = "1:".repeat((READ_BYTES - 10) / 2);
    assert_eq!(mask(&format!("{numbers} refused")), "… refused");
    assert_eq!(mask(&format!("{numbers}1g refused")), "… refused");
    assert_eq!(mask(&format!("{numbers}          refused")), "…", "it is behind what is read");
    assert_eq!(mask(&"1:".repeat(500_000)), "…");
    let label = |text: &str| {
        let sub_tasks = rows([("FAILED", 1, text)]);
        Failures::of(&sub_tasks).groups()[0].label(&sub_tasks, Locale::english())
    };
    assert!(label(&same).ends_with("disk of…"), "{}", label(&same));
    assert_eq!(label(&"1:".repeat(500_000)), "…");
    assert_eq!(label(&" ".repeat(500_000)), "…");
}

#[test]
fn long_texts_cost_more() {
    let long = "lock ".repeat(2_000);
    let sub_tasks = rows((0..10).map(|_| ("FAILED", 1, long.as_str())));
    let steps = |last, budget| {
        let mut grouping = Grouping::of(sub_tasks.clone(), last);
        1 + std::iter::from_fn(|| (!grouping.step(budget)).then_some(())).count()
    };
    let last = || Some((sub_tasks.clone(), Rc::new(Failures::of(&sub_tasks))));
    assert_eq!((steps(None, 144), steps(None, 288), steps(last(), 40), steps(last(), 80)), (10, 5, 10, 5));
}

#[test]
fn groups_are_counted_timed_and_sorted() {
    let sub_tasks = rows([
        ("FAILED", 9_000, "lock 1"),
        ("COMPLETED", 1_000, "lock 2"),
        ("FAILED", 5_000, "lock 3"),
        ("FAILED", -1, "lock 4"),
        ("FAILED", -1, ""),
        ("FAILED", 7_000, "disk 5"),
        ("FAILED", 6_000, "net 6"),
        ("PAUSE", -1, "lock 7"),
    ]);
    let failures = Failures::of(&sub_tasks);
    let at = |ms| Some(Timestamp::from_unix_ms(ms));
    let seen: Vec<_> = failures
        .groups()
        .iter()
        .map(|group| {
            (group.label(&sub_tasks, Locale::english()), group.count, group.example, group.first, group.last)
        })
        .collect();
    assert_eq!(
        seen,
        [
            ("lock …".to_owned(), 3, 2, at(5_000), at(9_000)),
            ("net …".to_owned(), 1, 6, at(6_000), at(6_000)),
            ("disk …".to_owned(), 1, 5, at(7_000), at(7_000)),
            (Locale::english().no_error_message.to_owned(), 1, 4, None, None),
        ]
    );
    assert_eq!(failures.failed(), 6);
    let (largest, others) = top(failures.groups(), 1);
    assert_eq!((largest.len(), others), (1, OmittedGroups { groups: 3, rows: 3 }));
    assert_eq!(top(failures.groups(), 9).1, OmittedGroups::default());
}

#[test]
fn what_needs_attention_is_grouped_by_message_apart_from_the_failures() {
    let sub_tasks = rows([
        ("PAUSE", -1, ""),
        ("BLOCKING", -1, "waiting for instance pc-1"),
        ("FAILED", -1, "waiting for instance pc-2"),
        ("HUMAN_PROCESSING", -1, " "),
        ("PAUSE", -1, "waiting for instance pc-3"),
        ("PAUSE", -1, "\n"),
        ("BLOCKING", -1, "PAUSE"),
    ]);
    let failures = Failures::of(&sub_tasks);
    let label = |group: &Group| group.label(&sub_tasks, Locale::english());
    let seen = |groups: &[Group]| groups.iter().map(|group| (label(group), group.count)).collect::<Vec<_>>();
    assert_eq!(seen(failures.groups()), [("waiting for instance pc-…".to_owned(), 1)]);
    let mut attention = seen(failures.attention());
    attention[2..].sort();
    let expected = [
        ("Paused", 2),
        ("Paused, Blocked: waiting for instance pc-…", 2),
        ("Blocked: PAUSE", 1),
        ("Handled manually", 1),
    ];
    attention[..2].sort();
    assert_eq!(attention, expected.map(|(label, count)| (label.to_owned(), count)));
    assert_eq!(failures.failed(), 1);
    let rows_of = |label_of: &str| {
        let group = failures.attention().iter().find(|group| label(group) == label_of).unwrap();
        let rows = failures.rows(group.id.key());
        (0..7).filter(|&row| rows.contains(row)).collect::<Vec<_>>()
    };
    assert_eq!(rows_of("Paused"), [0, 5]);
    assert_eq!(rows_of("Paused, Blocked: waiting for instance pc-…"), [1, 4]);
}

#[test]
fn a_row_that_changes_only_its_status_gets_another_group() {
    let before = rows([("PAUSE", -1, ""), ("FAILED", -1, "lock"), ("BLOCKING", -1, "lock")]);
    let after = rows([("BLOCKING", -1, ""), ("PAUSE", -1, "lock"), ("FAILED", -1, "lock")]);
    let mut grouping = Grouping::of(after.clone(), Some((before.clone(), Rc::new(Failures::of(&before)))));
    while !grouping.step(u32::MAX) {}
    assert_eq!(grouping.finish(), Failures::of(&after));
}

#[test]
fn a_group_keeps_its_id_in_the_next_poll() {
    let now = Failures::of(&rows([("FAILED", 1, "lock 1"), ("FAILED", 1, "disk"), ("FAILED", 1, "lock 2")]));
    let then = Failures::of(&rows([("FAILED", 1, "disk"), ("RUNNING", 1, ""), ("FAILED", 1, "lock 9")]));
    let id = now.groups()[0].id;
    let members =
        |failures: &Failures| (0..3).filter(|&row| failures.rows(id.key()).contains(row)).collect::<Vec<_>>();
    assert_eq!((members(&now), members(&then)), (vec![0, 2], vec![2]));
    assert_eq!(then.group(id).map(|group| group.count), Some(1));
    assert!(Failures::default().rows(id.key()).is_empty());
}

#[test]
fn keys_of_reasons_never_change() {
    // Links contain them. The first is the offset basis of FNV-1a, 0xcbf29ce484222325, folded.
    let table = [
        ("", "4fd0bfc1"),
        ("a", "296230c0"),
        ("disk full", "c70cc209"),
        ("instance pc-2ze8k1n7q3x5 is locked by another task", "3b19950a"),
        ("实例 pc-pz5f6mvi1p84t35d7 被锁定", "017f1353"),
        ("aliuid:1422133474238823 assumeOssRole not exist", "2a8de1d1"),
    ];
    for (text, key) in table {
        assert_eq!(ReasonKey::of(text).to_string(), key, "{text}");
        assert_eq!(ReasonKey::parse(key), Some(ReasonKey::of(text)));
        // A link from a page that redacts names the same reason as one from a page that does not.
        assert_eq!(ReasonKey::of(&redact(text)), ReasonKey::of(text), "{text}");
    }
    for invalid in ["", "4471b9e", "4471b9e88", "4471b9eg", "+471b9e8", "0x4471b9", " 471b9e8", "实例é"] {
        assert_eq!(ReasonKey::parse(invalid), None, "{invalid}");
    }
}

#[test]
fn rows_that_need_attention_are_counted_by_status() {
    let sub_tasks =
        rows(["BLOCKING", "FAILED", "HUMAN_PROCESSING", "PAUSE", "pause "].map(|status| (status, -1, "")));
    let counts =
        [(SubTaskStatus::Pause, 2), (SubTaskStatus::Blocking, 1), (SubTaskStatus::HumanProcessing, 1)];
    assert_eq!(attention(&sub_tasks), counts);
    assert!(attention(&SubTasks::default()).is_empty());
}

#[test]
fn the_headline_mentions_failures_and_attention() {
    let table: [(&[Row<'_>], Option<&str>); 5] = [
        (&[("COMPLETED", -1, "")], None),
        (&[("FAILED", -1, "a"), ("FAILED", -1, "a")], Some("2 failed for one reason")),
        (&[("FAILED", -1, "a"), ("FAILED", -1, "b")], Some("2 failed for 2 reasons")),
        (&[("PAUSE", -1, "")], Some("1 needs attention")),
        (
            &[("PAUSE", -1, ""), ("FAILED", -1, "a"), ("PAUSE", -1, "")],
            Some("1 failed for one reason · 2 need attention"),
        ),
    ];
    for (list, expected) in table {
        let sub_tasks = rows(list.iter().copied());
        assert_eq!(
            headline(&Failures::of(&sub_tasks), sub_tasks.counts(), Locale::english()).as_deref(),
            expected
        );
    }
}

#[test]
fn messages_of_the_last_poll_are_not_masked_again() {
    let list = |last: &'static str| {
        rows((0..1_000).map(|row| ("FAILED", 1, if row == 500 { last } else { "lock 1" })))
    };
    let (before, after) = (list("lock 1"), list("disk 1"));
    let mut grouping = Grouping::of(after.clone(), Some((before.clone(), Rc::new(Failures::of(&before)))));
    assert!(!grouping.step(999 + 15), "all but one are known");
    assert!(grouping.step(1));
    assert_eq!(grouping.finish(), Failures::of(&after));
}

/// A name without digits for each number.
fn name(mut number: usize) -> String {
    let mut name = String::new();
    for _ in 0..5 {
        name.push(char::from(b'g' + (number % 20) as u8));
        number /= 20;
    }
    name
}

#[test]
fn fifty_thousand_failures_with_forty_thousand_texts() {
    // Text n of the first twenty comes 511 - n times, which makes 10,020 rows with ids of their own; all others once.
    let repeats = |text: usize| if text < 20 { 511 - text } else { 1 };
    let texts: Vec<String> = (0..40_000)
        .flat_map(|text| (0..repeats(text)).map(move |id| format!("{} on pc-{id}", name(text))))
        .take(50_000)
        .collect();
    let sub_tasks = rows(texts.iter().map(|text| ("FAILED", 1, text.as_str())));
    let mut grouping = Grouping::of(sub_tasks.clone(), None);
    let steps = 1 + std::iter::from_fn(|| (!grouping.step(16_000)).then_some(())).count();
    let failures = grouping.finish();
    assert_eq!(steps, 50);
    assert_eq!(failures, Failures::of(&sub_tasks));
    let (largest, others) = top(failures.groups(), 20);
    for (text, group) in largest.iter().enumerate() {
        let label = format!("{} on pc-…", name(text));
        assert_eq!(
            (group.label(&sub_tasks, Locale::english()), group.count as usize),
            (label, repeats(text))
        );
    }
    assert_eq!(others, OmittedGroups { groups: 39_970, rows: 39_970 });
}

#[test]
fn the_list_has_the_largest_groups_or_all_if_they_are_not_too_many() {
    for (groups, is_open, expected) in [
        (3, false, 3),
        (3, true, 3),
        (100, false, COLLAPSED_GROUPS),
        (100, true, 100),
        (101, true, TOP_GROUPS),
    ] {
        let texts: Vec<String> = (0..groups).map(|group| "x".repeat(group + 1)).collect();
        let failures = Failures::of(&rows(texts.iter().map(|text| ("FAILED", 0, text.as_str()))));
        let (listed, others) = top(failures.groups(), listed(failures.groups(), is_open));
        assert_eq!(
            (listed.len(), others.groups as usize),
            (expected, groups - expected),
            "{groups} {is_open}"
        );
    }
}

proptest! {
    #[test]
    fn masking_twice_is_masking_once(text in "\\PC{0,60}") {
        let once = mask(&text);
        prop_assert_eq!(mask(&once), once.clone(), "{:?}", text);
    }

    #[test]
    fn masking_twice_is_masking_once_among_what_is_masked(
        pieces in prop::collection::vec(
            "pc|May|Thu|com|example|localhost|deadbeef|S3|-1|[a-f0-9]{1,9}|[a-z]{1,9}|…|://|::|[-_.:@/+,'\"\\\\ “”()]| |\n|é",
            0..16,
        )
    ) {
        let text = pieces.concat();
        let once = mask(&text);
        prop_assert_eq!(mask(&once), once.clone(), "{:?}", text);
    }

    #[test]
    fn messages_that_differ_in_a_value_mask_equal(
        before in "[a-z]{0,9}( [a-z]{1,9}){0,3}",
        after in "([a-z]{1,9} ){0,3}[a-z]{0,9}",
        numbers in ("-?[0-9]{1,20}(\\.[0-9]{1,3})?", "[0-9]{1,9}"),
        ids in ("pc-[a-z0-9]{17}", "pc-[a-z]{17}"),
        digests in ("[0-9a-f]{8,40}", "[0-9A-F]{32}"),
        hosts in ("([a-z]{1,9}\\.){1,3}com", "10\\.[0-9]{1,3}\\.0\\.1(:[0-9]{2,5})?"),
        times in ("2026[-/]0[1-9][-/]1[0-9][T ][0-2][0-9]:00:00(\\.[0-9]{3})?Z?", "(Mon|Tue), 1[0-9] (Jan|May|Oct) 2026 1[0-9]:30:00"),
        values in ("\"[^\"\\\\]{0,20}\"", "\"[a-z ]{0,9}\""),
    ) {
        for (a, b) in [numbers, ids, digests, hosts, times, values] {
            let [a, b] = [a, b].map(|value| mask(&format!("{before}: {value} ({after})")));
            prop_assert_eq!(a, b);
        }
    }

    #[test]
    fn each_failed_row_is_in_one_group_whatever_the_order_of_rows(
        list in prop::collection::vec((prop::sample::select(vec!["FAILED", "COMPLETED", "BLOCKING"]), -1_i64..5, "(lock|disk|)( [0-9]{1,2}| x)?"), 0..60),
        seed in any::<u64>(),
        budget in 1_u32..20,
    ) {
        let of = |list: &[(&'static str, i64, String)]| rows(list.iter().map(|(status, end, text)| (*status, *end, text.as_str())));
        let sub_tasks = of(&list);
        let failures = Failures::of(&sub_tasks);
        for (groups, bucket) in [(failures.groups(), "FAILED"), (failures.attention(), "BLOCKING")] {
            let sets: Vec<RowSet> = groups.iter().map(|group| failures.rows(group.id.key())).collect();
            for (row, (status, ..)) in list.iter().enumerate() {
                let holding = sets.iter().filter(|set| set.contains(row as u32)).count();
                prop_assert_eq!(holding, usize::from(*status == bucket));
            }
        }
        prop_assert_eq!(failures.groups().iter().map(|group| group.count).sum::<u32>(), failures.failed());

        let mut grouping = Grouping::of(sub_tasks.clone(), None);
        while !grouping.step(budget) {}
        prop_assert_eq!(&grouping.finish(), &failures);

        let mut last = list.clone();
        for (status, _, text) in last.iter_mut().step_by(1 + (seed % 5) as usize) {
            (*status, *text) = ("FAILED", format!("{text}1"));
        }
        last.truncate(last.len().saturating_sub((seed % 3) as usize));
        let last = of(&last);
        let known = Rc::new(Failures::of(&last));
        let mut grouping = Grouping::of(sub_tasks, Some((last, known)));
        while !grouping.step(budget) {}
        prop_assert_eq!(&grouping.finish(), &failures);

        let mut shuffled = list;
        for index in (1..shuffled.len()).rev() {
            shuffled.swap(index, (seed.rotate_left(index as u32) % (index as u64 + 1)) as usize);
        }
        let without_example = |failures: &Failures| -> Vec<_> {
            failures.groups().iter().map(|group| (group.id, group.count, group.first, group.last)).collect()
        };
        prop_assert_eq!(without_example(&Failures::of(&of(&shuffled))), without_example(&failures));
    }
}
