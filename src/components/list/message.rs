//! The messages of the list.

use std::rc::Rc;

use crate::list::{BatchPage, ListQuery};
use crate::poll::State;
use crate::watch::Refreshed;

/// Messages of the list: the viewer's actions, requests of the host through a [`Scope`](yew::html::Scope), and results of effects.
///
/// A host sends [`Refresh`](Self::Refresh), [`Pause`](Self::Pause) and [`Resume`](Self::Resume), as to the widget.
#[derive(Clone, Debug)]
pub enum ListMessage {
    /// The watcher has a new state.
    StateChanged(Rc<State<BatchPage>>),
    /// A second has passed.
    Ticked,
    /// The viewer picked other filters or another page.
    QueryPicked(ListQuery),
    /// The language has been loaded, or another one has been asked for.
    LocaleChanged,
    /// Stop polling.
    Pause,
    /// Continue polling.
    Resume,
    /// Fetch now; the callback is called once the result is on the page.
    Refresh(Refreshed),
    /// The viewer pressed the refresh button.
    RefreshPressed,
    /// The viewer wants to load the page again, to sign in.
    ReloadPressed,
}
