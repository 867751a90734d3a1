//! The decoder: for any bytes in any chunks, its result is that of the serde_json reference decoder, and its memory and work
//! are proportional to the bytes.

use batch_task_data::model::SubTasks;
use batch_task_data::wire::{Decoded, Decoder, WireError, decode, decode_api_error, reference};

use crate::numbers::Numbers;

const POINTERS: [Option<&str>; 4] = [None, Some(""), Some("/data"), Some("/0/data")];

/// The maximum memory while a body is decoded: this much for each byte of the body …
const BYTES_PER_BYTE: usize = 8;
/// … and for each row (the smallest row has 2 bytes in the body and 33 in the columns) …
const BYTES_PER_ROW: usize = 160;
/// … and for any body.
const BASE_BYTES: usize = 8 * 1024;

/// A body of at most this many bytes is also decoded byte by byte, with a partial result after each.
const SHORT: usize = 128;

/// Checks a body.
pub fn check(body: &[u8]) {
    for pointer in POINTERS {
        let expected = reference::comparable(reference::decode(body, pointer));
        let compare = |decoded, how: &str| {
            assert_eq!(reference::comparable(decoded), expected, "{how}, at {pointer:?}");
        };
        compare(decode(body, pointer), "in one chunk");
        compare(in_chunks(body, Decoder::new()).into_decoded(pointer), "in chunks");
        if body.len() <= SHORT {
            compare(byte_by_byte(body).into_decoded(pointer), "byte by byte");
        }
        if let Ok(Decoded { task, .. }) = &expected {
            again_after(body, &task.sub_tasks, pointer, &expected);
        }
    }
    assert_eq!(decode_api_error(body), reference::decode_api_error(body));
    check_costs(body);
}

/// Pushes the body in chunks of pseudo-random lengths.
fn in_chunks(body: &[u8], mut decoder: Decoder) -> Decoder {
    let mut numbers = Numbers::of(body);
    let mut rest = body;
    while !rest.is_empty() {
        let most = if numbers.below(4) == 0 { rest.len() } else { rest.len().min(16) };
        let (chunk, after) = rest.split_at(numbers.below(most + 1));
        decoder.push(chunk);
        rest = after;
    }
    decoder
}

fn byte_by_byte(body: &[u8]) -> Decoder {
    let mut decoder = Decoder::new();
    for byte in body.chunks(1) {
        decoder.push(byte);
        // The partial result can be anything, but must not panic.
        let _ = decoder.so_far(None);
    }
    decoder
}

/// Decoding the same body again, after its own rows, has the same result.
fn again_after(body: &[u8], rows: &SubTasks, pointer: Option<&str>, expected: &Result<Decoded, WireError>) {
    let again = in_chunks(body, Decoder::after(rows)).into_decoded(pointer);
    assert_eq!(again, *expected, "after itself, at {pointer:?}");
}

/// Checks the memory and the work.
fn check_costs(body: &[u8]) {
    let mut rows = 0;
    let allocated = allocation_counter::measure(|| {
        let decoder = in_chunks(body, Decoder::new());
        rows = decoder.rows();
        assert!(decoder.scanned() <= 4 * body.len() + 16, "{} of {}", decoder.scanned(), body.len());
        let _ = decoder.into_decoded(None);
    });
    let most = BYTES_PER_BYTE * body.len() + BYTES_PER_ROW * rows + BASE_BYTES;
    let peak = usize::try_from(allocated.bytes_max).unwrap_or(usize::MAX);
    assert!(peak <= most, "{peak} bytes for {} with {rows} rows, at most {most}", body.len());
}
