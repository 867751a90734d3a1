//! Computes at once, without effects, what the widget computes in slices or after its deferred functions are loaded: for a server and
//! for tests.

use std::rc::Rc;

use super::jobs::arrange;
use super::lazy;
use super::view_state::{Grouped, ViewState};
use crate::view::failures::Failures;
use crate::view::search::Hits;
use crate::view::slow::median_ms;
use crate::view::summary::Summary;

/// Computes at once all that depends on the state and the viewer's choices, with the deferred functions.
pub(super) fn compute_all(view: &mut ViewState) {
    lazy::install_if_linked();
    view.summary = view.state.task().map(|task| Rc::new(Summary::of(task)));
    let query = view.query.clone();
    view.hits = view.state.task().map_or_else(Hits::default, |task| Hits::of(&task.sub_tasks, &query)).into();
    group(view);
    view.set_loaded(arrange, median_ms, |estimator, task, at_ms| estimator.observe(task, at_ms));
    view.recompute_rows();
}

/// Groups the failures.
pub(super) fn group(view: &mut ViewState) {
    let task = view.state.task();
    view.grouped =
        task.map(|task| Rc::new(Grouped::new(Rc::clone(task), Failures::of(&task.sub_tasks).into())));
}
