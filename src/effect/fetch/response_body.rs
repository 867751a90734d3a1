//! Reads the body of a response as a stream, and decodes it while it is received.

use gloo_net::http::Response;
use js_sys::{Promise, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::context::RequestContext;
use super::limits::too_large;
use super::subject::{Body, PartialOf};
use crate::effect::clock;
use crate::effect::slices::TimeSlice;
use crate::error::{Error, ErrorClass};
use crate::poll::Content;
use crate::wire::WireError;

/// The largest buffer for a reader that fills our own buffer, in bytes. A larger one is not faster.
const BUFFER_BYTES: usize = 256 * 1024;

/// The smallest such buffer, in bytes. For a short body, allocating and clearing a large one would take longer than
/// reading.
const MIN_BUFFER_BYTES: usize = 8 * 1024;

/// How many bytes are decoded between two looks at the clock: a chunk can be the whole body.
const SLICE_BYTES: u32 = 64 * 1024;

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

/// Reads the whole body into `body`, up to `limit` bytes. `partial` is called with parts of it, unless there was a response before.
pub(super) async fn read<B: Body>(
    response: &Response,
    limit: usize,
    expected_bytes: usize,
    body: &mut B,
    context: &RequestContext,
    partial: &impl Fn(PartialOf<B>),
) -> Result<(), Error> {
    let buffer_bytes = expected_bytes.clamp(MIN_BUFFER_BYTES, BUFFER_BYTES);
    let mut chunks = Chunks::of(response, buffer_bytes as u32).await?;
    let mut slice = TimeSlice::new();
    let mut shown = PartialReports { latest: None, reported_ms: 0 };
    loop {
        let bytes = match chunks.next().await {
            Ok(Some(bytes)) => bytes,
            Ok(None) => break,
            Err(_) if body.received() == 0 => return Err(cut(response)),
            // Not all engines report a broken connection; the decoder checks whether the JSON is complete.
            Err(_) => break,
        };
        context.idle_timeout.reset();
        let length = bytes.length();
        if body.received().saturating_add(length as usize) > limit {
            chunks.cancel();
            return Err(too_large("the body", limit));
        }
        let mut begin = 0;
        while begin < length {
            let end = length.min(begin + SLICE_BYTES);
            body.fill((end - begin) as usize, |room| bytes.subarray(begin, end).copy_to(room));
            begin = end;
            if let Err(error) = body.check() {
                chunks.cancel();
                return Err(error);
            }
            slice.yield_if_over().await;
            if context.is_dropped.get() {
                return Err(Error::new(ErrorClass::Aborted, "the request was canceled"));
            }
        }
        if !context.has_last {
            shown.show(body, context, partial);
        }
        chunks.give_back(&bytes);
    }
    if body.received() > SLICE_BYTES as usize {
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
struct PartialReports<P> {
    latest: Option<P>,
    reported_ms: u64,
}

impl<P: Clone> PartialReports<P> {
    /// Reports what was received so far, unless that is too little or the last report was too recent.
    fn show<B>(&mut self, body: &B, context: &RequestContext, report: &impl Fn(P))
    where
        B: Body<Content: Content<Partial = P>>,
    {
        let now_ms = clock::now_ms();
        if now_ms.saturating_sub(self.reported_ms) < REPORT_INTERVAL_MS {
            return;
        }
        if let Some(partial) = body.partial(self.latest.as_ref(), context.target.body_pointer.as_deref()) {
            (self.reported_ms, self.latest) = (now_ms, Some(partial.clone()));
            report(partial);
        }
    }
}

/// Returns the error for a body that ended before its first byte.
fn cut(response: &Response) -> Error {
    let content_type = response.headers().get("content-type").unwrap_or_default();
    Error::from_wire(WireError::Truncated { length: 0 }, response.status(), &content_type)
}
