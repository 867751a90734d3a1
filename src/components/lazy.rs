//! The table of the deferred functions, and how it gets from the second wasm file into the first one.
//!
//! With the feature `split` (the npm package and the shipped page) the functions are in a file of their own, which is loaded
//! once the page is idle, or a pointer or the focus is over a widget. They may then be called only through the table: a direct
//! call from elsewhere would put them into the first file. Without the feature there is one file, and the table is always
//! installed.

#[cfg(any(feature = "element", feature = "split"))]
use wasm_bindgen::prelude::wasm_bindgen;

#[cfg(feature = "element")]
use super::actions::ActionRequest;
use super::deferred::{self, Deferred};
use super::rows::{detail, follow, timeline, used};
use super::{copy, export, filters, jobs, toolbar, tools};
use crate::effect::{clipboard, highlight};
use crate::view::slow;

static TABLE: Deferred = Deferred {
    timeline: timeline::timeline,
    update_timeline: timeline::update,
    detail: detail::detail,
    follow_rows: follow::rows,
    resize_rows: follow::resize,
    measure_rows: follow::measure,
    read_use: used::read,
    use_rows: used::apply,
    settle_rows: follow::settle,
    missing_note: follow::missing_note,
    slow_note: detail::slow_note,
    outlook: jobs::outlook,
    #[cfg(feature = "split")]
    add_styles: |element, added| crate::effect::styles::add(element, crate::styles::LATER, added),
    menu_event: export::menu_event,
    search_key: used::search_key,
    group_tools: tools::group_tools,
    toolbar_tools: tools::toolbar_tools,
    act: tools::act,
    #[cfg(feature = "element")]
    report_action: tools::report_action,
    export_choices: export::choices,
    column_choices: toolbar::column_choices,
    filter_choices: filters::choices,
    filter_chips: filters::chips,
    none_match: filters::none_match,
    search_result: filters::search_result,
    highlight: |scroller, hits| highlight::highlight(scroller, hits),
    reveal_toolbar: toolbar::reveal,
    arrange: jobs::arrange,
    observe: |estimator, task, at_ms| estimator.observe(task, at_ms),
    median_ms: slow::median_ms,
    search: jobs::search,
    export: jobs::export,
    save: jobs::save,
    copy_text: copy::text,
    copy: |text, button, done| clipboard::copy(text, button, done),
    finish_copy: |started, text, done| clipboard::finish(started, text, done),
    read_permission: jobs::read_permission,
    notify: jobs::notify,
};

/// Installs the table if it is in the same wasm file.
pub(super) fn install_if_linked() {
    #[cfg(not(feature = "split"))]
    deferred::install(&TABLE);
}

/// Installs the table of the second wasm file, which has been instantiated beside the first one.
#[cfg(any(feature = "element", feature = "split"))]
#[allow(unreachable_pub, reason = "only public functions are exported")]
#[wasm_bindgen(js_name = linkExtras)]
pub fn link_extras() {
    #[cfg(feature = "split")]
    deferred::install(abi::table());
}

/// Whether the second wasm file has been loaded.
#[cfg(all(feature = "page", feature = "split"))]
pub(crate) fn is_second_file_loaded() -> bool {
    deferred::get().is_some()
}

/// Calls a function of the host with an action, and shows what it returns.
#[cfg(feature = "element")]
pub(crate) fn report_action(notify: &js_sys::Function, request: &ActionRequest) {
    if let Some(deferred) = deferred::get() {
        (deferred.report_action)(notify, request);
    }
}

/// Without `split` the table is in the first file.
#[cfg(feature = "split")]
mod abi {
    use super::{Deferred, TABLE};

    // `wasm-split-cli` finds the two ends of the call by these names. `table` must not be called before the second file is
    // loaded.
    #[allow(unsafe_code, improper_ctypes, reason = "both ends are in this module and compiled together")]
    #[link(wasm_import_module = "__wasm_split_placeholder__")]
    unsafe extern "C" {
        #[link_name = "__wasm_split_00extras00_import_00000000000000000000000000000000_table"]
        pub(super) safe fn table() -> &'static Deferred;
    }

    #[allow(unsafe_code, improper_ctypes_definitions, reason = "as above")]
    #[unsafe(export_name = "__wasm_split_00extras00_export_00000000000000000000000000000000_table")]
    extern "C" fn table_in_second_file() -> &'static Deferred {
        &TABLE
    }
}
