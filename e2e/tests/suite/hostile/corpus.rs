//! Bodies that nobody should send, each with what the widget makes of it. It must not know how they are tried.

use std::io::Write as _;
use std::time::Duration;

use e2e::{Answer, Delivery, Reply};
use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder};

/// A body, how it is sent, and what comes of it.
pub(super) struct Case {
    pub(super) name: &'static str,
    pub(super) reply: fn() -> Reply,
    pub(super) becomes: Outcome,
}

/// What the viewer then sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// A batch with so many rows.
    Rows(u32),
    /// A notice of this title.
    Notice(&'static str),
}

use Outcome::{Notice, Rows};

const NO_BATCH: Outcome = Notice("The response is not a batch task");
const CUT: Outcome = Notice("Incomplete response");
const TOO_LARGE: Outcome = Notice("The response is too large");
const FORBIDDEN: Outcome = Notice("No permission");

const MEBIBYTE: usize = 1 << 20;

const fn case(name: &'static str, reply: fn() -> Reply, becomes: Outcome) -> Case {
    Case { name, reply, becomes }
}

/// All of them.
pub(super) const CASES: [Case; 93] = [
    // Structure.
    case("a million brackets that open", || json("[".repeat(1_000_000)), CUT),
    case("a hundred thousand arrays in one another", || json(nested("[", "]", 100_000)), NO_BATCH),
    case(
        "a hundred thousand envelopes",
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
    case("rows that are a text", || json(r#"{"Status":"RUNNING","SubTasks":"[{}]"}"#), NO_BATCH),
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
    case("names in another case", || json(r#"{"status":"RUNNING","subtasks":[{}]}"#), NO_BATCH),
    case("names of JavaScript's own", || rows(POLLUTING), Rows(2)),
    case(
        "such names around",
        || {
            json(format!(
                r#"{{"__proto__":{{"polluted":1}},"constructor":{{"prototype":{{"polluted":1}}}},"Status":"RUNNING","SubTasks":[{POLLUTING}]}}"#
            ))
        },
        Rows(2),
    ),
    case(
        "an envelope of such a name",
        || json(r#"{"__proto__":{"data":{"Status":"RUNNING","SubTasks":[{}]}}}"#),
        NO_BATCH,
    ),
    case(
        "a batch as a text in an envelope",
        || json(r#"{"code":"200","data":"{\"Status\":\"RUNNING\"}"}"#),
        NO_BATCH,
    ),
    // No JSON, or other JSON.
    case("nothing", || json(""), NO_BATCH),
    case("a mebibyte of white space", || json(" ".repeat(MEBIBYTE)), NO_BATCH),
    case("a byte order mark alone", || json("\u{FEFF}"), NO_BATCH),
    case("null", || json("null"), NO_BATCH),
    case("a number", || json("1e999"), NO_BATCH),
    case("a text", || json("\"RUNNING\""), NO_BATCH),
    case("a list of batches", || json(r#"[{"Status":"RUNNING"}]"#), NO_BATCH),
    case("rubbish behind it", || json(r#"{"Status":"RUNNING"}<script>alert(1)</script>"#), NO_BATCH),
    case("two documents", || json(r#"{"Status":"RUNNING"}{"Status":"RUNNING"}"#), NO_BATCH),
    case("a guard before it", || json(r#")]}',{"Status":"RUNNING"}"#), NO_BATCH),
    case("a call around it", || json(r#"alert({"Status":"RUNNING"})"#), NO_BATCH),
    case("a comment", || json(r#"{"Status":/**/"RUNNING"}"#), NO_BATCH),
    case("single quotes", || json("{'Status':'RUNNING'}"), NO_BATCH),
    case("a comma too many", || json(r#"{"Status":"RUNNING",}"#), NO_BATCH),
    case("NaN", || json(r#"{"Status":"RUNNING","TotalCount":NaN}"#), NO_BATCH),
    case("a line break in a text", || json("{\"Status\":\"RUN\nNING\"}"), NO_BATCH),
    case("an escape that is none", || json(r#"{"Status":"\x41"}"#), NO_BATCH),
    case(
        "noise",
        || json((0..4_096_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect::<Vec<_>>()),
        NO_BATCH,
    ),
    case(
        "a page",
        || {
            Answer::html("200 OK", "<!doctype html><script>alert(1)</script><img src=x onerror=alert(1)>")
                .into()
        },
        NO_BATCH,
    ),
    // Texts, in every field.
    case("a picture that fails", || everywhere("<img src=x onerror=alert(1)>"), Rows(1)),
    case("a script", || everywhere("</script><script>alert(1)</script>"), Rows(1)),
    case(
        "a quote, and a drawing that loads",
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
    case("a link that runs", || everywhere("javascript:alert(1)"), Rows(1)),
    case("paths", || everywhere("../../../../etc/passwd?a=b#c//evil.example/%2e%2e%2f"), Rows(1)),
    case("a formula", || everywhere("=cmd|' /C calc'!A0"), Rows(1)),
    case("NUL", || everywhere(r"a\u0000b\u0000"), Rows(1)),
    case("control characters", || everywhere(r"\u0001\u0007\b\u001b[31m\u007f\u009b"), Rows(1)),
    case("halves of surrogate pairs", || everywhere(r"\ud800 \udc00 \udbff\ud800"), Rows(1)),
    case("line breaks and tabs", || everywhere(r"a\r\nb\tc\u2028d\u2029e\u0085f\u000bg"), Rows(1)),
    case("a text that runs the other way", || everywhere("\u{202E}gnp.exe\u{202D}"), Rows(1)),
    case("isolates without an end", || everywhere("\u{2066}\u{2067}\u{2068}\u{202A}\u{202B}abc"), Rows(1)),
    case("isolates without a begin", || everywhere("abc\u{2069}\u{2069}\u{202C}\u{202C}"), Rows(1)),
    case("Arabic and Hebrew", || everywhere("مهمة 123 שגיאה (45) abc"), Rows(1)),
    case("nothing to see", || everywhere("\u{200B}\u{FEFF}\u{2060}\u{AD}\u{3164}\u{E0041}"), Rows(1)),
    case("marks upon marks", || everywhere(&format!("a{}", "\u{301}\u{489}\u{20DD}".repeat(300))), Rows(1)),
    case("a family of emoji", || everywhere(&"👨‍👩‍👧‍👦🏳️‍🌈".repeat(50)), Rows(1)),
    case("long words", || everywhere(&"W".repeat(5_000)), Rows(1)),
    case("wide characters", || everywhere(&"﷽".repeat(500)), Rows(1)),
    case("bytes that are no UTF-8", || raw_everywhere(b"a\xFF\xFE\xC0\xAF\xED\xA0\x80\xF5b"), Rows(1)),
    case("a character that is cut", || raw_everywhere(b"\xE4\xB8"), Rows(1)),
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
    case("counts beyond all numbers", || counts("1e999999999", "99999999999999999999999"), Rows(1)),
    case("counts below zero", || counts("-5", "-9223372036854775808"), Rows(1)),
    case("more successes than subtasks", || counts("1", "9007199254740993"), Rows(1)),
    case("no subtasks, and some", || counts("0", "0"), Rows(1)),
    case("counts of other types", || counts("[10]", "{\"a\":1}"), Rows(1)),
    case("counts that are not whole", || counts("0.5", "\"ten\""), Rows(1)),
    case(
        "times that are none",
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
    // Many.
    case(
        "a thousand rows of one id",
        || rows(&vec![r#"{"TaskId":"7","Status":"FAILED"}"#; 1_000].join(",")),
        Rows(1_000),
    ),
    case("a million rows of nothing", || rows(&vec!["{}"; 1_000_000].join(",")), Rows(1_000_000)),
    case("more rows than are taken", || rows("1,".repeat(2_100_000).trim_end_matches(',')), TOO_LARGE),
    case("twenty thousand failures for as many reasons", many_reasons, Rows(20_000)),
    case(
        "twenty thousand failures of quotes",
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
        "an error of markup",
        || error("403 Forbidden", "<img src=x onerror=alert(1)>", "javascript:alert(1)"),
        FORBIDDEN,
    ),
    case(
        "an error with a link that is data",
        || error("403 Forbidden", "no", "data:text/html,<script>alert(1)</script>"),
        FORBIDDEN,
    ),
    case(
        "an error that runs the other way",
        || error("403 Forbidden", "\u{202E}\u{2066}on", "https://\u{202E}evil.example/"),
        FORBIDDEN,
    ),
    case("an error of 160 KiB", || error("403 Forbidden", &"no".repeat(40 * 1024), ""), FORBIDDEN),
    case(
        "an error that is too long to be read",
        || error("403 Forbidden", &"no".repeat(300 * 1024), ""),
        FORBIDDEN,
    ),
    case("an error in a success", || error("200 OK", "<b>no", ""), FORBIDDEN),
    // On the line.
    case("a bomb that stays below the limit", || zipped(&bomb(60 * MEBIBYTE)), Rows(1)),
    case("a bomb that does not", || zipped(&bomb(90 * MEBIBYTE)), TOO_LARGE),
    case("a deflated body", deflated, Rows(1)),
    case(
        "a body byte by byte",
        || Answer::json(everything("a")).sent(Delivery::Chunks(1, Duration::ZERO)),
        Rows(1),
    ),
    case(
        "a body of another character set",
        || {
            Answer { content_type: "application/json; charset=utf-16", ..Answer::json(everything("é")) }
                .into()
        },
        Rows(1),
    ),
    case(
        "a body that says it is a picture",
        || Answer { content_type: "image/png", ..Answer::json(everything("a")) }.into(),
        Rows(1),
    ),
];

/// Rows whose members have the names that JavaScript's objects come with.
const POLLUTING: &str = r#"{"__proto__":{"polluted":1,"TaskId":"x"},"constructor":{"prototype":{"polluted":1}},"toString":1,"TaskId":"1"},{"TaskId":"__proto__","InstanceId":"constructor"}"#;

fn json(body: impl Into<Vec<u8>>) -> Reply {
    Answer::json(body).into()
}

pub(super) fn rows(rows: &str) -> Reply {
    json(format!(
        r#"{{"BatchId":"pcb-1","Status":"RUNNING","TotalCount":3,"SuccessCount":1,"SubTasks":[{rows}]}}"#
    ))
}

fn nested(open: &str, close: &str, levels: usize) -> String {
    format!("{}{}", open.repeat(levels), close.repeat(levels))
}

/// A batch and a failed row that say `text`, which is JSON already, wherever they say anything.
fn everything(text: &str) -> String {
    format!(
        r#"{{"RequestId":"{text}","BatchId":"{text}","TaskName":"{text}","TaskType":"{text}","ApplicationType":"{text}","Status":"{text}","TaskBegin":"{text}","TaskEnd":"{text}","TotalCount":1,"SuccessCount":0,"SubTasks":[{{"TaskId":"{text}","InstanceId":"{text}","Status":"FAILED","TaskBegin":"{text}","TaskEnd":"{text}","ErrorMsg":"{text}"}}]}}"#
    )
}

fn everywhere(text: &str) -> Reply {
    json(everything(text))
}

fn raw_everywhere(text: &[u8]) -> Reply {
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

fn long(field: &str) -> Reply {
    rows(&format!(r#"{{"{field}":"{}"}}"#, "0123456789abcdef".repeat(MEBIBYTE / 16)))
}

/// A failed row whose reason has so many characters, an even number, and is an IPv6 address but for the last of them: a scanner
/// that looked ahead from each place would need the square of that.
pub(super) fn nearly_an_address(characters: usize) -> String {
    let error_msg = "1:".repeat(characters / 2 - 1) + "1g";
    format!(
        r#"{{"TaskId":"1","Status":"FAILED","TaskBegin":"2026-05-28T20:00:00Z","ErrorMsg":"{error_msg}"}}"#
    )
}

fn counts(total: &str, success: &str) -> Reply {
    json(format!(r#"{{"Status":"RUNNING","TotalCount":{total},"SuccessCount":{success},"SubTasks":[{{}}]}}"#))
}

/// Reasons that differ in words, which are not masked.
fn many_reasons() -> Reply {
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

fn error(status: &'static str, message: &str, recommend: &str) -> Reply {
    let body = serde_json::json!({"Code": "NoPermission", "Message": message, "RequestId": message, "Recommend": recommend});
    Answer { status, ..Answer::json(body.to_string()) }.into()
}

/// A good body of so many bytes, nearly all of them white space.
fn bomb(bytes: usize) -> Vec<u8> {
    let mut body = b"{\"Status\":\"RUNNING\",\"SubTasks\":[".to_vec();
    body.resize(bytes, b' ');
    body.extend_from_slice(b"{}]}");
    body
}

fn zipped(body: &[u8]) -> Reply {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    // Writing to a Vec cannot fail.
    let _ = encoder.write_all(body);
    Answer::json(encoder.finish().unwrap_or_default()).with(&[("content-encoding", "gzip")])
}

fn deflated() -> Reply {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
    let _ = encoder.write_all(everything("a").as_bytes());
    Answer::json(encoder.finish().unwrap_or_default()).with(&[("content-encoding", "deflate")])
}
