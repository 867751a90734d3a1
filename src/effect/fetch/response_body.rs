//! The body of an answer, read as a stream of bytes and decoded as it comes.
//!
//! It owns how bytes get from the browser to the decoder, the size limit, and when the viewer is shown what has come.

use std::rc::Rc;

use gloo_net::http::Response;
use js_sys::{Promise, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::context::RequestContext;
use super::limits::{MAX_ROWS, MAX_VALUE_BYTES, too_large};
use crate::effect::clock;
use crate::effect::slices::TimeSlice;
use crate::error::{Error, ErrorClass};
use crate::poll::PartialTask;
use crate::wire::{Decoder, WireError};

/// What a reader that fills our own buffer is given, in bytes. A larger one is no quicker.
const BUFFER_BYTES: usize = 256 * 1024;

/// The least of it. A short body needs no more, and making and clearing the room would cost more than the body.
const MIN_BUFFER_BYTES: usize = 8 * 1024;

/// How much is decoded before the clock is looked at, in bytes: a chunk can be the whole body.
const SLICE_BYTES: u32 = 64 * 1024;

/// The viewer is first shown rows once there are so many, and more rows whenever they have doubled: all that is copied
/// for it is no more than the rows themselves.
const MIN_PARTIAL_ROWS: usize = 50;

/// How often the viewer is told how far the first answer is, in milliseconds.
const REPORT_INTERVAL_MS: u64 = 250;

#[wasm_bindgen]
extern "C" {
    /// A `ReadableStream` as it is used here: `web-sys` cannot be told that a reader of our kind may not be had.
    type Stream;
    #[wasm_bindgen(method, catch, js_name = getReader)]
    fn reader(this: &Stream, options: &JsValue) -> Result<Reader, JsValue>;

    type Options;
    #[wasm_bindgen(method, setter)]
    fn set_mode(this: &Options, mode: &str);

    type Reader;
    #[wasm_bindgen(method)]
    fn read(this: &Reader, buffer: Option<&Uint8Array>) -> Promise;
    #[wasm_bindgen(method)]
    fn cancel(this: &Reader) -> Promise;

    type Chunk;
    #[wasm_bindgen(method, getter)]
    fn done(this: &Chunk) -> bool;
    #[wasm_bindgen(method, getter)]
    fn value(this: &Chunk) -> Option<Uint8Array>;
}

/// Reads the whole body into `decoder`, chunk by chunk, up to `limit` bytes.
pub(super) async fn read(
    response: &Response,
    limit: usize,
    decoder: &mut Decoder,
    context: &RequestContext<impl Fn(PartialTask)>,
) -> Result<(), Error> {
    // A body has about three times the bytes that are kept of it, and this one is likely to be as long as the last.
    let kept = context.last.as_ref().map_or(usize::MAX, |last| last.task.sub_tasks.heap_bytes());
    let buffer_bytes = kept.saturating_mul(4).clamp(MIN_BUFFER_BYTES, BUFFER_BYTES);
    let mut chunks = Chunks::of(response, buffer_bytes as u32).await?;
    let mut slice = TimeSlice::new();
    let mut shown = PartialReports::default();
    loop {
        let bytes = match chunks.next().await {
            Ok(Some(bytes)) => bytes,
            Ok(None) => break,
            Err(_) if decoder.received() == 0 => return Err(cut(response)),
            // Engines differ in whether they tell of it: the JSON says whether it is whole.
            Err(_) => break,
        };
        context.idle_timeout.reset();
        let length = bytes.length();
        if decoder.received().saturating_add(length as usize) > limit {
            chunks.cancel();
            return Err(too_large("the body", limit));
        }
        let mut begin = 0;
        while begin < length {
            let end = length.min(begin + SLICE_BYTES);
            decoder.fill((end - begin) as usize, |room| bytes.subarray(begin, end).copy_to(room));
            begin = end;
            if decoder.pending() > MAX_VALUE_BYTES {
                chunks.cancel();
                return Err(too_large("one value in the body", MAX_VALUE_BYTES));
            }
            if decoder.rows() > MAX_ROWS {
                chunks.cancel();
                let message = format!("the body has more than {MAX_ROWS} subtasks");
                return Err(Error::new(ErrorClass::TooLarge, message));
            }
            slice.yield_if_over().await;
            if context.is_dropped.get() {
                return Err(Error::new(ErrorClass::Aborted, "the request was canceled"));
            }
        }
        if context.last.is_none() {
            shown.show(decoder, context);
        }
        chunks.give_back(&bytes);
    }
    if decoder.received() > SLICE_BYTES as usize {
        // What is left to do at the end, and drawing it, is a turn of its own.
        slice.yield_now().await;
    }
    Ok(())
}

/// The chunks of a body.
enum Chunks {
    /// Read into one buffer that goes back and forth, where the browser can, which spares it allocating each.
    Streamed { reader: Reader, buffer: Option<Uint8Array> },
    /// One chunk, where the browser gives no stream, until it has been taken.
    Whole(Option<Uint8Array>),
}

impl Chunks {
    async fn of(response: &Response, buffer_bytes: u32) -> Result<Self, Error> {
        let Some(stream) = response.body() else {
            let bytes = response.binary().await.map_err(|_| cut(response))?;
            return Ok(Self::Whole(Some(Uint8Array::from(&*bytes))));
        };
        let stream = JsValue::from(stream).unchecked_into::<Stream>();
        let options = js_sys::Object::new().unchecked_into::<Options>();
        options.set_mode("byob");
        if let Ok(reader) = stream.reader(&options) {
            return Ok(Self::Streamed { reader, buffer: Some(Uint8Array::new_with_length(buffer_bytes)) });
        }
        let reader = stream.reader(&JsValue::UNDEFINED).map_err(|_| cut(response))?;
        Ok(Self::Streamed { reader, buffer: None })
    }

    /// The next chunk; `None` at the end.
    async fn next(&mut self) -> Result<Option<Uint8Array>, JsValue> {
        match self {
            Self::Streamed { reader, buffer } => {
                let chunk = JsFuture::from(reader.read(buffer.as_ref())).await?.unchecked_into::<Chunk>();
                Ok(if chunk.done() { None } else { chunk.value() })
            }
            Self::Whole(bytes) => Ok(bytes.take()),
        }
    }

    /// Takes a chunk's memory for the next one: it was moved when it was filled, and the old view of it is of no use.
    fn give_back(&mut self, bytes: &Uint8Array) {
        if let Self::Streamed { buffer: Some(buffer), .. } = self {
            *buffer = Uint8Array::new(&bytes.buffer());
        }
    }

    /// Wants no more of them.
    fn cancel(&self) {
        if let Self::Streamed { reader, .. } = self {
            drop(JsFuture::from(reader.cancel()));
        }
    }
}

/// What the viewer has been shown of the first answer.
#[derive(Default)]
struct PartialReports {
    latest: Option<PartialTask>,
    reported_ms: u64,
}

impl PartialReports {
    /// Shows what has come so far, if that is worth it. A body that is whole is shown as a whole, in a moment.
    fn show(&mut self, decoder: &Decoder, context: &RequestContext<impl Fn(PartialTask)>) {
        let (rows, now_ms) = (decoder.rows(), clock::now_ms());
        if rows < MIN_PARTIAL_ROWS
            || decoder.is_whole()
            || now_ms.saturating_sub(self.reported_ms) < REPORT_INTERVAL_MS
        {
            return;
        }
        let shown = self.latest.as_ref().map_or(0, |latest| latest.task.sub_tasks.len());
        let task = match &self.latest {
            Some(latest) if rows < 2 * shown => Some(Rc::clone(&latest.task)),
            _ => decoder.so_far(context.target.body_pointer.as_deref()).map(|decoded| Rc::new(decoded.task)),
        };
        if let Some(task) = task {
            let partial = PartialTask { task, rows };
            (self.reported_ms, self.latest) = (now_ms, Some(partial.clone()));
            (context.partial)(partial);
        }
    }
}

/// That the body broke off before anything of it came.
fn cut(response: &Response) -> Error {
    let content_type = response.headers().get("content-type").unwrap_or_default();
    Error::from_wire(WireError::Truncated { length: 0 }, response.status(), &content_type)
}
