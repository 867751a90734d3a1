//! Sends a request, whatever its subject, and waits for the head of the response.

use gloo_net::http::{Method as HttpMethod, Request, RequestBuilder, Response};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, AbortSignal, RequestCache, RequestCredentials};

use super::context::RequestContext;
use super::target::{Asked, Credentials, Method, Target};
use super::{early, origin};
use crate::effect::{clock, page};
use crate::error::{Error, ErrorClass};

/// The head of a response. The times are those of the request and of the head, in Unix milliseconds.
pub(super) struct Sent {
    pub(super) response: Response,
    pub(super) sent_ms: u64,
    pub(super) received_ms: u64,
}

impl Sent {
    fn now(response: Response, sent_ms: u64) -> Self {
        Self { response, sent_ms, received_ms: clock::now_ms() }
    }
}

/// Sends the request, unless the page's script has sent it.
pub(super) async fn send(context: &RequestContext) -> Result<Sent, Error> {
    let target = &context.target;
    let signal = context.idle_timeout.controller.as_ref().map(AbortController::signal);
    if let Some(fetcher) = &target.fetcher {
        let sent_ms = clock::now_ms();
        let parameters = &target.subject.parameters;
        return Ok(Sent::now(fetcher.ask(parameters, signal.as_ref()).await?.into(), sent_ms));
    }
    if target.endpoint.trim().is_empty() {
        let operation = target.subject.operation;
        let message = format!("the endpoint is missing or empty; give the URL of the proxy's {operation}");
        return Err(Error::new(ErrorClass::Options, message));
    }
    let headers = target.headers.now(signal.as_ref()).await?;
    let mut builder = builder(target, &headers, signal.as_ref());
    if let Some(etag) = &context.last_etag {
        builder = builder.header("if-none-match", etag);
    }
    // The browser's message may contain the whole URL.
    let request: Request = builder.build().map_err(|_| {
        let message = format!("the endpoint “{}” is not a valid URL", target.display());
        Error::new(ErrorClass::Options, message)
    })?;
    let (url, page) = (request.url(), page::origins());
    context.needs_local_network.set(origin::needs_local_network_access(&url, &page.of_url));
    let early = early::find(target).filter(|_| !context.has_last);
    let sent = match early {
        Some(early) => {
            early.take(signal.as_ref());
            let response = JsFuture::from(early.response()).await.ok();
            response.map(|response| Sent {
                response: response.unchecked_into::<web_sys::Response>().into(),
                sent_ms: early.sent_ms() as u64,
                received_ms: early.received_ms() as u64,
            })
        }
        None => {
            let sent_ms = clock::now_ms();
            request.send().await.ok().map(|response| Sent::now(response, sent_ms))
        }
    };
    match sent {
        Some(sent) => {
            context.outage.end();
            Ok(sent)
        }
        // The browser's message differs between engines and contains no more information.
        None => {
            if target.method == Method::Get && origin::is_same_origin(&url, &page.own) {
                context.outage.probe(context, &headers).await;
            }
            Err(context.outage.error(target.display()))
        }
    }
}

/// Returns the request with the host's headers.
pub(super) fn builder(
    target: &Target<Asked>,
    headers: &[(String, String)],
    signal: Option<&AbortSignal>,
) -> RequestBuilder {
    let method = match target.method {
        Method::Get => HttpMethod::GET,
        Method::Post => HttpMethod::POST,
    };
    let credentials = match target.credentials {
        Credentials::SameOrigin => RequestCredentials::SameOrigin,
        Credentials::Include => RequestCredentials::Include,
        Credentials::Omit => RequestCredentials::Omit,
    };
    let mut builder = RequestBuilder::new(&target.endpoint)
        .method(method)
        .credentials(credentials)
        .cache(RequestCache::NoStore)
        .header("accept", "application/json")
        .abort_signal(signal);
    for (name, value) in headers {
        builder = builder.header(name, value);
    }
    builder.query(target.subject.parameters.iter().map(|(name, value)| (*name, value)))
}
