//! Bodies: the decoder says of any bytes, in any pieces, what the serde_json reference says of them, and takes no more
//! memory and time than the bytes are worth.

use batch_task_data::model::SubTasks;
use batch_task_data::wire::{Decoded, Decoder, WireError, decode, decode_api_error, reference};

use crate::numbers::Numbers;

const POINTERS: [Option<&str>; 4] = [None, Some(""), Some("/data"), Some("/0/data")];

/// What a body may take in memory at a time while it is decoded: so many bytes for each of its bytes …
const BYTES_A_BYTE: usize = 8;
/// … and for each of its rows, of which the smallest is two bytes long and is 33 in the columns …
const BYTES_A_ROW: usize = 160;
/// … and whatever it is.
const BYTES_AT_LEAST: usize = 8 * 1024;

/// Up to so many bytes, a body is also taken byte by byte, and looked at after each.
const SHORT: usize = 128;

/// A body.
pub fn check(body: &[u8]) {
    for pointer in POINTERS {
        let expected = reference::comparable(reference::decode(body, pointer));
        let agree = |decoded, how: &str| {
            assert_eq!(reference::comparable(decoded), expected, "{how}, at {pointer:?}");
        };
        agree(decode(body, pointer), "at once");
        agree(in_pieces(body, Decoder::new()).into_decoded(pointer), "in pieces");
        if body.len() <= SHORT {
            agree(drip(body).into_decoded(pointer), "byte by byte");
        }
        if let Ok(Decoded { task, .. }) = &expected {
            after_itself(body, &task.sub_tasks, pointer, &expected);
        }
    }
    assert_eq!(decode_api_error(body), reference::decode_api_error(body));
    costs(body);
}

/// Pieces of any length, the same for the same body.
fn in_pieces(body: &[u8], mut decoder: Decoder) -> Decoder {
    let mut numbers = Numbers::of(body);
    let mut rest = body;
    while !rest.is_empty() {
        let most = if numbers.below(4) == 0 { rest.len() } else { rest.len().min(16) };
        let (piece, after) = rest.split_at(numbers.below(most + 1));
        decoder.push(piece);
        rest = after;
    }
    decoder
}

fn drip(body: &[u8]) -> Decoder {
    let mut decoder = Decoder::new();
    for byte in body.chunks(1) {
        decoder.push(byte);
        // Whatever it says of a beginning, it says something.
        let _ = decoder.so_far(None);
    }
    decoder
}

/// An equal body after this one keeps its rows, and is the same.
fn after_itself(body: &[u8], rows: &SubTasks, pointer: Option<&str>, expected: &Result<Decoded, WireError>) {
    let again = in_pieces(body, Decoder::after(rows)).into_decoded(pointer);
    assert_eq!(again, *expected, "after itself, at {pointer:?}");
}

/// Memory and work, in counts.
fn costs(body: &[u8]) {
    let mut rows = 0;
    let allocated = allocation_counter::measure(|| {
        let decoder = in_pieces(body, Decoder::new());
        rows = decoder.rows();
        assert!(decoder.scanned() <= 4 * body.len() + 16, "{} of {}", decoder.scanned(), body.len());
        let _ = decoder.into_decoded(None);
    });
    let most = BYTES_A_BYTE * body.len() + BYTES_A_ROW * rows + BYTES_AT_LEAST;
    let peak = usize::try_from(allocated.bytes_max).unwrap_or(usize::MAX);
    assert!(peak <= most, "{peak} bytes for {} with {rows} rows, at most {most}", body.len());
}
