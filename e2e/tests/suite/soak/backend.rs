//! The other side of the soak: a batch that goes on with each answer and begins again when it is told to, and a server that fails
//! in whichever way it is told to.

use std::sync::{Arc, Mutex, PoisonError};

use e2e::{Answer, Delivery, Reply};
use serde_json::json;

/// How the server is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Mood {
    /// It answers.
    #[default]
    Well,
    /// It is being restarted: connections are closed.
    Restarting,
    /// A gateway answers in its place.
    BadGateway,
    /// Its answers are cut off.
    Cut,
    /// It says nothing.
    Silent,
    /// It wants to be left alone for a minute.
    Throttling,
    /// Whoever asks is no longer signed in.
    SignedOut,
}

const ROWS: usize = 240;

#[derive(Debug, Default)]
struct Situation {
    mood: Mood,
    answers: usize,
    /// How many rows have ended; all of them end the batch.
    ended: usize,
    is_ended: bool,
}

/// The server; a clone is the same one.
#[derive(Clone, Debug, Default)]
pub(super) struct Backend(Arc<Mutex<Situation>>);

impl Backend {
    fn with<T>(&self, act: impl FnOnce(&mut Situation) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn set(&self, mood: Mood) {
        self.with(|situation| situation.mood = mood);
    }

    /// Half of the batch is done, as it was when this was last said: the page then has as much to draw.
    pub(super) fn rewind(&self) {
        self.with(|situation| situation.ended = ROWS / 2);
    }

    /// The batch ends, or begins again.
    pub(super) fn end(&self, is_ended: bool) {
        self.with(|situation| situation.is_ended = is_ended);
    }

    /// The answer to the next request.
    pub(super) fn answer(&self) -> Reply {
        let (mood, body) = self.with(|situation| {
            situation.answers += 1;
            // Never all of them: the batch ends when it is told to.
            situation.ended = (situation.ended + 1) % (ROWS - 1);
            (situation.mood, situation.body())
        });
        match mood {
            Mood::Well => Answer::json(body).into(),
            Mood::Restarting => Answer::json("").sent(Delivery::Refused),
            Mood::BadGateway => Answer::html("502 Bad Gateway", "<h1>Bad gateway</h1>").into(),
            Mood::Cut => {
                let half = body.len() / 2;
                Answer { missing: body.len() - half, ..Answer::json(&body[..half]) }.into()
            }
            Mood::Silent => Answer::json("").sent(Delivery::Silent),
            Mood::Throttling => Answer::html("429 Too Many Requests", "later").with(&[("retry-after", "60")]),
            Mood::SignedOut => Answer::html("401 Unauthorized", "<h1>Sign in</h1>").into(),
        }
    }
}

impl Situation {
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
            "RequestId": format!("REQUEST-{}", self.answers),
            "BatchId": "pcb-stub",
            "TaskName": "Soaked",
            "Status": if self.is_ended { "COMPLETED" } else { "RUNNING" },
            "TotalCount": ROWS,
            "SuccessCount": if self.is_ended { ROWS } else { self.ended },
            "SubTasks": (0..ROWS).map(row).collect::<Vec<_>>(),
        })
        .to_string()
    }
}
