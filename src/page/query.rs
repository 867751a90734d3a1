//! The parameters of the page's URL: reads them, and writes the viewer's choices.

use crate::list::ListQuery;
use crate::view::columns::Columns;
use crate::view::failures::ReasonKey;
use crate::view::filter::{LongerThan, StatusFilter};
use crate::view::table::{Sort, View, ViewOptions};

/// The parameters of the URL. Invalid ones are ignored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageQuery {
    /// `batch-id`, not validated.
    pub batch_id: Option<String>,
    /// `view`, `filter`, `longer-than`, `reason`, `sort` and `columns`.
    pub options: ViewOptions,
    /// `q`: the search query.
    pub query: String,
    /// `task`: the TaskId of a subtask to show.
    pub task_id: Option<String>,
    /// `lang`: a BCP 47 tag.
    pub lang: Option<String>,
    /// `time-zone`: an IANA name, which the browser may not know.
    pub time_zone: Option<String>,
    /// `interval`, converted from seconds to milliseconds.
    pub interval_ms: Option<u32>,
}

impl PageQuery {
    /// Reads the parameters with a function that returns them by name.
    pub fn read(parameter: impl Fn(&str) -> Option<String>) -> Self {
        let non_empty =
            |name| parameter(name).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        Self {
            batch_id: non_empty("batch-id"),
            options: ViewOptions {
                view: non_empty("view").and_then(|name| View::parse(&name)).unwrap_or_default(),
                filter: non_empty("filter").and_then(|names| StatusFilter::parse(&names)).unwrap_or_default(),
                longer_than: non_empty("longer-than").and_then(|text| LongerThan::parse(&text)),
                sort: non_empty("sort").and_then(|text| Sort::parse(&text)),
                columns: non_empty("columns").and_then(|names| Columns::parse(&names)).unwrap_or_default(),
                reason: non_empty("reason").and_then(|text| ReasonKey::parse(&text)),
            },
            query: non_empty("q").unwrap_or_default(),
            task_id: non_empty("task"),
            lang: non_empty("lang"),
            time_zone: non_empty("time-zone"),
            interval_ms: non_empty("interval")
                .and_then(|seconds| seconds.parse::<u32>().ok())
                .map(|seconds| seconds.saturating_mul(1_000)),
        }
    }

    /// Returns the parameters for the viewer's choices; `None` removes one from the URL.
    pub fn to_parameters(options: ViewOptions) -> [(&'static str, Option<String>); 6] {
        [
            ("view", (options.view != View::default()).then(|| options.view.as_str().to_owned())),
            ("filter", (!options.filter.is_empty()).then(|| options.filter.to_string())),
            ("longer-than", options.longer_than.map(|longer_than| longer_than.to_string())),
            ("reason", options.reason.map(|reason| reason.to_string())),
            ("sort", options.sort.map(|sort| sort.to_string())),
            ("columns", (options.columns != Columns::ALL).then(|| options.columns.to_string())),
        ]
    }
}

/// The parameters that belong to one batch. The page without a batch has none of them.
pub(crate) const OF_BATCH: [&str; 7] = ["batch-id", "filter", "longer-than", "reason", "sort", "q", "task"];

/// The parameters of the list. A batch that was opened from it keeps them for the way back.
pub(super) const OF_LIST: [&str; 4] = ["status", "type", "range", "page"];

/// Returns the parameters for the choices that differ from `old`. The others stay in the URL as a link has them.
pub(super) fn changes(old: ViewOptions, new: ViewOptions) -> Vec<(&'static str, Option<String>)> {
    let parameters = PageQuery::to_parameters(new).into_iter().zip(PageQuery::to_parameters(old));
    parameters.filter(|(new, old)| new != old).map(|(new, _)| new).collect()
}

/// Returns the same for the list.
pub(super) fn list_changes(old: &ListQuery, new: &ListQuery) -> Vec<(&'static str, Option<String>)> {
    let parameters = new.to_parameters().into_iter().zip(old.to_parameters());
    parameters.filter(|(new, old)| new != old).map(|(new, _)| new).collect()
}

/// Returns the parameters that a link needs so that it shows the same in a browser that remembers something else. An empty one
/// is the default. `own_zone` is the time zone of this viewer, which others do not have.
pub(super) fn stated(query: &PageQuery, own_zone: &str) -> [(&'static str, Option<String>); 3] {
    let PageQuery { options, time_zone, .. } = query;
    let columns = (options.columns != Columns::ALL).then(|| options.columns.to_string());
    [
        ("view", Some(options.view.as_str().to_owned())),
        ("columns", Some(columns.unwrap_or_default())),
        ("time-zone", Some(time_zone.clone().unwrap_or_else(|| own_zone.to_owned()))),
    ]
}

/// Returns the time zone to write to the URL and to remember after the viewer has picked UTC or another zone, which a link can
/// have chosen. `None` is the viewer's own zone.
pub(super) fn picked_zone<'a>(picked: &'a str, own_zone: &str) -> Option<&'a str> {
    (picked == UTC || own_zone == UTC).then_some(picked)
}

/// The name of the time zone that a viewer can switch to.
const UTC: &str = "UTC";

/// Whether the browser remembers this parameter for other batches, besides `time-zone`.
pub(super) fn is_remembered(name: &str) -> bool {
    matches!(name, "view" | "columns")
}

/// Whether the change is one that the browser's Back button undoes: of the view, a filter or the reason, and not of the order or
/// the columns.
pub(super) fn is_step(old: &ViewOptions, new: &ViewOptions) -> bool {
    new.view != old.view || new.filters_other_rows(old)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::list::TimeRange;

    fn read(parameters: &[(&str, &str)]) -> PageQuery {
        PageQuery::read(|name| {
            parameters.iter().find(|(other, _)| *other == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn written_parameters_are_read_back() {
        for (filter, sort) in
            [("failed", "-TaskBegin"), ("attention,running", "Status"), ("other", "ErrorMsg")]
        {
            let query = read(&[("filter", &filter.to_uppercase()), ("sort", sort)]);
            let [(_, view), (_, written_filter), .., (_, written_sort), (_, columns)] =
                PageQuery::to_parameters(query.options);
            assert_eq!(view, None, "the usual one is not written");
            assert_eq!(written_filter.as_deref(), Some(filter));
            assert_eq!(written_sort.as_deref(), Some(sort));
            assert_eq!(columns, None, "all of them are not written");
        }
        assert!(PageQuery::to_parameters(ViewOptions::default()).iter().all(|(_, value)| value.is_none()));
    }

    #[test]
    fn view_columns_and_query_are_read() {
        let query = read(&[
            ("view", "Timeline"),
            ("columns", "status,ErrorMsg"),
            ("q", " pc-1 "),
            ("lang", "zh-TW"),
            ("time-zone", "Asia/Taipei"),
        ]);
        assert_eq!((query.lang.as_deref(), query.time_zone.as_deref()), (Some("zh-TW"), Some("Asia/Taipei")));
        let [(_, view), .., (_, columns)] = PageQuery::to_parameters(query.options);
        assert_eq!(view.as_deref(), Some("timeline"));
        assert_eq!(columns.as_deref(), Some("Status,ErrorMsg"));
        assert_eq!(query.query, "pc-1");
    }

    #[test]
    fn a_link_states_the_defaults_of_what_a_browser_remembers() {
        let table = [
            (&[][..], ["subtasks", "", "Asia/Shanghai"]),
            (&[("view", "timeline"), ("time-zone", "UTC")], ["timeline", "", "UTC"]),
            (&[("columns", "TaskId,Status"), ("q", "a")], ["subtasks", "TaskId,Status", "Asia/Shanghai"]),
        ];
        for (parameters, expected) in table {
            let query = read(parameters);
            let stated = stated(&query, "Asia/Shanghai");
            let values: Vec<_> = stated.iter().map(|(_, value)| value.as_deref().unwrap()).collect();
            assert_eq!(values, expected, "{parameters:?}");
            // The receiver has the same options, and all that is remembered is stated.
            let received = read(&stated.each_ref().map(|(name, value)| (*name, value.as_deref().unwrap())));
            assert_eq!(received.options, query.options);
        }
        for (name, _) in PageQuery::to_parameters(ViewOptions::default()) {
            let is_stated = stated(&PageQuery::default(), "UTC").iter().any(|(stated, _)| *stated == name);
            assert_eq!(is_stated, is_remembered(name), "{name}");
        }
    }

    #[test]
    fn the_parameters_of_the_list_and_of_a_batch_are_told_apart() {
        let of_list = ListQuery::default().to_parameters().map(|(name, _)| name);
        assert_eq!(of_list, OF_LIST);
        for (name, _) in PageQuery::to_parameters(ViewOptions::default()) {
            let is_kept = !OF_BATCH.contains(&name);
            assert_eq!(is_kept, is_remembered(name), "{name} of one batch, or of all");
            assert!(!OF_LIST.contains(&name));
        }
    }

    #[test]
    fn only_what_the_viewer_changes_is_written() {
        let old = read(&[("filter", "failed"), ("columns", "TaskId")]).options;
        assert_eq!(changes(old, old), []);
        let sorted = ViewOptions { sort: Sort::parse("TaskId"), ..old };
        assert_eq!(changes(old, sorted), [("sort", Some("TaskId".to_owned()))]);
        assert_eq!(changes(sorted, ViewOptions { columns: Columns::ALL, ..sorted }), [("columns", None)]);
    }

    #[test]
    fn only_what_the_viewer_changes_in_the_list_is_written() {
        let old = ListQuery { page_number: 3, ..ListQuery::default() };
        assert_eq!(list_changes(&old, &old), []);
        let new = ListQuery { range: TimeRange::Day, ..ListQuery::default() };
        assert_eq!(list_changes(&old, &new), [("range", Some("24h".to_owned())), ("page", None)]);
    }

    #[test]
    fn a_viewer_leaves_the_time_zone_of_a_link_by_way_of_utc() {
        for (picked, own, expected) in [
            ("UTC", "Europe/Berlin", Some("UTC")),
            ("Europe/Berlin", "Europe/Berlin", None),
            ("Asia/Tokyo", "Europe/Berlin", None),
            ("UTC", "UTC", Some("UTC")),
            ("Asia/Tokyo", "UTC", Some("Asia/Tokyo")),
        ] {
            assert_eq!(picked_zone(picked, own), expected, "{picked} in {own}");
        }
    }

    #[test]
    fn views_filters_and_reasons_are_steps_of_the_history() {
        let old = ViewOptions::default();
        for (name, value, expected) in [
            ("view", "timeline", true),
            ("filter", "failed", true),
            ("reason", "00ab12cd", true),
            ("longer-than", "1m", true),
            ("sort", "TaskId", false),
            ("columns", "TaskId", false),
        ] {
            let new = read(&[(name, value)]).options;
            assert_eq!((is_step(&old, &new), is_step(&new, &old)), (expected, expected), "{name}");
            assert!(!is_step(&new, &new));
        }
    }

    #[test]
    fn invalid_parameters_are_ignored() {
        let nonsense = read(&[
            ("view", "map"),
            ("filter", "<b>"),
            ("longer-than", "10 minutes"),
            ("reason", "+1234567"),
            ("sort", "--"),
            ("interval", "soon"),
            ("batch-id", "  "),
        ]);
        assert_eq!(nonsense, PageQuery::default());
        assert_eq!(read(&[("interval", "9999999999")]).interval_ms, None);
        assert_eq!(read(&[("interval", "7")]).interval_ms, Some(7_000));
    }
}
