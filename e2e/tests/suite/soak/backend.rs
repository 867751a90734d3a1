//! The server of the soak test: a batch that advances with each response, and failures on request.

use std::sync::{Arc, Mutex, PoisonError};

use e2e::{Delivery, Response};
use serde_json::json;

/// How the server responds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Mode {
    #[default]
    Good,
    /// The server restarts: connections are reset.
    Restarting,
    /// A gateway responds with 502.
    BadGateway,
    /// Bodies are cut off.
    CutOff,
    /// No response.
    Silent,
    /// Throttling, with a `retry-after` of one minute.
    Throttling,
    /// The client's token has expired.
    Unauthorized,
}

const ROWS: usize = 240;

#[derive(Debug, Default)]
struct State {
    mode: Mode,
    responses: usize,
    /// How many rows have ended.
    ended: usize,
    is_ended: bool,
}

/// The state of the server. Clones share it.
#[derive(Clone, Debug, Default)]
pub(super) struct Backend(Arc<Mutex<State>>);

impl Backend {
    fn with<T>(&self, f: impl FnOnce(&mut State) -> T) -> T {
        f(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn set(&self, mode: Mode) {
        self.with(|state| state.mode = mode);
    }

    /// Sets the batch back, so that the page has the same amount to draw at each measurement. None of the next rows fails.
    pub(super) fn rewind(&self) {
        self.with(|state| state.ended = 90);
    }

    /// Ends the batch, or starts it again.
    pub(super) fn end(&self, is_ended: bool) {
        self.with(|state| state.is_ended = is_ended);
    }

    /// The response to the next request.
    pub(super) fn respond(&self) -> Response {
        let (mode, body) = self.with(|state| {
            state.responses += 1;
            // Never all rows: `end` ends the batch.
            state.ended = (state.ended + 1) % (ROWS - 1);
            (state.mode, state.body())
        });
        match mode {
            Mode::Good => Response::json(body),
            Mode::Restarting => Response::json("").sent(Delivery::Reset),
            Mode::BadGateway => Response::html("502 Bad Gateway", "<h1>Bad gateway</h1>"),
            Mode::CutOff => {
                let half = body.len() / 2;
                Response { missing: body.len() - half, ..Response::json(&body[..half]) }
            }
            Mode::Silent => Response::json("").sent(Delivery::Silent),
            Mode::Throttling => Response::html("429 Too Many Requests", "later").header("retry-after", "60"),
            Mode::Unauthorized => Response::html("401 Unauthorized", "<h1>Sign in</h1>"),
        }
    }
}

impl State {
    fn body(&self) -> String {
        let row = |number: usize| {
            let status = match number {
                _ if number % 40 == 7 && number < self.ended => "FAILED",
                _ if number < self.ended || self.is_ended => "COMPLETED",
                _ if number < self.ended + 10 => "RUNNING",
                _ => "WAITING",
            };
            let error = if status == "FAILED" { "disk of the node is full" } else { "" };
            json!({"TaskId": number.to_string(), "InstanceId": format!("pc-{number}"), "Status": status, "ErrorMsg": error})
        };
        json!({
            "RequestId": format!("REQUEST-{}", self.responses),
            "BatchId": "pcb-stub",
            "TaskName": "Soak test",
            "Status": if self.is_ended { "COMPLETED" } else { "RUNNING" },
            "TotalCount": ROWS,
            "SuccessCount": if self.is_ended { ROWS } else { self.ended },
            "SubTasks": (0..ROWS).map(row).collect::<Vec<_>>(),
        })
        .to_string()
    }
}
