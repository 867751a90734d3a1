//! The hostile bodies and the outcome of each. Must not know how they are tried.

use std::io::Write as _;
use std::time::Duration;

use e2e::{Delivery, Response};
use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder};

/// A response and its outcome.
pub(super) struct Case {
    pub(super) name: &'static str,
    pub(super) response: fn() -> Response,
    pub(super) outcome: Outcome,
}

/// The expected result in the widget.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// A batch with this many rows.
    Rows(u32),
    /// A notice with this title.
    Notice(&'static str),
}

use Outcome::{Notice, Rows};

const NO_BATCH: Outcome = Notice("The response is not a batch task");
const CUT: Outcome = Notice("Incomplete response");
const TOO_LARGE: Outcome = Notice("The response is too large");
const FORBIDDEN: Outcome = Notice("No permission");

const MEBIBYTE: usize = 1 << 20;

const fn case(name: &'static str, response: fn() -> Response, outcome: Outcome) -> Case {
    Case { name, response, outcome }
}

pub(super) const CASES: [Case; 93] = [
    // Structure.
    case("a million opening brackets", || json("[".repeat(1_000_000)), CUT),
    case("a hundred thousand nested arrays", || json(nested("[", "]", 100_000)), NO_BATCH),
    case(
        "a hundred thousand nested envelopes",
        || json(nested("{\"data\":", "}", 100_000).replace(":}", ":0}")),
        NO_BATCH,
    ),
    case(
        "a row with a hundred thousand levels",
        || rows(&format!("{{\"TaskId\":\"1\",\"x\":{}}}", nested("[", "]", 100_000))),
        Rows(1),
    ),
    case(
        "rows within rows",
        || rows(&format!("{{\"x\":{}}}", nested("{\"SubTasks\":[", "]}", 10_000))),
        Rows(1),
    ),
    case("rows of every type", || rows("1,\"a\",null,true,[],{},[[{}]],-0.5e+7"), Rows(8)),
    case("rows that are an object", || json(r#"{"Status":"RUNNING","SubTasks":{"TaskId":"1"}}"#), NO_BATCH),
    case("rows that are a string", || json(r#"{"Status":"RUNNING","SubTasks":"[{}]"}"#), NO_BATCH),
    case("no rows: null", || json(r#"{"Status":"RUNNING","SubTasks":null}"#), Rows(0)),
    case(
        "names given twice",
        || {
            json(
                r#"{"Status":"X","SubTasks":[{},{}],"Status":"RUNNING","SubTasks":[{"TaskId":"1","TaskId":"2"}]}"#,
            )
        },
        Rows(1),
    ),
    case(
        "escaped names",
        || json(r#"{"\u0053tatus":"RUNNING","Sub\u0054asks":[{"T\u0061skId":"1"}]}"#),
        Rows(1),
    ),
    case("names in lower case", || json(r#"{"status":"RUNNING","subtasks":[{}]}"#), NO_BATCH),
    case("names of built-in JavaScript properties", || rows(POLLUTING), Rows(2)),
    case(
        "the same names at the top level",
        || {
            json(format!(
                r#"{{"__proto__":{{"polluted":1}},"constructor":{{"prototype":{{"polluted":1}}}},"Status":"RUNNING","SubTasks":[{POLLUTING}]}}"#
            ))
        },
        Rows(2),
    ),
    case(
        "an envelope with such a name",
        || json(r#"{"__proto__":{"data":{"Status":"RUNNING","SubTasks":[{}]}}}"#),
        NO_BATCH,
    ),
    case(
        "a batch as a string in an envelope",
        || json(r#"{"code":"200","data":"{\"Status\":\"RUNNING\"}"}"#),
        NO_BATCH,
    ),
    // Not JSON, or other JSON.
    case("an empty body", || json(""), NO_BATCH),
    case("a mebibyte of white space", || json(" ".repeat(MEBIBYTE)), NO_BATCH),
    case("a byte order mark alone", || json("\u{FEFF}"), NO_BATCH),
    case("null", || json("null"), NO_BATCH),
    case("a number", || json("1e999"), NO_BATCH),
    case("a string", || json("\"RUNNING\""), NO_BATCH),
    case("a list of batches", || json(r#"[{"Status":"RUNNING"}]"#), NO_BATCH),
    case("garbage after the document", || json(r#"{"Status":"RUNNING"}<script>alert(1)</script>"#), NO_BATCH),
    case("two documents", || json(r#"{"Status":"RUNNING"}{"Status":"RUNNING"}"#), NO_BATCH),
    case("a prefix against JSON hijacking", || json(r#")]}',{"Status":"RUNNING"}"#), NO_BATCH),
    case("JSONP", || json(r#"alert({"Status":"RUNNING"})"#), NO_BATCH),
    case("a comment", || json(r#"{"Status":/**/"RUNNING"}"#), NO_BATCH),
    case("single quotes", || json("{'Status':'RUNNING'}"), NO_BATCH),
    case("a trailing comma", || json(r#"{"Status":"RUNNING",}"#), NO_BATCH),
    case("NaN", || json(r#"{"Status":"RUNNING","TotalCount":NaN}"#), NO_BATCH),
    case("a line break in a string", || json("{\"Status\":\"RUN\nNING\"}"), NO_BATCH),
    case("an invalid escape", || json(r#"{"Status":"\x41"}"#), NO_BATCH),
    case(
        "random bytes",
        || json((0..4_096_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect::<Vec<_>>()),
        NO_BATCH,
    ),
    case(
        "an HTML page",
        || Response::html("200 OK", "<!doctype html><script>alert(1)</script><img src=x onerror=alert(1)>"),
        NO_BATCH,
    ),
    // Strings, in every field.
    case("an image with an error handler", || everywhere("<img src=x onerror=alert(1)>"), Rows(1)),
    case("a script", || everywhere("</script><script>alert(1)</script>"), Rows(1)),
    case(
        "a quote, and an SVG with a load handler",
        || everywhere(r#"'\"><svg onload=alert(1)><iframe src=javascript:alert(1)>"#),
        Rows(1),
    ),
    case(
        "a style",
        || {
            everywhere(
                "</style><style>*{display:none}</style><base href=//evil.example><meta http-equiv=refresh content=0>",
            )
        },
        Rows(1),
    ),
    case(
        "templates",
        || everywhere("{{7*7}} ${alert(1)} #{7*7} <%= 7*7 %> {{constructor.constructor('alert(1)')()}}"),
        Rows(1),
    ),
    case("a javascript: URL", || everywhere("javascript:alert(1)"), Rows(1)),
    case("paths", || everywhere("../../../../etc/passwd?a=b#c//evil.example/%2e%2e%2f"), Rows(1)),
    case("a formula", || everywhere("=cmd|' /C calc'!A0"), Rows(1)),
    case("NUL", || everywhere(r"a\u0000b\u0000"), Rows(1)),
    case("control characters", || everywhere(r"\u0001\u0007\b\u001b[31m\u007f\u009b"), Rows(1)),
    case("lone surrogates", || everywhere(r"\ud800 \udc00 \udbff\ud800"), Rows(1)),
    case("line breaks and tabs", || everywhere(r"a\r\nb\tc\u2028d\u2029e\u0085f\u000bg"), Rows(1)),
    case("a right-to-left override", || everywhere("\u{202E}gnp.exe\u{202D}"), Rows(1)),
    case(
        "isolates that are not closed",
        || everywhere("\u{2066}\u{2067}\u{2068}\u{202A}\u{202B}abc"),
        Rows(1),
    ),
    case(
        "isolates that are closed but not opened",
        || everywhere("abc\u{2069}\u{2069}\u{202C}\u{202C}"),
        Rows(1),
    ),
    case("Arabic and Hebrew", || everywhere("مهمة 123 שגיאה (45) abc"), Rows(1)),
    case("invisible characters", || everywhere("\u{200B}\u{FEFF}\u{2060}\u{AD}\u{3164}\u{E0041}"), Rows(1)),
    case(
        "hundreds of combining marks",
        || everywhere(&format!("a{}", "\u{301}\u{489}\u{20DD}".repeat(300))),
        Rows(1),
    ),
    case("emoji sequences", || everywhere(&"👨‍👩‍👧‍👦🏳️‍🌈".repeat(50)), Rows(1)),
    case("long words", || everywhere(&"W".repeat(5_000)), Rows(1)),
    case("wide characters", || everywhere(&"﷽".repeat(500)), Rows(1)),
    case("invalid UTF-8", || raw_everywhere(b"a\xFF\xFE\xC0\xAF\xED\xA0\x80\xF5b"), Rows(1)),
    case("an incomplete UTF-8 sequence", || raw_everywhere(b"\xE4\xB8"), Rows(1)),
    case(
        "UTF-16",
        || {
            json(
                "\u{FEFF}{\"Status\":\"RUNNING\"}"
                    .encode_utf16()
                    .flat_map(u16::to_le_bytes)
                    .collect::<Vec<_>>(),
            )
        },
        NO_BATCH,
    ),
    case("a mebibyte of ErrorMsg", || long("ErrorMsg"), Rows(1)),
    case("a mebibyte of TaskId", || long("TaskId"), Rows(1)),
    case("a mebibyte of InstanceId", || long("InstanceId"), Rows(1)),
    case("a mebibyte of a row's Status", || long("Status"), Rows(1)),
    case("a mebibyte of a time", || long("TaskBegin"), Rows(1)),
    case(
        "a mebibyte of TaskName",
        || {
            json(format!(
                r#"{{"TaskName":"{}","Status":"RUNNING","SubTasks":[{{}}]}}"#,
                "a ".repeat(MEBIBYTE / 2)
            ))
        },
        Rows(1),
    ),
    case("a mebibyte of everything else", || json(everything(&"b".repeat(MEBIBYTE / 8))), Rows(1)),
    // Numbers and times.
    case("counts that are too large", || counts("1e999999999", "99999999999999999999999"), Rows(1)),
    case("negative counts", || counts("-5", "-9223372036854775808"), Rows(1)),
    case("more successes than subtasks", || counts("1", "9007199254740993"), Rows(1)),
    case("a count of zero with rows", || counts("0", "0"), Rows(1)),
    case("counts of other types", || counts("[10]", "{\"a\":1}"), Rows(1)),
    case("fractional counts", || counts("0.5", "\"ten\""), Rows(1)),
    case(
        "invalid times",
        || {
            rows(
                r#"{"TaskBegin":"0000-00-00T00:00:00Z","TaskEnd":"9999-99-99T99:99:99Z"},{"TaskBegin":"0001-01-01T00:00:00Z","TaskEnd":"9999-12-31T23:59:59.999Z"},{"TaskBegin":9999999999999,"TaskEnd":-1}"#,
            )
        },
        Rows(3),
    ),
    case(
        "an end before the begin",
        || rows(r#"{"TaskBegin":"2026-05-28T20:00:00Z","TaskEnd":"2026-05-28T10:00:00Z"}"#),
        Rows(1),
    ),
    // Many rows.
    case(
        "a thousand rows with the same id",
        || rows(&vec![r#"{"TaskId":"7","Status":"FAILED"}"#; 1_000].join(",")),
        Rows(1_000),
    ),
    case("a million empty rows", || rows(&vec!["{}"; 1_000_000].join(",")), Rows(1_000_000)),
    case("more rows than the limit", || rows("1,".repeat(2_100_000).trim_end_matches(',')), TOO_LARGE),
    case("twenty thousand failures with different reasons", many_reasons, Rows(20_000)),
    case(
        "twenty thousand failures with quotes",
        || {
            rows(
                &vec![format!(r#"{{"Status":"FAILED","ErrorMsg":"{}"}}"#, " 'a\\\" “".repeat(20)); 20_000]
                    .join(","),
            )
        },
        Rows(20_000),
    ),
    case("a reason that is nearly an address", || rows(&nearly_an_address(60_000)), Rows(1)),
    case("a mebibyte that is nearly an address", || rows(&nearly_an_address(MEBIBYTE)), Rows(1)),
    // Errors.
    case(
        "an error with markup",
        || error("403 Forbidden", "<img src=x onerror=alert(1)>", "javascript:alert(1)"),
        FORBIDDEN,
    ),
    case(
        "an error with a data: URL",
        || error("403 Forbidden", "no", "data:text/html,<script>alert(1)</script>"),
        FORBIDDEN,
    ),
    case(
        "an error with a right-to-left override",
        || error("403 Forbidden", "\u{202E}\u{2066}on", "https://\u{202E}evil.example/"),
        FORBIDDEN,
    ),
    case("an error of 160 KiB", || error("403 Forbidden", &"no".repeat(40 * 1024), ""), FORBIDDEN),
    case("an error above the limit", || error("403 Forbidden", &"no".repeat(300 * 1024), ""), FORBIDDEN),
    case("an error with status 200", || error("200 OK", "<b>no", ""), FORBIDDEN),
    // Encodings and media types.
    case("a compressed body below the limit", || zipped(&white_space(60 * MEBIBYTE)), Rows(1)),
    case("a compressed body above the limit", || zipped(&white_space(90 * MEBIBYTE)), TOO_LARGE),
    case("a deflated body", deflated, Rows(1)),
    case(
        "a body in chunks of one byte",
        || Response::json(everything("a")).sent(Delivery::Chunks(1, Duration::ZERO)),
        Rows(1),
    ),
    case(
        "a body with another charset",
        || Response { content_type: "application/json; charset=utf-16", ..Response::json(everything("é")) },
        Rows(1),
    ),
    case(
        "a body with the media type of an image",
        || Response { content_type: "image/png", ..Response::json(everything("a")) },
        Rows(1),
    ),
];

/// Rows whose members have the names of built-in properties.
const POLLUTING: &str = r#"{"__proto__":{"polluted":1,"TaskId":"x"},"constructor":{"prototype":{"polluted":1}},"toString":1,"TaskId":"1"},{"TaskId":"__proto__","InstanceId":"constructor"}"#;

fn json(body: impl Into<Vec<u8>>) -> Response {
    Response::json(body)
}

pub(super) fn rows(rows: &str) -> Response {
    json(format!(
        r#"{{"BatchId":"pcb-1","Status":"RUNNING","TotalCount":3,"SuccessCount":1,"SubTasks":[{rows}]}}"#
    ))
}

fn nested(open: &str, close: &str, levels: usize) -> String {
    format!("{}{}", open.repeat(levels), close.repeat(levels))
}

/// A batch and a failed row with `text`, which is already escaped for JSON, in every field.
fn everything(text: &str) -> String {
    format!(
        r#"{{"RequestId":"{text}","BatchId":"{text}","TaskName":"{text}","TaskType":"{text}","ApplicationType":"{text}","Status":"{text}","TaskBegin":"{text}","TaskEnd":"{text}","TotalCount":1,"SuccessCount":0,"SubTasks":[{{"TaskId":"{text}","InstanceId":"{text}","Status":"FAILED","TaskBegin":"{text}","TaskEnd":"{text}","ErrorMsg":"{text}"}}]}}"#
    )
}

fn everywhere(text: &str) -> Response {
    json(everything(text))
}

fn raw_everywhere(text: &[u8]) -> Response {
    const PLACE: &[u8] = b"@@";
    let mut body = Vec::new();
    let mut rest = everything("@@").into_bytes();
    while let Some(place) = rest.windows(PLACE.len()).position(|bytes| bytes == PLACE) {
        body.extend_from_slice(&rest[..place]);
        body.extend_from_slice(text);
        rest.drain(..place + PLACE.len());
    }
    body.extend_from_slice(&rest);
    json(body)
}

fn long(field: &str) -> Response {
    rows(&format!(r#"{{"{field}":"{}"}}"#, "0123456789abcdef".repeat(MEBIBYTE / 16)))
}

fn counts(total: &str, success: &str) -> Response {
    json(format!(r#"{{"Status":"RUNNING","TotalCount":{total},"SuccessCount":{success},"SubTasks":[{{}}]}}"#))
}

/// Failures whose reasons differ in words, so that they are not grouped.
fn many_reasons() -> Response {
    let word = |number: u32| -> String {
        format!("{number:05}").bytes().map(|digit| char::from(digit - b'0' + b'g')).collect()
    };
    let list: Vec<_> = (0..20_000)
        .map(|number| {
            format!(r#"{{"TaskId":"{number}","Status":"FAILED","ErrorMsg":"no {}"}}"#, word(number))
        })
        .collect();
    rows(&list.join(","))
}

/// A failed row whose reason has this many characters (an even number) and is an IPv6 address except for the last of them. A
/// scanner that looks ahead from each position needs quadratic time.
pub(super) fn nearly_an_address(characters: usize) -> String {
    let error_msg = "1:".repeat(characters / 2 - 1) + "1g";
    format!(
        r#"{{"TaskId":"1","Status":"FAILED","TaskBegin":"2026-05-28T20:00:00Z","ErrorMsg":"{error_msg}"}}"#
    )
}

fn error(status: &'static str, message: &str, recommend: &str) -> Response {
    let body = serde_json::json!({"Code": "NoPermission", "Message": message, "RequestId": message, "Recommend": recommend});
    Response { status, ..Response::json(body.to_string()) }
}

/// A valid body of this many bytes, nearly all of them white space.
fn white_space(bytes: usize) -> Vec<u8> {
    let mut body = b"{\"Status\":\"RUNNING\",\"SubTasks\":[".to_vec();
    body.resize(bytes, b' ');
    body.extend_from_slice(b"{}]}");
    body
}

fn zipped(body: &[u8]) -> Response {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    // Writing to a Vec cannot fail.
    let _ = encoder.write_all(body);
    Response::json(encoder.finish().unwrap_or_default()).header("content-encoding", "gzip")
}

fn deflated() -> Response {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
    let _ = encoder.write_all(everything("a").as_bytes());
    Response::json(encoder.finish().unwrap_or_default()).header("content-encoding", "deflate")
}
