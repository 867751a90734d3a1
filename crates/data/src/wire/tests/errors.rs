//! Bodies that are not batch tasks, and their error messages.

use super::super::error::beginning;
use super::*;

pub(super) const THROTTLING: &[u8] = include_bytes!("../../../fixtures/error.throttling.json");
pub(super) const FORBIDDEN: &[u8] = include_bytes!("../../../fixtures/error.forbidden.json");
pub(super) const ENVELOPE_ERROR: &[u8] = include_bytes!("../../../fixtures/error.envelope.json");

fn error_of(body: impl AsRef<[u8]>, pointer: Option<&str>) -> WireError {
    match decode(body.as_ref(), pointer) {
        Err(error) => error,
        Ok(decoded) => panic!("{:?} was decoded as {decoded:?}", String::from_utf8_lossy(body.as_ref())),
    }
}

fn code_of(body: impl AsRef<[u8]>, pointer: Option<&str>) -> String {
    match error_of(body, pointer) {
        WireError::Api(error) => error.code.into_string(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn all_fields_of_api_errors_are_decoded() {
    let throttling = ApiError {
        code: "Throttling.User".into(),
        message: "Request was denied due to user flow control.".into(),
        request_id: "7F0B6D4E-8A0D-5B3E-9E57-3F1B8A0C1D2E".into(),
        recommend: "https://api.alibabacloud.com/troubleshoot?q=Throttling.User&product=polardb".into(),
        access_denied: None,
    };
    assert_eq!(decode_api_error(THROTTLING), Some(throttling.clone()));
    assert_eq!(
        error_of(THROTTLING, None),
        WireError::Api(Box::new(throttling)),
        "also in a successful response"
    );
    let denied = AccessDenied {
        auth_action: "polardb:DescribeBatchTask".into(),
        auth_principal_type: "SubUser".into(),
        no_permission_type: "ImplicitDeny".into(),
        policy_type: "AccountLevelIdentityBasedPolicy".into(),
        encoded_diagnostic_message: "AQEAAAAA".into(),
    };
    assert_eq!(decode_api_error(FORBIDDEN).unwrap().access_denied, Some(denied));
    let envelope = decode_api_error(ENVELOPE_ERROR).unwrap();
    assert_eq!((&*envelope.code, &*envelope.message), ("ConsoleNeedLogin", "Please sign in."));
    assert_eq!(&*envelope.request_id, "r-2");
}

#[test]
fn errors_in_successful_responses_are_found() {
    assert_eq!(code_of(ENVELOPE_ERROR, None), "ConsoleNeedLogin");
    assert_eq!(code_of(ENVELOPE_ERROR, Some("/data")), "ConsoleNeedLogin");
    assert_eq!(code_of(ENVELOPE_ERROR, Some("/result")), "ConsoleNeedLogin");
    for (code, json) in [
        ("E", r#"{"Code":"E"}"#),
        ("E", r#"{"Code":"E","BatchId":"pcb-1","SubTasks":null,"Status":null}"#),
        ("E", r#"{"code":"200","data":{"Code":"E","Message":"m"}}"#),
        ("E", r#"{"code":"E","message":"m"}"#),
        ("E", r#"{"code":"E","message":"m","data":null}"#),
        ("E", r#"{"code":"E","message":"m","data":{}}"#),
        ("E", r#"{"code":"E","success":"false","data":{"Status":"RUNNING"}}"#),
        ("", r#"{"success":false}"#),
        ("500", r#"{"code":500,"message":"m"}"#),
    ] {
        assert_eq!(code_of(json, None), code, "{json}");
    }
    assert_eq!(code_of(r#"{"r":{"Code":"E"}}"#, Some("/r")), "E");
}

#[test]
fn other_bodies_are_not_errors() {
    for body in ["", "<html>", "nope", "[]", "{}", r#"{"code":"200","message":"ok"}"#, r#"{"Code":"E""#] {
        assert_eq!(decode_api_error(body.as_bytes()), None, "{body}");
    }
    assert_eq!(decode_api_error(SAMPLE), None);
}

#[test]
fn messages_say_what_was_found_and_expected() {
    let table: [(&[u8], &str); 19] = [
        (b"", "the body is empty"),
        (b"\xEF\xBB\xBF \r\n", "the body is empty"),
        (b"\xEF\xBB", "the body is cut off after 2 bytes"),
        (b"{\"BatchId\":\"\xE4\xB8", "the body is cut off after 14 bytes"),
        (b"{\"BatchId\":\"\\ud8", "the body is cut off after 16 bytes"),
        (b"[1,", "the body is cut off after 3 bytes"),
        (b"[-", "the body is cut off after 2 bytes"),
        (b"{\"TotalCount\":\n1.5e", "the body is cut off after 19 bytes"),
        (
            b"\n<!doctype html>\n<title>Sign in</title>",
            "the body is HTML that begins \"<!doctype html> <title>Sign in</title>\"",
        ),
        (
            b"Bad\x07 gateway",
            "the body is not JSON (expected value at line 1, column 1) and begins \"Bad\u{FFFD} gateway\"",
        ),
        (
            b"{\"BatchId\":\"x\"} {}",
            "the body is not JSON (trailing characters at line 1, column 17) and begins \"{\"BatchId\":\"x\"} {}\"",
        ),
        (
            b"{\"BatchId\":'x'}",
            "the body is not JSON (expected value at line 1, column 12) and begins \"{\"BatchId\":'x'}\"",
        ),
        (b"[]", "the body is an array and begins \"[]\""),
        (b"\"RUNNING\"", "the body is a string and begins \"\"RUNNING\"\""),
        (b"null", "the body is null and begins \"null\""),
        (b"12", "the body is a number and begins \"12\""),
        (
            b"{\"Name\":1}",
            "the body is an object without Status, TotalCount, SubTasks or BatchId and begins \"{\"Name\":1}\"",
        ),
        (
            b"{\"data\":[]}",
            "the body is an object without a batch task, whose data is an array and begins \"{\"data\":[]}\"",
        ),
        (
            b"{\"SubTasks\":{\"a\":1}}",
            "the body is an object whose SubTasks is an object and begins \"{\"SubTasks\":{\"a\":1}}\"",
        ),
    ];
    for (body, message) in table {
        let expected = format!("{message}, expected the JSON of the API");
        assert_eq!(error_of(body, None).to_string(), expected);
    }
}

#[test]
fn sub_tasks_of_another_type_are_named() {
    for (json, kind) in [
        ("{}", "an object"),
        ("true", "a boolean"),
        ("1", "a number"),
        ("-1", "a number"),
        ("0.5", "a number"),
        (r#""[]""#, "a string"),
        (r#""\n""#, "a string"),
    ] {
        let error = error_of(format!(r#"{{"Status":"RUNNING","SubTasks":{json}}}"#), None);
        let WireError::Unexpected { found, .. } = error else { panic!("{error:?}") };
        assert_eq!(*found, *format!("an object whose SubTasks is {kind}"));
    }
}

#[test]
fn pointers_are_validated_before_the_body() {
    for pointer in ["data", "data/x", "#/data", "/~", "/~2", "/a~"] {
        assert_eq!(error_of("", Some(pointer)), WireError::BadPointer { pointer: pointer.into() });
    }
    let body = r#"{"data":{"BatchId":"x"},"list":[{"BatchId":"x"}],"none":null}"#;
    for pointer in [
        "/Data",
        "/data/BatchId/x",
        "/list/1",
        "/list/-",
        "/list/00",
        "/list/+0",
        "/list/99999999999999999999",
    ] {
        assert_eq!(error_of(body, Some(pointer)), WireError::PointerNotFound { pointer: pointer.into() });
    }
    for pointer in ["", "/list", "/none", "/data/BatchId"] {
        assert!(matches!(error_of(body, Some(pointer)), WireError::Unexpected { .. }), "{pointer}");
    }
    assert_eq!(error_of("{\"data\":", Some("/data")), WireError::Truncated { length: 8 });
}

#[test]
fn quoted_beginnings_are_short_and_safe() {
    assert_eq!(&*beginning("  a\n\n\tb\0\u{1b}[31m\u{202E}c "), "a b\u{FFFD}\u{FFFD}[31m\u{FFFD}c");
    assert_eq!(&*beginning(&"é".repeat(80)), "é".repeat(80));
    assert_eq!(&*beginning(&"é".repeat(81)), format!("{}…", "é".repeat(79)));
    assert_eq!(&*beginning(""), "");
}

#[test]
fn the_message_of_an_api_error_contains_code_and_message() {
    let message = decode_api_error(THROTTLING).unwrap().to_string();
    assert_eq!(message, "the API returned Throttling.User: Request was denied due to user flow control");
    let without_code = decode_api_error(br#"{"success":false}"#).unwrap().to_string();
    assert_eq!(without_code, "the API returned an error without a code");
}

#[test]
fn the_sample_cut_anywhere_is_truncated() {
    let end = SAMPLE.trim_ascii_end().len();
    assert_eq!(error_of(&SAMPLE[..0], None), WireError::Empty);
    for length in 1..end {
        for pointer in [None, Some("/data")] {
            assert_eq!(
                error_of(&SAMPLE[..length], pointer),
                WireError::Truncated { length },
                "at byte {length}"
            );
        }
        assert_eq!(decode_api_error(&SAMPLE[..length]), None);
    }
    assert!(decode(&SAMPLE[..end], None).is_ok());
    for length in 1..ODD.trim_ascii_end().len() {
        assert_eq!(error_of(&ODD[..length], None), WireError::Truncated { length }, "odd, at byte {length}");
    }
}
