//! The notice for the last error: what happened, and what the viewer can do.

use crate::error::{Error, ErrorClass};
use crate::i18n::{Locale, fill};
use crate::model::BatchTask;
use crate::poll::{Content, Phase, State};
use crate::view::format;

/// The severity of a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Temporary: the widget retries.
    Warning,
    /// Permanent: someone has to do something.
    Danger,
}

/// The contents of a notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The severity.
    pub tone: Tone,
    /// A short description of the error.
    pub title: &'static str,
    /// The error message.
    pub detail: String,
    /// The API's Code; may be empty.
    pub code: String,
    /// The meaning of the error, and possible remedies.
    pub hints: Vec<String>,
    /// The API's troubleshooting link, unless it is longer than [`format::LINE_BYTES`].
    pub recommend: Option<String>,
    /// The RequestId for support; may be empty.
    pub request_id: String,
    /// Whether there is a "Try again" button.
    pub can_retry: bool,
    /// Whether there is a button that loads the page again.
    pub can_reload: bool,
}

/// The BatchId of the example in the API reference, which example bodies have whatever batch is asked for.
const EXAMPLE_BATCH_ID: &str = "pcb-xxx";

/// Returns a sentence if `task` is another batch than the one asked for: the file of a static endpoint was swapped, or a
/// gateway ignores BatchId.
pub fn other_batch(asked: Option<&str>, task: &BatchTask, locale: Locale) -> Option<String> {
    let (asked, found) = (asked?.trim(), task.batch_id.trim());
    // A masked ID is not comparable.
    let is_comparable =
        !asked.is_empty() && !found.is_empty() && found != EXAMPLE_BATCH_ID && !found.contains('…');
    (is_comparable && found != asked).then(|| {
        let ids = [("found", &*format::truncated(found)), ("asked", &*format::truncated(asked))];
        fill(locale.other_batch, &ids)
    })
}

/// Returns the notice for the last error; `None` without an error.
pub fn notice<T: Content>(state: &State<T>, locale: Locale) -> Option<Notice> {
    let error = state.last_error.as_deref()?;
    let is_transient = error.is_transient();
    let kept_hint = state.is_stale().then_some(locale.kept_hint);
    let mut hints = Vec::new();
    if let Some(hint) = cause_hint(error, locale) {
        hints.push(hint);
    }
    for hint in [polling_hint(state.phase, error, locale), kept_hint].into_iter().flatten() {
        hints.push(hint.to_owned());
    }
    Some(Notice {
        tone: if is_transient { Tone::Warning } else { Tone::Danger },
        title: title(error, state, locale),
        detail: sentence(&format::truncated(error.message())),
        code: format::truncated(error.code()),
        hints,
        // A truncated URL would be another URL.
        recommend: error.recommend().filter(|link| link.len() <= format::LINE_BYTES).map(str::to_owned),
        request_id: format::truncated(error.request_id()),
        can_retry: error.class() != ErrorClass::Options,
        can_reload: error.is_redirect_to_sign_in(),
    })
}

/// Returns a short description of an error.
pub fn title<T: Content>(error: &Error, state: &State<T>, locale: Locale) -> &'static str {
    match error.class() {
        ErrorClass::Network if state.pause_reasons.offline => locale.title_offline,
        ErrorClass::Network => locale.title_network,
        ErrorClass::Timeout => locale.title_timeout,
        ErrorClass::Throttled => locale.title_throttled,
        ErrorClass::Service => locale.title_service,
        ErrorClass::Truncated => locale.title_truncated,
        ErrorClass::TooLarge => locale.title_too_large,
        ErrorClass::Invalid => locale.title_invalid,
        ErrorClass::Unauthorized if error.is_redirect_to_sign_in() => locale.title_sign_in,
        ErrorClass::Unauthorized => locale.title_unauthorized,
        ErrorClass::Permission => locale.title_permission,
        ErrorClass::Setup => locale.title_setup,
        ErrorClass::NotFound => locale.title_not_found,
        ErrorClass::Request => locale.title_request,
        ErrorClass::Endpoint => locale.title_endpoint,
        ErrorClass::Options | ErrorClass::Aborted => locale.title_options,
    }
}

fn cause_hint(error: &Error, locale: Locale) -> Option<String> {
    match error.class() {
        ErrorClass::Permission => {
            let action = error.required_action().map(format::truncated)?;
            Some(fill(locale.permission_hint, &[("action", &action)]))
        }
        ErrorClass::Network | ErrorClass::Timeout if error.needs_local_network() => {
            Some(locale.local_network_hint.to_owned())
        }
        ErrorClass::Unauthorized if error.is_redirect_to_sign_in() => Some(locale.sign_in_hint.to_owned()),
        ErrorClass::Setup => Some(locale.setup_hint.to_owned()),
        ErrorClass::NotFound => Some(locale.not_found_hint.to_owned()),
        ErrorClass::Endpoint | ErrorClass::Invalid => Some(locale.endpoint_hint.to_owned()),
        _ => None,
    }
}

/// Returns a hint whether polling continues.
fn polling_hint(phase: Phase, error: &Error, locale: Locale) -> Option<&'static str> {
    match phase {
        Phase::Stopped | Phase::Finished => Some(locale.stopped_hint),
        Phase::Waiting { .. } | Phase::Fetching if error.is_transient() => Some(locale.retrying_hint),
        Phase::Waiting { .. } if error.is_retried_slowly() => Some(locale.slow_hint),
        _ => None,
    }
}

/// Turns an error message, which is a lower-case clause, into a sentence.
fn sentence(message: &str) -> String {
    let message = message.trim();
    // URLs and Codes keep their case.
    let is_word = message.bytes().take_while(|byte| *byte != b' ').all(|byte| byte.is_ascii_lowercase());
    let mut text = if is_word { format::capitalized(message) } else { message.to_owned() };
    let is_ended = matches!(message.chars().next_back(), None | Some('.' | '!' | '?' | '。' | '…'));
    if !is_ended {
        text.push('.');
    }
    text
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::*;
    use crate::i18n::Locale;
    use crate::wire::{AccessDenied, ApiError};

    fn failed(error: Error) -> State {
        let phase =
            if error.is_transient() { Phase::Waiting { delay_ms: 1, due_ms: 1 } } else { Phase::Stopped };
        let mut state = State::new(5_000);
        state.last_error = Some(Rc::new(error));
        state.phase = phase;
        state
    }

    #[test]
    fn a_permission_error_names_the_permission_and_links_to_help() {
        let error = Error::from_api(
            ApiError {
                code: "Forbidden.RAM".into(),
                message: "User not authorized".into(),
                request_id: "R-1".into(),
                recommend: "https://api.aliyun.com/troubleshoot".into(),
                access_denied: None,
            },
            403,
        )
        .of_operation("DescribeBatchTask");
        let notice = notice(&failed(error), Locale::english()).unwrap();
        assert_eq!(notice.title, "No permission");
        assert_eq!(notice.tone, Tone::Danger);
        assert_eq!(notice.detail, "User not authorized.");
        assert!(notice.hints.iter().any(|hint| hint.contains("polardb:DescribeBatchTask")));
        assert_eq!(notice.recommend.as_deref(), Some("https://api.aliyun.com/troubleshoot"));
        assert_eq!(notice.request_id, "R-1");
        assert!(notice.can_retry);
    }

    #[test]
    fn a_temporary_error_says_that_it_is_retried() {
        let notice =
            notice(&failed(Error::new(ErrorClass::Network, "failed to fetch")), Locale::english()).unwrap();
        assert_eq!(notice.tone, Tone::Warning);
        assert_eq!(notice.detail, "Failed to fetch.");
        assert_eq!(notice.hints, [Locale::english().retrying_hint]);
    }

    #[test]
    fn an_error_that_is_retried_slowly_says_that_updating_has_stopped() {
        let mut state = failed(Error::from_status(401, "text/html"));
        state.phase = Phase::Waiting { delay_ms: 1, due_ms: 1 };
        let notice = notice(&state, Locale::english()).unwrap();
        assert_eq!(notice.tone, Tone::Danger);
        assert_eq!(notice.hints, [Locale::english().slow_hint]);
        assert!(notice.can_retry);
    }

    #[test]
    fn a_redirect_to_sign_in_offers_a_reload() {
        let mut state = failed(Error::new(ErrorClass::Unauthorized, "api redirects to another site"));
        state.phase = Phase::Waiting { delay_ms: 1, due_ms: 1 };
        let english = Locale::english();
        let redirected = notice(&state, english).unwrap();
        assert_eq!((redirected.title, redirected.can_reload), ("Sign-in needed", true));
        assert_eq!(redirected.hints, [english.sign_in_hint, english.slow_hint]);
        let answered = notice(&failed(Error::from_status(401, "text/html")), english).unwrap();
        assert_eq!((answered.title, answered.can_reload), ("Sign-in required", false));
    }

    #[test]
    fn an_endpoint_in_a_private_network_names_the_permission() {
        for (class, has_hint) in
            [(ErrorClass::Network, true), (ErrorClass::Timeout, true), (ErrorClass::Service, false)]
        {
            let notice =
                notice(&failed(Error::new(class, "no").with_local_network(true)), Locale::english()).unwrap();
            let names = |hint: &String| hint.contains("local network access");
            assert_eq!(notice.hints.iter().any(names), has_hint, "{class:?}");
        }
    }

    #[test]
    fn another_batch_is_named() {
        for (asked, found, is_other) in [
            (Some("pcb-1"), "pcb-1", false),
            (Some(" pcb-1 "), "pcb-1", false),
            (Some("pcb-1"), "pcb-2", true),
            (Some("pcb-1"), "PCB-1", true),
            (Some("pcb-1"), "", false),
            (None, "pcb-2", false),
            (Some(""), "pcb-2", false),
            (Some("pcb-sample"), "pcb-xxx", false),
            (Some("pcb-1422133474238823"), "pcb-…", false),
        ] {
            let task = BatchTask { batch_id: found.into(), ..crate::test_data::empty_task() };
            let sentence = other_batch(asked, &task, Locale::english());
            assert_eq!(sentence.is_some(), is_other, "{asked:?} {found}: {sentence:?}");
            assert!(sentence.is_none_or(|sentence| sentence.contains("pcb-1") && sentence.contains(found)));
        }
        let long = BatchTask { batch_id: "x".repeat(1 << 20).into(), ..crate::test_data::empty_task() };
        assert!(other_batch(Some("pcb-1"), &long, Locale::english()).unwrap().len() < 2_500);
    }

    #[test]
    fn clauses_become_sentences_and_urls_keep_their_case() {
        for (message, expected) in [
            ("no answer", "No answer."),
            ("http://a answered with HTML", "http://a answered with HTML."),
            ("Already done!", "Already done!"),
            ("  ", ""),
        ] {
            assert_eq!(sentence(message), expected);
        }
    }

    #[test]
    fn long_texts_of_errors_are_truncated() {
        let long = || "x".repeat(1 << 20).into_boxed_str();
        let denied = AccessDenied {
            auth_action: long(),
            auth_principal_type: "".into(),
            no_permission_type: "".into(),
            policy_type: "".into(),
            encoded_diagnostic_message: "".into(),
        };
        let api = ApiError {
            code: long(),
            message: long(),
            request_id: long(),
            recommend: format!("https://{}", long()).into(),
            access_denied: Some(denied),
        };
        let Notice { detail, code, hints, request_id, recommend, .. } =
            notice(&failed(Error::from_api(api, 403)), Locale::english()).unwrap();
        for text in [&detail, &code, &request_id].into_iter().chain(&hints) {
            assert!(text.len() < 2_500, "{} bytes", text.len());
        }
        assert!(detail.ends_with("x…") && code.ends_with("x…"));
        assert!(hints.iter().any(|hint| hint.contains("xxx…")));
        assert_eq!(recommend, None);
    }

    #[test]
    fn without_an_error_there_is_no_notice() {
        assert_eq!(notice(&State::<BatchTask>::new(5_000), Locale::english()), None);
    }
}
