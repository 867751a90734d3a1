//! The options of `mount`, read one by one: what is wrong is named, and a deserializer would be 8 KB of the module.

use js_sys::Reflect;
use wasm_bindgen::JsValue;

use crate::watch::DEFAULT_INTERVAL_MS;

/// What a host asks for. `undefined` and `null` are as good as absent.
#[derive(Debug)]
pub(super) struct Options {
    /// `endpoint`, a string that is not blank.
    pub(super) endpoint: String,
    /// `batchId`, a string.
    pub(super) batch_id: Option<String>,
    /// `interval`, a number of seconds.
    pub(super) interval_ms: u32,
    /// `q`, a string: what is searched for at first.
    pub(super) query: String,
    /// `instanceUrl`, a string: a pattern for links to instances.
    pub(super) instance_url: Option<String>,
    /// `redact`: whether account ids are masked.
    pub(super) redact: bool,
}

impl Options {
    /// Reads the options.
    ///
    /// # Errors
    /// A sentence that names the option that is wrong and says what to give.
    pub(super) fn read(options: &JsValue) -> Result<Self, String> {
        if !options.is_object() {
            return Err("the options are no object; give {endpoint, batchId}".to_owned());
        }
        let endpoint = text(options, "endpoint")?.filter(|endpoint| !endpoint.trim().is_empty());
        Ok(Self {
            endpoint: endpoint
                .ok_or("endpoint is missing or empty; give the URL of the proxy's DescribeBatchTask")?,
            batch_id: text(options, "batchId")?,
            interval_ms: interval_ms(options)?,
            query: text(options, "q")?.unwrap_or_default(),
            instance_url: text(options, "instanceUrl")?,
            redact: given(options, "redact").is_some_and(|redact| redact.is_truthy()),
        })
    }
}

/// An option that is there.
fn given(options: &JsValue, name: &str) -> Option<JsValue> {
    // A getter of the host's that throws gives nothing.
    let value = Reflect::get(options, &name.into()).ok()?;
    (!value.is_undefined() && !value.is_null()).then_some(value)
}

fn text(options: &JsValue, name: &str) -> Result<Option<String>, String> {
    match given(options, name).map(|value| value.as_string()) {
        None => Ok(None),
        Some(Some(text)) => Ok(Some(text)),
        Some(None) => Err(format!("{name} is no string; give a string")),
    }
}

/// Seconds within a day, as milliseconds.
fn interval_ms(options: &JsValue) -> Result<u32, String> {
    match given(options, "interval").map(|value| value.as_f64()) {
        None => Ok(DEFAULT_INTERVAL_MS),
        Some(Some(seconds)) if (0.0..=86_400.0).contains(&seconds) => Ok((seconds * 1_000.0) as u32),
        Some(_) => Err("interval is not a number of seconds from 0 to 86400; give one".to_owned()),
    }
}
