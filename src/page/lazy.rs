//! The functions of the page that a page with a batch does not need before its first rows, and how they get from the second wasm
//! file into the first one: as in `components/lazy.rs`, with a table of their own.
//!
//! They may be called only through the table: a direct call from elsewhere would put them into the first file.

use yew::prelude::*;

use super::home::{HomeProps, home};
use super::links::link_to;
use super::query::PageQuery;
use super::recent::{Names, Opened, record};
use crate::components::markup::{Tag, button, tag};
use crate::i18n::Locale;

/// The functions.
pub(super) struct Deferred {
    /// Draws what is below the form of a page without a batch ID.
    pub(super) home: fn(HomeProps) -> Html,
    /// Returns the link for other viewers, with this subtask. What copies links is in the second file, too.
    pub(super) link_to: fn(&PageQuery, Option<String>) -> AttrValue,
    /// Stores the batches that have been opened.
    pub(super) record: fn(&mut Opened, Names),
}

static TABLE: Deferred = Deferred { home, link_to, record };

/// Returns the functions once the second file is loaded.
pub(super) fn get() -> Option<&'static Deferred> {
    #[cfg(feature = "split")]
    return crate::components::lazy::is_second_file_loaded().then(|| abi::table());
    #[cfg(not(feature = "split"))]
    Some(&TABLE)
}

/// Draws what is shown until the second file is loaded; if that has failed, a message with a button that calls `retry`.
pub(super) fn placeholder(retry: Option<Callback<Event>>, locale: Locale) -> Tag {
    let Some(retry) = retry else {
        let bones = ["btw-bone btw-bone-title"].into_iter().chain(["btw-bone btw-bone-row"; 6]);
        let skeleton = tag("div").class("btw-skeleton").children(bones.map(|class| tag("div").class(class)));
        let loading = tag("p").class("btw-hidden").child(locale.loading);
        return tag("section").class(ROOT).attr("aria-busy", "true").child(loading).child(skeleton);
    };
    let button = button("btw-link").on_click(retry).label(locale.try_again);
    let message = tag("span").label(locale.part_failed);
    let note = tag("p").class("btw-coming").attr("role", "alert").child(message).child(" ").child(button);
    tag("section").class(ROOT).child(note)
}

const ROOT: &str = "batch-task-widget";

/// Without `split` the table is in the first file.
#[cfg(feature = "split")]
mod abi {
    use super::{Deferred, TABLE};

    // As in `components/lazy.rs`. The digits tell the two tables apart.
    #[allow(unsafe_code, improper_ctypes, reason = "both ends are in this module and compiled together")]
    #[link(wasm_import_module = "__wasm_split_placeholder__")]
    unsafe extern "C" {
        #[link_name = "__wasm_split_00extras00_import_00000000000000000000000000000001_page_table"]
        pub(super) safe fn table() -> &'static Deferred;
    }

    #[allow(unsafe_code, improper_ctypes_definitions, reason = "as above")]
    #[unsafe(export_name = "__wasm_split_00extras00_export_00000000000000000000000000000001_page_table")]
    extern "C" fn table_in_second_file() -> &'static Deferred {
        &TABLE
    }
}
