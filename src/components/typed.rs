//! The queries that a widget has passed to its host, by which it recognises a late echo.

use std::collections::VecDeque;

use web_sys::Element;
use yew::prelude::*;

use crate::effect::focus;

/// How many queries are remembered.
const MAX_QUERIES: usize = 100;

/// The last queries that the viewer has typed.
#[derive(Default)]
pub(super) struct TypedQueries(VecDeque<AttrValue>);

impl TypedQueries {
    /// Remembers a query that is passed to the host.
    pub(super) fn push(&mut self, query: AttrValue) {
        if self.0.len() == MAX_QUERIES {
            self.0.pop_front();
        }
        self.0.push_back(query);
    }

    /// Whether `query` only repeats an earlier text of `field`, which still has the focus. It must not replace what the viewer
    /// has typed since.
    pub(super) fn is_echo(&self, query: &AttrValue, field: &NodeRef) -> bool {
        let field = field.cast::<Element>();
        self.0.contains(query) && field.is_some_and(|field| focus::has_focus(&field))
    }
}
