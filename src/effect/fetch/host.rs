//! The host's functions for a request: one that returns headers, and one that replaces `fetch`.

use std::rc::Rc;

use js_sys::{Array, Function, JSON, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, Headers, Response};

use crate::error::{Error, ErrorClass};

/// Headers to add to each request. Fixed headers are compared by value, functions by identity.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum RequestHeaders {
    /// No headers. This is the default.
    #[default]
    None,
    /// The same headers each time: names in lower case, sorted, with their values.
    Fixed(Rc<Vec<(String, String)>>),
    /// A function that returns the headers, or a promise of them, before each request, for tokens that rotate.
    Called(Function),
}

impl RequestHeaders {
    /// Reads a function, a `Headers` or an object of strings; `None` if it is none of these or has an invalid header name.
    pub fn read(value: &JsValue) -> Option<Self> {
        match value.dyn_ref::<Function>() {
            Some(function) => Some(Self::Called(function.clone())),
            None => pairs(value).map(|pairs| Self::Fixed(Rc::new(pairs))),
        }
    }

    /// Returns the headers of the next request.
    ///
    /// # Errors
    ///
    /// If the host's function throws or does not return headers.
    pub(super) async fn now(&self, signal: Option<&AbortSignal>) -> Result<Rc<Vec<(String, String)>>, Error> {
        let function = match self {
            Self::None => return Ok(Rc::default()),
            Self::Fixed(pairs) => return Ok(Rc::clone(pairs)),
            Self::Called(function) => function,
        };
        let given = called(function, &JsValue::UNDEFINED, signal).await.map_err(|error| {
            // Transient, as for a fetcher: the token service may be back soon.
            let message = format!("the headers function failed: {}", describe(&error));
            Error::new(ErrorClass::Network, message)
        })?;
        let pairs =
            pairs(&given).ok_or_else(|| wrong("the headers function must return an object of strings"))?;
        Ok(Rc::new(pairs))
    }
}

/// The host's client, `async ({batchId, signal}) => Response | object`. Compared by identity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetcher(pub Function);

impl Fetcher {
    /// Calls the client. An object becomes a response with the object as its JSON body.
    ///
    /// # Errors
    ///
    /// If the function throws, rejects, or returns something else.
    pub(super) async fn ask(
        &self,
        batch_id: Option<&str>,
        signal: Option<&AbortSignal>,
    ) -> Result<Response, Error> {
        let wanted = Object::new();
        for (name, value) in [("batchId", batch_id.map(JsValue::from)), ("signal", signal.map(JsValue::from))]
        {
            // Setting a property of a plain object does not fail.
            drop(Reflect::set(&wanted, &name.into(), &value.unwrap_or_default()));
        }
        let given = called(&self.0, &wanted, signal).await.map_err(|error| {
            Error::new(ErrorClass::Network, format!("the fetcher failed: {}", describe(&error)))
        })?;
        match given.dyn_into::<Response>() {
            Ok(response) => Ok(response),
            Err(object) if object.is_object() => {
                let body = JSON::stringify(&object).map(String::from).ok();
                body.and_then(|body| Response::new_with_opt_str(Some(&body)).ok())
                    .ok_or_else(|| wrong("the fetcher returned an object that cannot be converted to JSON"))
            }
            Err(_) => Err(wrong("the fetcher must return a Response or an object")),
        }
    }
}

/// Calls a function and awaits its result. Aborting the request ends the wait.
async fn called(
    function: &Function,
    argument: &JsValue,
    signal: Option<&AbortSignal>,
) -> Result<JsValue, JsValue> {
    let promised = Promise::resolve(&function.call1(&JsValue::UNDEFINED, argument)?);
    let Some(signal) = signal else { return JsFuture::from(promised).await };
    let aborted = Promise::new(&mut |_, reject| {
        // Adding a listener does not fail.
        drop(signal.add_event_listener_with_callback("abort", &reject));
    });
    JsFuture::from(Promise::race(&Array::of2(&promised, &aborted))).await
}

/// Returns names and values as the browser normalizes them.
fn pairs(value: &JsValue) -> Option<Vec<(String, String)>> {
    if !value.is_object() {
        return None;
    }
    let headers = Headers::new_with_record_from_str_to_str(value.unchecked_ref()).ok()?;
    let pair = |pair: JsValue| {
        let pair: Array = pair.unchecked_into();
        Some((pair.get(0).as_string()?, pair.get(1).as_string()?))
    };
    Array::from(&headers).iter().map(pair).collect()
}

fn wrong(message: impl Into<Box<str>>) -> Error {
    Error::new(ErrorClass::Options, message)
}

fn describe(error: &JsValue) -> String {
    error
        .dyn_ref::<js_sys::Error>()
        .map_or_else(|| "unknown".to_owned(), |error| String::from(error.message()))
}
