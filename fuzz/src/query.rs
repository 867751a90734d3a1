//! Queries: the proxy decodes them like the form decoder of the URL standard, and accepts only valid parameters.

use batch_task_acs3::{canonical_query, decode_query};
use batch_task_proxy::api_request::{Action, ApiRequest, BATCH_ID_MAX_LEN};
use batch_task_widget::page::PageQuery;

/// Checks a raw query.
pub fn check(input: &[u8]) {
    let Ok(raw) = std::str::from_utf8(input) else { return };
    let expected: Vec<_> = form_urlencoded::parse(input).collect();
    assert_eq!(decode_query(raw), expected);

    let ids: Vec<&str> =
        expected.iter().filter(|(name, _)| name == "BatchId").map(|(_, value)| &**value).collect();
    match (ApiRequest::parse(Action::DescribeBatchTask, raw), ids.as_slice()) {
        (Ok(ApiRequest::Batch(None)), []) => {}
        (Ok(ApiRequest::Batch(Some(id))), [only]) => {
            assert_eq!(id, *only);
            assert!((1..=BATCH_ID_MAX_LEN).contains(&id.len()));
            assert!(id.chars().all(|c| c.is_ascii_alphanumeric() || "._~+-".contains(c)), "{id:?}");
        }
        (Err(_), [_, ..]) => {}
        (result, ids) => panic!("{result:?} of {ids:?}"),
    }
    list(raw);
    page(&expected);
}

/// The list's parameters: what is sent to the API is read as the same request.
fn list(raw: &str) {
    let Ok(request) = ApiRequest::parse(Action::DescribeBatchTasks, raw) else { return };
    let sent = canonical_query(&request.query());
    assert_eq!(ApiRequest::parse(Action::DescribeBatchTasks, &sent), Ok(request), "{sent}");
}

/// The page's parameters: writing and reading them gives the same options.
fn page(parameters: &[(std::borrow::Cow<'_, str>, std::borrow::Cow<'_, str>)]) {
    let given = |wanted: &str| {
        parameters.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.clone().into_owned())
    };
    let read = PageQuery::read(given);
    let written = PageQuery::to_parameters(read.options);
    let again = PageQuery::read(|wanted| {
        written.iter().find(|(name, _)| *name == wanted).and_then(|(_, value)| value.clone())
    });
    assert_eq!(again.options, read.options);
}
