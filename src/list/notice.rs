//! The notice for the last error of the list.

use super::batch::BatchPage;
use super::locale::ListLocale;
use crate::error::ErrorClass;
use crate::poll::State;
use crate::view::notice::{self, Notice};

/// The Code of a proxy that was started without `--list`.
pub const NOT_ALLOWED: &str = "Proxy.ListNotAllowed";

/// Returns the notice for the last error; `None` without an error.
pub fn notice(state: &State<BatchPage>, locale: ListLocale) -> Option<Notice> {
    let (error, list) = (state.last_error.as_deref()?, locale.list);
    let mut notice = notice::notice(state, locale.shared)?;
    match error.class() {
        // No permission of an account changes this setting of the proxy.
        ErrorClass::Permission if error.code() == NOT_ALLOWED => {
            notice.title = list.title_list_off;
            notice.hints = vec![list.list_off_hint.to_owned()];
        }
        ErrorClass::Permission if error.required_action().is_none() => notice.title = list.title_list_refused,
        ErrorClass::Invalid => notice.title = list.title_invalid_list,
        _ => {}
    }
    Some(notice)
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use std::rc::Rc;

    use super::*;
    use crate::error::Error;
    use crate::wire::{ApiError, WireError};

    fn api(code: &str) -> Error {
        let [message, request_id, recommend] = [""; 3].map(Into::into);
        let error = ApiError { code: code.into(), message, request_id, recommend, access_denied: None };
        Error::from_api(error, 403).of_operation("DescribeBatchTasks")
    }

    #[test]
    fn the_list_has_words_of_its_own() {
        let invalid = Error::from_wire(WireError::Empty, 200, "application/json");
        let table = [
            (api(NOT_ALLOWED), "The list is not available", "The proxy was started without --list."),
            (api("NoPermission"), "No permission", "polardb:DescribeBatchTasks"),
            (Error::from_status(403, "text/html"), "The list was refused", ""),
            (invalid, "The response is not a list of batch tasks", "endpoint"),
        ];
        for (error, title, hint) in table {
            let mut state = State::new(30_000);
            state.last_error = Some(Rc::new(error));
            let notice = notice(&state, ListLocale::english()).unwrap();
            assert_eq!(notice.title, title);
            assert!(notice.hints.join(" ").contains(hint), "{:?}", notice.hints);
        }
    }
}
