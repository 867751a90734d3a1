//! The list of batches: what the viewer asks for, the rows, and the component. It uses the parts of the widget that have to do with
//! polling.

mod message;
mod props;
mod rows;
mod state;
mod toolbar;
mod view;
mod widget;

pub use self::message::ListMessage;
pub use self::props::{BatchTaskListProps, DEFAULT_LIST_INTERVAL_MS};
pub use self::widget::BatchTaskList;
#[cfg(any(feature = "prerender", all(test, not(target_arch = "wasm32"))))]
pub(super) use self::{state::ListState, view::list};
