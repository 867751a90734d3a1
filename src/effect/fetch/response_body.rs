//! Reads the body of a response as a stream, and decodes it while it is received.

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

/// The largest buffer for a reader that fills our own buffer, in bytes. A larger one is not faster.
const BUFFER_BYTES: usize = 256 * 1024;

/// The smallest such buffer, in bytes. For a short body, allocating and clearing a large one would take longer than
/// reading.
const MIN_BUFFER_BYTES: usize = 8 * 1024;

/// How many bytes are decoded between two looks at the clock: a chunk can be the whole body.
const SLICE_BYTES: u32 = 64 * 1024;

/// Rows are shown once there are this many, and again whenever their number has doubled, so that no more rows are copied
/// for it than the body has.
const MIN_PARTIAL_ROWS: usize = 50;

/// The interval between progress reports for the first response, in milliseconds.
const REPORT_INTERVAL_MS: u64 = 250;

#[wasm_bindgen]
extern "C" {
    /// A `ReadableStream`. With `web-sys`, an unsupported kind of reader would not be an error but a panic.
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

/// Reads the whole body into `decoder`, up to `limit` bytes.
pub(super) async fn read(
    response: &Response,
    limit: usize,
    decoder: &mut Decoder,
    context: &RequestContext<impl Fn(PartialTask)>,
) -> Result<(), Error> {
    // A body has about three times the bytes of the packed rows, and is likely to be as long as the last one.
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
            // Not all engines report a broken connection; the decoder checks whether the JSON is complete.
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
        // Decoding the end and rendering get a slice of their own.
        slice.yield_now().await;
    }
    Ok(())
}

/// The chunks of a body.
enum Chunks {
    /// Read into one buffer that is passed back and forth, if the browser supports it, to save an allocation per chunk.
    Streamed { reader: Reader, buffer: Option<Uint8Array> },
    /// The whole body, if the browser has no stream, until it has been returned.
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

    /// Returns the next chunk; `None` at the end.
    async fn next(&mut self) -> Result<Option<Uint8Array>, JsValue> {
        match self {
            Self::Streamed { reader, buffer } => {
                let chunk = JsFuture::from(reader.read(buffer.as_ref())).await?.unchecked_into::<Chunk>();
                Ok(if chunk.done() { None } else { chunk.value() })
            }
            Self::Whole(bytes) => Ok(bytes.take()),
        }
    }

    /// Reuses the memory of a chunk. It was transferred when it was filled, so the old view of it is detached.
    fn give_back(&mut self, bytes: &Uint8Array) {
        if let Self::Streamed { buffer: Some(buffer), .. } = self {
            *buffer = Uint8Array::new(&bytes.buffer());
        }
    }

    /// Stops the transfer.
    fn cancel(&self) {
        if let Self::Streamed { reader, .. } = self {
            drop(JsFuture::from(reader.cancel()));
        }
    }
}

/// The progress reports for the first response.
#[derive(Default)]
struct PartialReports {
    latest: Option<PartialTask>,
    reported_ms: u64,
}

impl PartialReports {
    /// Reports the rows received so far, unless there are too few or the last report was too recent. A complete body is
    /// reported by the caller.
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

/// Returns the error for a body that ended before its first byte.
fn cut(response: &Response) -> Error {
    let content_type = response.headers().get("content-type").unwrap_or_default();
    Error::from_wire(WireError::Truncated { length: 0 }, response.status(), &content_type)
}
