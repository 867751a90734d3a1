//! The host's functions for a request: one that returns headers, and one that replaces `fetch`.

use std::rc::Rc;

use js_sys::{Array, Function, JSON, Object, Promise, Reflect, Symbol};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, Headers, Response, ResponseInit};

use crate::error::{Error, ErrorClass};

/// Headers to add to each request. Fixed headers are compared by value. Another function is called from the next request on.
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
        let given = called(function, &JsValue::UNDEFINED, &JsValue::UNDEFINED, signal).await;
        let given = given.map_err(|thrown| failed("the headers function", &thrown))?;
        let pairs =
            pairs(&given).ok_or_else(|| wrong("the headers function must return an object of strings"))?;
        Ok(Rc::new(pairs))
    }
}

/// The host's client, `async ({batchId, signal}) => Response | object`; for a list of batches, with the parameters of
/// `DescribeBatchTasks` instead of `batchId`. Another one is called from the next request on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetcher(pub Function);

impl Fetcher {
    /// Calls the client with the parameters, whose names begin in lower case there. An object that is not like a response becomes the JSON body of one.
    ///
    /// # Errors
    ///
    /// If the function throws, rejects, or returns something else.
    pub(super) async fn ask(
        &self,
        parameters: &[(&str, String)],
        signal: Option<&AbortSignal>,
    ) -> Result<Response, Error> {
        let wanted = Object::new();
        // Setting a property of a plain object does not fail.
        let set = |name: &str, value: &JsValue| drop(Reflect::set(&wanted, &name.into(), value));
        for (name, value) in parameters {
            let mut name = (*name).to_owned();
            if let Some(initial) = name.get_mut(..1) {
                initial.make_ascii_lowercase();
            }
            set(&name, &value.into());
        }
        if let Some(signal) = signal {
            set("signal", signal);
        }
        let given = called(&self.0, &JsValue::UNDEFINED, &wanted, signal).await;
        let given = given.map_err(|thrown| failed("the fetcher", &thrown))?;
        if !given.is_object() {
            return Err(wrong("the fetcher must return a Response or an object"));
        }
        // Not `instanceof`: the response may be of another window.
        if property(&given, &Symbol::to_string_tag()).is_some_and(|tag| tag == "Response") {
            return Ok(given.unchecked_into());
        }
        let text = property(&given, &"text".into()).and_then(|text| text.dyn_into::<Function>().ok());
        let status = property(&given, &"status".into()).and_then(|status| status.as_f64());
        if let (Some(text), Some(status)) = (text, status) {
            let status = status as u16;
            return match called(&text, &given, &JsValue::UNDEFINED, signal).await {
                Ok(body) => copied(&given, status, body.as_string()),
                // The status says enough.
                Err(_) if status >= 400 => copied(&given, status, None),
                Err(thrown) => Err(failed("the fetcher", &thrown)),
            };
        }
        let body = JSON::stringify(&given).map(String::from).ok();
        body.and_then(|body| Response::new_with_opt_str(Some(&body)).ok())
            .ok_or_else(|| wrong("the fetcher returned an object that cannot be converted to JSON"))
    }
}

/// Returns a response with this body, and with the status and the headers of an object that is like a response.
#[inline(never)]
fn copied(like: &JsValue, status: u16, body: Option<String>) -> Result<Response, Error> {
    let init = ResponseInit::new();
    init.set_status(status);
    let headers = property(like, &"headers".into()).filter(JsValue::is_object);
    let headers = headers.map(|headers| Headers::new_with_record_from_str_to_str(headers.unchecked_ref()));
    if let Some(Ok(headers)) = headers {
        init.set_headers(&headers);
    }
    // A response with such a status must not have a body.
    let body = body.filter(|_| !matches!(status, 204 | 205 | 304));
    Response::new_with_opt_str_and_init(body.as_deref(), &init).map_err(|_| {
        Error::new(ErrorClass::Network, format!("the fetcher returned a response with the status {status}"))
    })
}

/// Calls a function. The result is that of its promise. Aborting the request ends the wait for it.
fn called(function: &Function, this: &JsValue, argument: &JsValue, signal: Option<&AbortSignal>) -> JsFuture {
    let promised = match function.call1(this, argument) {
        Ok(result) => Promise::resolve(&result),
        Err(thrown) => Promise::reject(&thrown),
    };
    let Some(signal) = signal else { return promised.into() };
    let aborted = Promise::new(&mut |_, reject| {
        // Adding a listener does not fail.
        drop(signal.add_event_listener_with_callback("abort", &reject));
    });
    Promise::race(&Array::of2(&promised, &aborted)).into()
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

/// Returns the error for what a function has thrown. It is classified by its HTTP status, which clients have in `status` or in
/// `response.status`. Without one it is transient: the network or a token service may be back soon.
#[inline(never)]
fn failed(what: &str, thrown: &JsValue) -> Error {
    let status = http_status(thrown).or_else(|| http_status(&property(thrown, &"response".into())?));
    let message = property(thrown, &"message".into()).and_then(|message| message.as_string());
    let message = match (message, status) {
        (Some(message), _) => format!("{what} failed: {message}"),
        (None, Some(status)) => format!("{what} failed: HTTP {status}"),
        (None, None) => format!("{what} failed: unknown"),
    };
    match status {
        Some(status) => Error::new(ErrorClass::of("", status), message).with_status(status),
        None => Error::new(ErrorClass::Network, message),
    }
}

/// Returns the property `status` if it is an HTTP status. Clients set it to 0, for example, if there was no response.
fn http_status(value: &JsValue) -> Option<u16> {
    let status = property(value, &"status".into())?.as_f64()?;
    (100.0..600.0).contains(&status).then_some(status as u16)
}

/// Returns a property; `None` if the value is not an object or the getter throws.
#[inline(never)]
fn property(value: &JsValue, name: &JsValue) -> Option<JsValue> {
    Reflect::get(value, name).ok()
}
