//! Bodies that are masked, and bodies that must not change.

use std::time::{Duration, Instant};

use serde_json::value::RawValue;

use super::*;

fn redacted(json: &str) -> String {
    with(&[], json)
}

/// Masks a body with ids that are known in advance.
fn with(ids: &[&str], json: &str) -> String {
    let redaction = Redaction::of(ids.iter().map(|id| id.parse::<AccountId>().unwrap()));
    let once = redaction.body(Bytes::copy_from_slice(json.as_bytes()));
    assert_eq!(redaction.body(once.clone()), once, "idempotent: {json}");
    String::from_utf8(once.to_vec()).unwrap()
}

fn assert_masked(table: &[(&str, &str)]) {
    for (json, expected) in table {
        assert_eq!(redacted(json), *expected);
        serde_json::from_str::<&RawValue>(expected).unwrap();
    }
}

#[test]
fn patterns_are_masked_in_texts_and_numbers() {
    assert_masked(&[
        (r#"{"ErrorMsg":"aliuid:1422133474238823 gone"}"#, r#"{"ErrorMsg":"aliuid:… gone"}"#),
        // Encoders that protect HTML escape these characters.
        (r#"{"a":"aliUid \u003d \u00271422133474238823\u0027"}"#, r#"{"a":"aliUid = '…'"}"#),
        (r#"{"OwnerId" : "1422133474238823", "b":1}"#, r#"{"OwnerId" : "…", "b":1}"#),
        (r#"{"OwnerId":1422133474238823,"TaskId":629271331}"#, r#"{"OwnerId":"…","TaskId":629271331}"#),
        (r#"{"OwnerId":-1422133474238823}"#, r#"{"OwnerId":"…"}"#),
        (r#"{"OwnerId":1422133474238823.0}"#, r#"{"OwnerId":"…"}"#),
        (r#"{"OwnerId":1.422133474238823E15,"a":[1.5e2,1E+99]}"#, r#"{"OwnerId":"…","a":[1.5e2,1E+99]}"#),
        (r#"{"OwnerId":1.42213347423882300e+15}"#, r#"{"OwnerId":"…"}"#),
        (r#"{"user_id":[1422133474238823 , 5]}"#, r#"{"user_id":["…" , 5]}"#),
        (r#"{"uids":["1422133474238823",1422133474238824]}"#, r#"{"uids":["…","…"]}"#),
        (r#"{"a":"\"aliuid\":\"1422133474238823\""}"#, r#"{"a":"\"aliuid\":\"…\""}"#),
        (r#"{"a":"{\"Owner\":{\"Id\":\"1422133474238823\"}}"}"#, r#"{"a":"{\"Owner\":{\"Id\":\"…\"}}"}"#),
        (r#"["LTAI5tAbCdEfGhIjKlMnOpQr"]"#, r#"["LTAI…"]"#),
        (r#"{"a":"key\nLTAI5tAbCdEfGhIjKlMnOpQr\\x"}"#, r#"{"a":"key\nLTAI…\\x"}"#),
        (r#"{"a\"":"账号 aliuid:1422133474238823"}"#, r#"{"a\"":"账号 aliuid:…"}"#),
        (r#"{"AccessKeySecret":"Ab1Cd2Ef3Gh4\/Ij5"}"#, r#"{"AccessKeySecret":"…"}"#),
        (r#"{"AccessKeySecret":"abcdefghijklmnopqrstuvwxyzabcd"}"#, r#"{"AccessKeySecret":"…"}"#),
        (r#"{"a":"to:\nann@example.com"}"#, r#"{"a":"to:\n…"}"#),
        (r#"{"a":"ann\u0040example.com"}"#, r#"{"a":"…"}"#),
        // Half a surrogate pair: the text cannot be decoded, and is masked as it is.
        (r#"{"a":"\ud800 uid\u003a1422133474238823 \"x\""}"#, r#"{"a":"\ud800 uid\u003a… \"x\""}"#),
    ]);
}

/// The texts that left the proxy before (issue 17).
#[test]
fn each_reported_text_is_masked() {
    let texts = [
        "主账号ID：1422133474238823",
        "账号 1422133474238823",
        "uid：1422133474238823",
        r"aliuid\t1422133474238823",
        "acs%3Aram%3A%3A1422133474238823%3Arole%2Fx",
        "https://1422133474238823.cn-hangzhou.fc.aliyuncs.com",
        "ACS:RAM::1422133474238823:ROLE/X",
        "uids=[1422133474238823,1422133474238824]",
        "account #1422133474238823",
        "aliuid:1422133474238823; project of 1422133474238823",
        "SecurityToken=CAIS8wF1q6Ft5B2yfSjIr5fDOYPCp1422133474238823",
        "STS.NUAbCdEfGh1422133474238823",
        "AccessKeySecret=Ab1422133474238823",
        "ann1422133474238823@example.com",
    ];
    for text in texts {
        let json = format!(r#"{{"SubTasks":[{{"TaskId":"629271331","ErrorMsg":"{text}"}}]}}"#);
        let masked = redacted(&json);
        assert!(!masked.contains("142213347423882") && masked.contains('…'), "{masked}");
        assert!(masked.contains("629271331"), "{masked}");
        serde_json::from_str::<&RawValue>(&masked).unwrap();
    }
}

#[test]
fn the_names_around_a_value_count() {
    assert_masked(&[
        (r#"{"Owner":{"Id":1422133474238823}}"#, r#"{"Owner":{"Id":"…"}}"#),
        (r#"{"Owner":[{"Id":"1422133474238823"}]}"#, r#"{"Owner":[{"Id":"…"}]}"#),
        (r#"{"account":{"name":"x","id":"1422133474238823"}}"#, r#"{"account":{"name":"x","id":"…"}}"#),
        // After an object, the member that contains it continues.
        (r#"{"OwnerId":[{"a":1},1422133474238823]}"#, r#"{"OwnerId":[{"a":1},"…"]}"#),
        (r#"{"Owner":{"a":{"b":1},"Id":1422133474238823}}"#, r#"{"Owner":{"a":{"b":1},"Id":"…"}}"#),
        (r#"{"Accounts":{"1422133474238823":{"a":1}}}"#, r#"{"Accounts":{"…":{"a":1}}}"#),
        (r#"{"acs:ram::1422133474238823:role/x":1}"#, r#"{"acs:ram::…:role/x":1}"#),
        (r#"{"账号":{"ID":"1422133474238823"}}"#, r#"{"账号":{"ID":"…"}}"#),
    ]);
}

#[test]
fn a_recognised_id_is_masked_in_the_whole_body() {
    assert_masked(&[
        (
            r#"{"a":"of 1422133474238823","b":1422133474238823,"c":"aliuid:1422133474238823","1422133474238823":0}"#,
            r#"{"a":"of …","b":"…","c":"aliuid:…","…":0}"#,
        ),
        (r#"{"a":"\u00221422133474238823\u0022","uid":1422133474238823}"#, r#"{"a":"\"…\"","uid":"…"}"#),
        (
            r#"{"OwnerId":1422133474238823,"TaskId":1422133474238823,"InstanceId":"pc-1422133474238823","BatchId":"1422133474238823"}"#,
            r#"{"OwnerId":"…","TaskId":1422133474238823,"InstanceId":"pc-1422133474238823","BatchId":"1422133474238823"}"#,
        ),
        (
            r#"{"task_ids":["1422133474238823"],"taskID":{"a":"1422133474238823"},"u":"uid 1422133474238823"}"#,
            r#"{"task_ids":["1422133474238823"],"taskID":{"a":"…"},"u":"uid …"}"#,
        ),
    ]);
    let given = r#"{"a":"oss-1422133474238823-log","TaskId":"1422133474238823","n":629271331}"#;
    assert_eq!(redacted(given), given);
    assert_eq!(
        with(&["1422133474238823", "629271331"], given),
        r#"{"a":"oss-…-log","TaskId":"1422133474238823","n":"…"}"#
    );
}

#[test]
fn at_most_64_ids_are_learnt() {
    let id = |number| 1_422_133_474_238_000_u64 + number;
    let announced: String = (0..65).map(|number| format!(r#"{{"uid":{}}},"#, id(number))).collect();
    let json = format!(r#"["of {}","of {}",{announced}0]"#, id(63), id(64));
    let masked = redacted(&json);
    assert!(masked.starts_with(&format!(r#"["of …","of {}",{{"uid":"…"}}"#, id(64))), "{masked}");
    assert_eq!(masked.matches("142213347423").count(), 1, "{masked}");
}

#[test]
fn other_bodies_do_not_change() {
    for json in [
        r#" { "TaskId" : "629271331", "n": -1.5e+3, "t":"2026/05/28T16:38:20Z", "e":"\u003d\/" }"#,
        r#"{"TaskId":1422133474238823,"x":"\ud800 1"}"#,
        r#"{"TotalCount":1422133474238823,"TaskBegin":1748421500000,"Users":12,"port":3306}"#,
        r#"{"Owner":{"Name":"x","CreateTime":1748421500000},"Id":1422133474238823}"#,
        r#"{"Token":{"Sha256Digest1":1},"Signature":{"Version1Of2":"a"}}"#,
        r#"{"RequestId":"25C70FF3-D49B-594D-BECE-0DE2BA1D8BBB","ErrorMsg":"pc-pz5f6mvi1p84t35d7: 10.0.0.7:3306"}"#,
        "\u{feff}{}",
        r#"{"a":"no end"#,
        r#"{"a":"\"#,
        r#"{"a":"\u"#,
        "}}}}{",
        "-",
        "",
    ] {
        assert_eq!(redacted(json), json);
    }
}

#[test]
fn a_body_that_is_not_utf8_is_masked() {
    let masked = Redaction::of([]).body(Bytes::from_static(b"{\"a\":\"\xff aliuid:1422133474238823\"}"));
    assert_eq!(masked, &b"{\"a\":\"\xff aliuid:\xE2\x80\xA6\"}"[..]);
}

#[test]
fn the_depth_of_a_body_does_not_matter() {
    let depth = 100_000;
    let json = r#"{"Owner":"#.repeat(depth) + r#"{"Id":1422133474238823}"# + &"}".repeat(depth);
    assert_eq!(redacted(&json), json.replace("1422133474238823", "\"…\""));
    let json = r#"{"a":"#.repeat(depth) + "1" + &"}".repeat(depth - 1) + r#","uid":1422133474238823}"#;
    assert_eq!(redacted(&json), json.replace("1422133474238823", "\"…\""));
}

#[test]
fn the_sample_of_the_reference_keeps_all_but_the_account() {
    let sample = include_str!("../../tests/fixtures/describe-batch-task.sample.json");
    assert!(sample.contains("aliuid:1422133474238823"));
    assert_eq!(redacted(sample), sample.replace("aliuid:1422133474238823", "aliuid:…"));
}

#[test]
fn the_messages_of_errors_are_masked() {
    let message = || "profile \"uid-1422133474238823\" has no key of 1422133474238823".to_owned();
    assert_eq!(Redaction::of([]).text(message()), "profile \"uid-…\" has no key of …");
    assert_eq!(Redaction::Off.text(message()), message());
}

#[test]
fn without_redaction_nothing_changes() {
    let body = Bytes::from_static(br#"{"OwnerId":1422133474238823}"#);
    assert_eq!(Redaction::Off.body(body.clone()), body);
}

/// `cargo test -p batch-task-proxy --release --lib -- --ignored --nocapture duration`
#[test]
#[ignore = "prints durations, without assertions"]
fn duration_of_a_hundred_thousand_rows() {
    let body = |error_msg: &str| {
        let rows: Vec<String> = (0..100_000_u32)
            .map(|row| {
                format!(
                    r#"{{"TaskId":"{}","InstanceId":"pc-pz5f6mvi1p84t{row:04}","Status":"FAILED","TaskBegin":"2026/05/28T17:38:20Z","TaskEnd":"","ErrorMsg":"{error_msg}"}}"#,
                    629_271_331 + row
                )
            })
            .collect();
        Bytes::from(format!(r#"{{"BatchId":"pcb-1","SubTasks":[{}]}}"#, rows.join(",")))
    };
    for (what, error_msg) in [
        ("one account", "aliuid:1422133474238823 assumeOssRole not exist"),
        ("a second mention", "aliuid:1422133474238823 of 1422133474238823"),
        ("times", "started at 1748421500000, by aliuid:1422133474238823"),
        ("no account", "disk full, the node is in maintenance until it is repaired"),
    ] {
        let body = body(error_msg);
        let redaction = Redaction::of([]);
        let mut best = Duration::MAX;
        for _ in 0..9 {
            let begun = Instant::now();
            let _ = redaction.body(body.clone());
            best = begun.elapsed().min(best);
        }
        println!("{what:17} {} bytes {:6.1} ms", body.len(), best.as_secs_f64() * 1e3);
    }
}
