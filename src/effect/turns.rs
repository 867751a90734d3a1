//! Long work in turns, between which the page gets its own.

use std::cell::Cell;
use std::rc::Rc;

use js_sys::Promise;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::MessageChannel;
use yew::platform::spawn_local;

use super::clock;

/// After so many milliseconds of work the page gets its turn: half a frame.
pub const TURN_MS: f64 = 8.0;

/// Resolves once the page has had its turn.
///
/// A message to ourselves: unlike a timer it comes at once, and unlike after `scheduler.yield()` what waits already goes
/// first.
pub async fn next_turn() {
    let Ok(channel) = MessageChannel::new() else { return };
    let (here, there) = (channel.port1(), channel.port2());
    let arrived = Promise::new(&mut |resolve, _| {
        here.set_onmessage(Some(&resolve));
        // Only what cannot be copied is refused, and null can.
        let _ = there.post_message(&JsValue::NULL);
    });
    // It is never rejected.
    let _ = JsFuture::from(arrived).await;
    here.close();
}

/// Work that is done in turns.
pub(crate) struct Turns {
    begun_ms: f64,
}

impl Turns {
    /// A turn that begins now.
    pub(crate) fn new() -> Self {
        Self { begun_ms: clock::monotonic_ms() }
    }

    /// Whether this turn was long enough.
    fn is_over(&self) -> bool {
        clock::monotonic_ms() - self.begun_ms >= TURN_MS
    }

    /// Lets the page have its turn if this one was long enough.
    pub(crate) async fn pause(&mut self) {
        if self.is_over() {
            self.end().await;
        }
    }

    /// Lets the page have its turn.
    pub(crate) async fn end(&mut self) {
        next_turn().await;
        self.begun_ms = clock::monotonic_ms();
    }
}

/// Work that is under way; its drop calls it off.
#[derive(Debug)]
pub struct Sliced(Rc<Cell<bool>>);

impl Drop for Sliced {
    fn drop(&mut self) {
        self.0.set(true);
    }
}

/// Calls `step` until it says that all is done. A step is to take a millisecond or less.
///
/// The first one is in a turn of its own too, so that what began the work is answered first.
pub fn in_slices(step: impl FnMut() -> bool + 'static) -> Sliced {
    slice(Box::new(step))
}

/// Whatever the work is, it is driven by one function.
fn slice(mut step: Box<dyn FnMut() -> bool>) -> Sliced {
    let is_dropped = Rc::new(Cell::new(false));
    let sliced = Sliced(Rc::clone(&is_dropped));
    spawn_local(async move {
        loop {
            next_turn().await;
            let turn = Turns::new();
            while !turn.is_over() {
                if is_dropped.get() || step() {
                    return;
                }
            }
        }
    });
    sliced
}
