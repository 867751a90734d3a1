//! The DevTools protocol over a WebSocket: commands with their results, and tracing events. Knows no command by name.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow, bail};
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::sync::{mpsc, oneshot};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

/// Much longer than any command here takes on a busy machine.
const DEADLINE: Duration = Duration::from_secs(240);

type Pending = Arc<Mutex<HashMap<u64, oneshot::Sender<Value>>>>;

/// A connection to a browser.
pub(crate) struct Cdp {
    commands: mpsc::UnboundedSender<Message>,
    pending: Pending,
    last_id: AtomicU64,
    events: tokio::sync::Mutex<mpsc::UnboundedReceiver<Event>>,
}

/// An event of the browser.
pub(crate) struct Event {
    pub(crate) method: String,
    pub(crate) params: Value,
}

impl Cdp {
    /// Connects to the URL that a browser prints at its start.
    pub(crate) async fn connect(address: &str) -> Result<Self> {
        // A message with a part of a trace or a profile can be large.
        let config = WebSocketConfig::default().max_message_size(None).max_frame_size(None);
        let (socket, _) = tokio_tungstenite::connect_async_with_config(address, Some(config), false)
            .await
            .context("cannot connect to the browser")?;
        let (mut sink, mut stream) = socket.split();
        let (commands, mut outgoing) = mpsc::unbounded_channel();
        let (event_sender, events) = mpsc::unbounded_channel();
        let pending = Pending::default();
        tokio::spawn(async move {
            while let Some(message) = outgoing.recv().await {
                if sink.send(message).await.is_err() {
                    break;
                }
            }
        });
        tokio::spawn({
            let pending = Arc::clone(&pending);
            async move {
                while let Some(Ok(message)) = stream.next().await {
                    if let Ok(value) = serde_json::from_slice(&message.into_data()) {
                        dispatch(value, &pending, &event_sender);
                    }
                }
                // Dropping the senders ends the pending calls.
                pending.lock().unwrap_or_else(PoisonError::into_inner).clear();
            }
        });
        let events = tokio::sync::Mutex::new(events);
        Ok(Self { commands, pending, last_id: AtomicU64::new(0), events })
    }

    /// Sends a command to a session, or to the browser itself, and returns its result.
    pub(crate) async fn call(&self, session: Option<&str>, method: &str, params: Value) -> Result<Value> {
        let id = self.last_id.fetch_add(1, Ordering::Relaxed) + 1;
        let mut command = json!({"id": id, "method": method, "params": params});
        if let Some(session) = session {
            command["sessionId"] = session.into();
        }
        let (sender, response) = oneshot::channel();
        self.pending.lock().unwrap_or_else(PoisonError::into_inner).insert(id, sender);
        self.commands.send(Message::text(command.to_string())).map_err(|_| anyhow!("the browser is gone"))?;
        let mut response = tokio::time::timeout(DEADLINE, response)
            .await
            .with_context(|| format!("{method} took more than {} s", DEADLINE.as_secs()))?
            .context("the browser is gone")?;
        if let Some(error) = response.get("error") {
            bail!("{method} failed: {error}");
        }
        Ok(response["result"].take())
    }

    /// Waits for the next tracing event.
    pub(crate) async fn event(&self) -> Result<Event> {
        let mut events = self.events.lock().await;
        tokio::time::timeout(DEADLINE, events.recv())
            .await
            .context("the browser did not send an event in time")?
            .context("the browser is gone")
    }
}

fn dispatch(mut value: Value, pending: &Pending, events: &mpsc::UnboundedSender<Event>) {
    if let Some(id) = value["id"].as_u64() {
        let sender = pending.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
        if let Some(sender) = sender {
            // Fails if the caller has stopped waiting.
            drop(sender.send(value));
        }
    } else if let Some(method) = value["method"].as_str().filter(|method| method.starts_with("Tracing.")) {
        let method = method.to_owned();
        drop(events.send(Event { method, params: value["params"].take() }));
    }
}
