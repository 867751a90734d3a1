//! Selectors of the widget's elements, and keys as WebDriver writes them.

/// The batch status.
pub(crate) const BADGE: &str = "[part~=badge]";
/// The progress in percent.
pub(crate) const PERCENT: &str = ".btw-percent";
/// The line with the counts.
pub(crate) const COUNTS: &str = ".btw-counts";
/// The age of the data, and when the next request is due.
pub(crate) const FRESHNESS: &str = ".btw-freshness-text";
/// The RequestId of the last response.
pub(crate) const REQUEST_ID: &str = "[part~=request-id]";
/// The notice of an error.
pub(crate) const ALERT: &str = "[role=alert]";
/// The title of that notice.
pub(crate) const ALERT_TITLE: &str = "[role=alert] strong";
/// A row of the table.
pub(crate) const ROW: &str = "[part~=row]";
/// A header cell of the table.
pub(crate) const COLUMN: &str = "thead th";
/// A row of the timeline.
pub(crate) const LANE: &str = "[role=option]";
/// How many rows the search or a filter leaves.
pub(crate) const LISTED: &str = ".btw-listed";

pub(crate) const TAB: &str = "\u{e004}";
pub(crate) const ENTER: &str = "\u{e007}";
pub(crate) const SHIFT: &str = "\u{e008}";
pub(crate) const ESCAPE: &str = "\u{e00c}";
pub(crate) const RIGHT: &str = "\u{e014}";
pub(crate) const DOWN: &str = "\u{e015}";
pub(crate) const UP: &str = "\u{e013}";
