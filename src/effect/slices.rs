//! Runs long work in time slices, so that the page stays responsive.

use std::cell::Cell;
use std::rc::Rc;

use js_sys::Promise;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::MessageChannel;
use yew::platform::spawn_local;

use super::clock;

/// The length of a time slice in milliseconds: half a frame.
pub const SLICE_MS: f64 = 8.0;

/// Yields to the page: resolves after the tasks that are already queued.
///
/// It posts a message to itself. Unlike a timer, a message has no minimum delay, and unlike `scheduler.yield()`, it does not
/// overtake queued tasks.
pub async fn yield_to_page() {
    let Ok(channel) = MessageChannel::new() else { return };
    let (here, there) = (channel.port1(), channel.port2());
    let arrived = Promise::new(&mut |resolve, _| {
        here.set_onmessage(Some(&resolve));
        // Posting fails only for values that cannot be cloned; null can.
        let _ = there.post_message(&JsValue::NULL);
    });
    // It is never rejected.
    let _ = JsFuture::from(arrived).await;
    here.close();
}

/// The current time slice of an `async` function.
pub(crate) struct TimeSlice {
    start_ms: f64,
}

impl TimeSlice {
    /// Starts a slice now.
    pub(crate) fn new() -> Self {
        Self { start_ms: clock::monotonic_ms() }
    }

    fn is_over(&self) -> bool {
        clock::monotonic_ms() - self.start_ms >= SLICE_MS
    }

    /// Yields to the page if the slice is over, and then starts another one.
    pub(crate) async fn yield_if_over(&mut self) {
        if self.is_over() {
            self.yield_now().await;
        }
    }

    /// Yields to the page, and then starts another slice.
    pub(crate) async fn yield_now(&mut self) {
        yield_to_page().await;
        self.start_ms = clock::monotonic_ms();
    }
}

/// Work that runs in slices. Dropping it cancels the rest.
#[derive(Debug)]
pub struct SlicedWork(Rc<Cell<bool>>);

impl Drop for SlicedWork {
    fn drop(&mut self) {
        self.0.set(true);
    }
}

/// Calls `step` until it returns `true`. A step should take a millisecond or less.
///
/// The first slice starts after the current event has been handled.
pub fn run_in_slices(step: impl FnMut() -> bool + 'static) -> SlicedWork {
    run_boxed(Box::new(step))
}

/// Boxed, so that there is one loop in the wasm and not one for each kind of work.
fn run_boxed(mut step: Box<dyn FnMut() -> bool>) -> SlicedWork {
    let is_dropped = Rc::new(Cell::new(false));
    let work = SlicedWork(Rc::clone(&is_dropped));
    spawn_local(async move {
        loop {
            yield_to_page().await;
            let slice = TimeSlice::new();
            while !slice.is_over() {
                if is_dropped.get() || step() {
                    return;
                }
            }
        }
    });
    work
}
