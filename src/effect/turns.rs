//! Long work in slices, between which the page has its turn.

use std::cell::Cell;
use std::rc::Rc;

use js_sys::Promise;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::MessageChannel;
use yew::platform::spawn_local;

use super::clock;

/// How long the page waits for its turn, in milliseconds: half a frame.
pub const SLICE_MS: f64 = 8.0;

/// Resolves once the page has had its turn.
///
/// A message to ourselves, since browsers hold back timers, and `scheduler.yield` is not everywhere.
pub async fn next_turn() {
    let Ok(channel) = MessageChannel::new() else { return };
    let (here, there) = (channel.port1(), channel.port2());
    let arrived = Promise::new(&mut |resolve, _| {
        here.set_onmessage(Some(&resolve));
        // `null` can always be sent.
        let _ = there.post_message(&JsValue::NULL);
    });
    let _ = JsFuture::from(arrived).await;
    here.close();
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
/// The first slice is in a turn of its own too, so that what began the work is answered first.
pub fn in_slices(mut step: impl FnMut() -> bool + 'static) -> Sliced {
    let is_dropped = Rc::new(Cell::new(false));
    let sliced = Sliced(Rc::clone(&is_dropped));
    spawn_local(async move {
        loop {
            next_turn().await;
            let began_ms = clock::monotonic_ms();
            while clock::monotonic_ms() - began_ms < SLICE_MS {
                if is_dropped.get() || step() {
                    return;
                }
            }
        }
    });
    sliced
}
