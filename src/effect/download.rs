//! Files that the browser saves, written in parts.

use gloo_timers::callback::Timeout;
use js_sys::{Array, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

use super::{document, page, window};

/// How long the browser has to start reading the file, in milliseconds.
const SAVING_MS: u32 = 60_000;

/// Whether the frame around the page may block downloads, as far as the page can tell. Browsers report it on their console
/// only.
pub fn may_be_blocked() -> bool {
    let frame = window().and_then(|window| window.frame_element().ok()?);
    let sandbox = frame.and_then(|frame| frame.get_attribute("sandbox"));
    page::has_opaque_origin()
        || sandbox
            .is_some_and(|tokens| tokens.split_ascii_whitespace().all(|token| token != "allow-downloads"))
}

/// The parts written so far. They are in the browser's memory, since wasm memory never shrinks.
#[derive(Clone, Debug, Default)]
pub struct File {
    parts: Array,
}

impl File {
    /// Appends a part, encoded as UTF-8.
    pub fn push(&self, part: &str) {
        self.parts.push(&Uint8Array::from(part.as_bytes()));
    }

    /// Has the browser save the file as `name`.
    ///
    /// # Errors
    ///
    /// If the browser cannot create the file.
    pub fn save(&self, name: &str, media_type: &str) -> Result<(), JsValue> {
        let options = BlobPropertyBag::new();
        options.set_type(media_type);
        let blob = Blob::new_with_u8_array_sequence_and_options(&self.parts, &options)?;
        let url = Url::create_object_url_with_blob(&blob)?;
        if let Some(document) = document() {
            let link: HtmlAnchorElement = document.create_element("a")?.unchecked_into();
            link.set_href(&url);
            link.set_download(name);
            link.click();
        }
        Timeout::new(SAVING_MS, move || drop(Url::revoke_object_url(&url))).forget();
        Ok(())
    }
}
