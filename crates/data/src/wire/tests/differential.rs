//! The decoder against the reference implementation: fixtures truncated or split at every byte, and generated bodies.

use proptest::prelude::*;

use super::super::reference::{self, comparable};
use super::*;

const POINTERS: [Option<&str>; 4] = [None, Some(""), Some("/data"), Some("/0/data")];

fn decode_in_pieces<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Decoder {
    let mut decoder = Decoder::new();
    for piece in pieces {
        decoder.push(piece);
    }
    decoder
}

fn assert_same_result(body: &[u8]) {
    let shown = String::from_utf8_lossy(body);
    for pointer in POINTERS {
        let expected = comparable(reference::decode(body, pointer));
        assert_eq!(comparable(decode(body, pointer)), expected, "{shown} at {pointer:?}");
        let drip = decode_in_pieces(body.chunks(1)).into_decoded(pointer);
        assert_eq!(comparable(drip), expected, "{shown} at {pointer:?}, byte by byte");
    }
    assert_eq!(decode_api_error(body), reference::decode_api_error(body), "{shown}");
}

fn fixtures() -> Vec<Vec<u8>> {
    let files = [SAMPLE, ODD, ENVELOPE, errors::THROTTLING, errors::FORBIDDEN, errors::ENVELOPE_ERROR];
    let mut bodies: Vec<Vec<u8>> = files.into_iter().map(<[u8]>::to_vec).collect();
    bodies.push([b"\xEF\xBB\xBF".as_slice(), SAMPLE].concat());
    bodies.push([b"[".as_slice(), ENVELOPE, b"]"].concat());
    bodies
}

#[test]
fn truncated_fixtures_have_the_same_result() {
    for fixture in fixtures() {
        for length in 0..=fixture.len() {
            assert_same_result(&fixture[..length]);
        }
    }
}

#[test]
fn split_fixtures_have_the_same_result() {
    for fixture in fixtures() {
        for pointer in POINTERS {
            let expected = comparable(reference::decode(&fixture, pointer));
            for place in 0..=fixture.len() {
                let (first, second) = fixture.split_at(place);
                let decoded = decode_in_pieces([first, second]).into_decoded(pointer);
                assert_eq!(comparable(decoded), expected, "split at {place}");
            }
        }
    }
}

#[test]
fn irregular_bodies_have_the_same_result() {
    for body in [
        r#"{"SubTasks":[{}],"SubTasks":[{"TaskId":"1"},2],"Status":"RUNNING"}"#,
        r#"{"SubTasks":[{"TaskId":"1"}],"SubTasks":null,"Status":"RUNNING"}"#,
        r#"{"SubTasks":[{"TaskId":"1"}],"data":{"SubTasks":[{"TaskId":"2"}]}}"#,
        r#"{"data":{"SubTasks":[{"TaskId":"1"}]},"data":{"SubTasks":[{"TaskId":"2"}],"RequestId":7}}"#,
        r#"{"data":{"SubTasks":[{"TaskId":"1"}]},"data":3}"#,
        r#"{"SubTask\u0073":[{"TaskI\u0064":"1","Task\ud800":2}]}"#,
        r#"{"SubTasks":{"SubTasks":[1]}}"#,
        r#"{"SubTasks":[{"SubTasks":[1,{"SubTasks":[]}],"TaskId":[1],"Status":{"a":"}"}}]}"#,
        r#"{"SubTasks":[[],[[{}]],"a",null,true,-0.5e+7,{}]}"#,
        r#"{"SubTasks":1e999}"#,
        r#"{"SubTasks":"\ud800"}"#,
        r#"{"SubTasks":[3]}"#,
        r#"{"a":{"SubTasks":[{},{}]},"SubTasks":[{"Status":"FAILED"}]}"#,
        "{\"Sub\tTasks\":1}",
        "{\"SubTasks\":[{\"a\nb\":1}]}",
        "{\"SubTasks\":[,]}",
        "{\"SubTasks\":[1,]}",
        "{\"SubTasks\":[1 2]}",
        "{\"SubTasks\":[{\"a\" 1}]}",
        "{\"SubTasks\":[{,}]}",
        "{\"SubTasks\":[{\"a\":1,}]}",
        "{\"SubTasks\":[]]",
        "[}",
        "{]",
        "{\"a\":01}",
        "{\"a\":-}",
        "{\"a\":1.}",
        "{\"a\":nul}",
        "\u{A0}<html>",
        "\u{A0}",
        "\u{FEFF}\u{FEFF}{}",
        "é",
        "{}é",
        "12",
        "{\"a\":\"\\uZ",
        "{\"a\":\"\\u1\"}",
        "{\"a\":\"\\\\uZ",
        "{\"a\":\"\\\\\\u0z",
        "-",
        "-+",
        "[1.e",
        "1e+",
        "tru",
    ] {
        assert_same_result(body.as_bytes());
    }
    assert_same_result(b"{\"TaskName\":\"\xE4\"}");
    assert_same_result(b"{\"TaskName\":\"\xE4\xB8\\n\xFF\"}\xFF");
}

fn json(depth: u32) -> BoxedStrategy<String> {
    let text = prop::collection::vec(
        prop::sample::select(vec![
            "a",
            "RUNNING",
            "é",
            "😀",
            "\\n",
            "\\\"",
            "\\\\",
            "\\/",
            "\\u00e9",
            "\\ud83d\\ude00",
            "\\ud83d",
            " ",
            "{",
            "]",
            "2026-05-28 16:38:20",
            "2026/05/28T16:38:20Z",
            "12345678",
            "<",
        ]),
        0..4,
    )
    .prop_map(|parts| format!("\"{}\"", parts.concat()));
    let leaf = prop_oneof![
        4 => text,
        2 => prop::sample::select(vec!["null", "true", "false", "0", "-0", "12", "1.5e-3", "1e999", "123456789012345678901"])
            .prop_map(str::to_owned),
    ];
    if depth == 0 {
        return leaf.boxed();
    }
    let name = prop::sample::select(vec![
        "SubTasks",
        "TaskId",
        "InstanceId",
        "Status",
        "TaskBegin",
        "TaskEnd",
        "ErrorMsg",
        "BatchId",
        "TotalCount",
        "data",
        "RequestId",
        "Code",
        "code",
        "message",
        "success",
        "AccessDeniedDetail",
        "Sub\\u0054asks",
        "\\u0053tatus",
        "x",
        "",
    ]);
    let space = prop::sample::select(vec!["", "", " ", "\r\n", "\t"]);
    let member = (name, space.clone(), json(depth - 1), space.clone())
        .prop_map(|(name, before, value, after)| format!("{before}\"{name}\"{after}:{before}{value}{after}"));
    let element = (space.clone(), json(depth - 1), space)
        .prop_map(|(before, value, after)| format!("{before}{value}{after}"));
    prop_oneof![
        1 => leaf,
        4 => prop::collection::vec(member, 0..6).prop_map(|members| format!("{{{}}}", members.join(","))),
        2 => prop::collection::vec(element, 0..5).prop_map(|elements| format!("[{}]", elements.join(","))),
    ]
    .boxed()
}

proptest! {
    #[test]
    fn any_body_in_any_pieces_has_the_same_result(body in json(5), places in prop::collection::vec(any::<prop::sample::Index>(), 0..6)) {
        let body = body.as_bytes();
        let mut places: Vec<usize> = places.iter().map(|place| place.index(body.len() + 1)).collect();
        places.extend([0, body.len()]);
        places.sort_unstable();
        for pointer in POINTERS {
            let expected = comparable(reference::decode(body, pointer));
            let pieces = places.windows(2).map(|piece| &body[piece[0]..piece[1]]);
            prop_assert_eq!(comparable(decode_in_pieces(pieces).into_decoded(pointer)), expected);
        }
        prop_assert_eq!(decode_api_error(body), reference::decode_api_error(body));
    }

    #[test]
    fn any_invalid_body_has_the_same_result(body in json(4), place in any::<prop::sample::Index>(), byte in any::<u8>(), is_cut in any::<bool>()) {
        let mut body = body.into_bytes();
        let place = place.index(body.len());
        body[place] = byte;
        if is_cut {
            body.truncate(place + 1);
        }
        assert_same_result(&body);
    }

    #[test]
    fn the_result_does_not_depend_on_the_previous_body(first in json(4), second in json(4), is_same in any::<bool>()) {
        let rows = |rows: &str| format!("{{\"SubTasks\":[{rows}],\"Status\":\"RUNNING\"}}");
        let (first, second) = (rows(&first), rows(if is_same { &first } else { &second }));
        let first = decode(first.as_bytes(), None).unwrap().task.sub_tasks;
        let mut decoder = Decoder::after(&first);
        decoder.push(second.as_bytes());
        let decoded = decoder.into_decoded(None).unwrap();
        if is_same {
            prop_assert!(decoded.task.sub_tasks.shares(&first));
        }
        prop_assert_eq!(Ok(decoded), decode(second.as_bytes(), None));
    }

    /// Rows with the same member order, of which some are changed, added or removed between two bodies. This covers the
    /// comparison with the rows of the previous body.
    #[test]
    fn a_poll_after_another_has_the_same_result(
        rows in prop::collection::vec(row(), 0..30),
        edits in prop::collection::vec((any::<prop::sample::Index>(), row(), 0..4_u8), 0..6),
        places in prop::collection::vec(any::<prop::sample::Index>(), 0..4),
        accounts in prop::sample::select(vec![Accounts::Shown, Accounts::Masked]),
    ) {
        let body = |rows: &[[&str; 6]]| {
            let rows: Vec<String> = rows
                .iter()
                .map(|[id, instance, status, begin, end, error]| format!(
                    r#"{{"TaskId":"{id}","InstanceId":"{instance}","Status":"{status}","TaskBegin":"{begin}","TaskEnd":"{end}","ErrorMsg":"{error}"}}"#
                ))
                .collect();
            format!(r#"{{"Status":"RUNNING","SubTasks":[{}]}}"#, rows.join(","))
        };
        let first = body(&rows);
        let mut changed = rows;
        for (place, row, kind) in edits {
            let place = place.index(changed.len() + 1);
            match changed.get_mut(place) {
                Some(old) if kind == 0 => *old = row,
                Some(old) if kind == 1 => old[5] = row[5],
                Some(_) if kind == 2 => drop(changed.remove(place)),
                _ => changed.insert(place, row),
            }
        }
        let second = body(&changed);
        let mut places: Vec<usize> = places.iter().map(|place| place.index(second.len() + 1)).collect();
        places.extend([0, second.len()]);
        places.sort_unstable();
        let alone = |body: &str| {
            let mut decoder = Decoder::new().with_accounts(accounts);
            decoder.push(body.as_bytes());
            decoder.into_decoded(None)
        };
        let first = alone(&first).unwrap().task.sub_tasks;
        let mut decoder = Decoder::after(&first).with_accounts(accounts);
        for piece in places.windows(2) {
            decoder.push(&second.as_bytes()[piece[0]..piece[1]]);
            let so_far = decoder.so_far(None).map_or_else(SubTasks::default, |decoded| decoded.task.sub_tasks);
            prop_assert_eq!(so_far.len(), decoder.rows());
        }
        let decoded = decoder.into_decoded(None);
        prop_assert_eq!(&decoded, &alone(&second));
        if accounts == Accounts::Shown {
            prop_assert_eq!(decoded, reference::decode(second.as_bytes(), None));
        }
    }
}

/// The cells of a row, as JSON text without quotation marks.
fn row() -> impl Strategy<Value = [&'static str; 6]> {
    let any_of = |texts: &'static [&'static str]| prop::sample::select(texts);
    [
        any_of(&["1", "2", "3", "629271331", "", "\\u0031", "é"]),
        any_of(&["pc-pz5f6mvi1p84t35d7", "pc-pz5f6mvi1p84t35d8", "", "pc-\\\\", "pc-\\\""]),
        any_of(&["RUNNING", "COMPLETED", "FAILED", " FAILED", "SKIPPED", "PAUSE", ""]),
        any_of(&["2026/05/28T16:38:20Z", "2026/05/28T16:38:21Z", "2026-05-28 16:38:20", "soon", "later", ""]),
        any_of(&["2026/05/28T16:38:20Z", "2026/05/29T16:38:20Z", "2026-05-28 16:38:20", "soon", ""]),
        any_of(&[
            "",
            "aliuid:1422133474238823 no role",
            "aliuid:… no role",
            "a \\\"role\\\"",
            "a \\\\\\\\",
            "实例",
            "line\\n",
        ]),
    ]
}
