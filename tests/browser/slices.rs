//! Long work in slices: it yields to the page, and stops when it is dropped.

use std::cell::Cell;
use std::rc::Rc;

use batch_task_widget::effect::clock::monotonic_ms;
use batch_task_widget::effect::slices::{SLICE_MS, run_in_slices, yield_to_page};
use wasm_bindgen_test::*;

use crate::support::until;

/// Blocks for this long.
fn busy(ms: f64) {
    let end_ms = monotonic_ms() + ms;
    while monotonic_ms() < end_ms {}
}

#[wasm_bindgen_test]
async fn work_yields_to_the_page_between_slices() {
    let (steps, yields) = (Rc::new(Cell::new(0)), Rc::new(Cell::new(0)));
    let counted = Rc::clone(&steps);
    let work = run_in_slices(move || {
        busy(SLICE_MS);
        counted.set(counted.get() + 1);
        counted.get() == 5
    });
    assert_eq!(steps.get(), 0, "the first slice runs after the current task");
    while steps.get() < 5 {
        yield_to_page().await;
        yields.set(yields.get() + 1);
    }
    assert!(yields.get() >= 4, "{} yields", yields.get());
    drop(work);
}

#[wasm_bindgen_test]
async fn dropped_work_stops() {
    let steps = Rc::new(Cell::new(0));
    let counted = Rc::clone(&steps);
    let work = run_in_slices(move || {
        busy(SLICE_MS);
        counted.set(counted.get() + 1);
        false
    });
    until("a step", || steps.get() > 0).await;
    drop(work);
    let done = steps.get();
    for _ in 0..5 {
        yield_to_page().await;
    }
    assert_eq!(steps.get(), done);
}
