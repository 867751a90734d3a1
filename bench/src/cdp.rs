//! The DevTools protocol over one WebSocket: commands with their answers, and the trace's events. No commands by name.

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

/// Far above what any command here takes on a busy machine.
const DEADLINE: Duration = Duration::from_secs(240);

type Pending = Arc<Mutex<HashMap<u64, oneshot::Sender<Value>>>>;

/// A connection to a browser.
pub(crate) struct Cdp {
    commands: mpsc::UnboundedSender<Message>,
    pending: Pending,
    last_id: AtomicU64,
    events: tokio::sync::Mutex<mpsc::UnboundedReceiver<Event>>,
}

/// Something that the browser tells by itself.
pub(crate) struct Event {
    pub(crate) method: String,
    pub(crate) params: Value,
}

impl Cdp {
    /// Connects to the address that a browser prints at its start.
    ///
    /// # Errors
    /// If nobody answers there.
    pub(crate) async fn connect(address: &str) -> Result<Self> {
        // A part of a trace, or of a profile, may be of any size.
        let config = WebSocketConfig::default().max_message_size(None).max_frame_size(None);
        let (socket, _) = tokio_tungstenite::connect_async_with_config(address, Some(config), false)
            .await
            .context("the browser does not take DevTools connections")?;
        let (mut sink, mut stream) = socket.split();
        let (commands, mut outgoing) = mpsc::unbounded_channel();
        let (tell, events) = mpsc::unbounded_channel();
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
                        dispatch(value, &pending, &tell);
                    }
                }
                // Whoever still waits is told by the drop of its sender.
                pending.lock().unwrap_or_else(PoisonError::into_inner).clear();
            }
        });
        let events = tokio::sync::Mutex::new(events);
        Ok(Self { commands, pending, last_id: AtomicU64::new(0), events })
    }

    /// Sends a command, to a session or to the browser itself, and gives its result.
    ///
    /// # Errors
    /// If the browser refuses it, goes away, or does not answer.
    pub(crate) async fn call(&self, session: Option<&str>, method: &str, params: Value) -> Result<Value> {
        let id = self.last_id.fetch_add(1, Ordering::Relaxed) + 1;
        let mut command = json!({"id": id, "method": method, "params": params});
        if let Some(session) = session {
            command["sessionId"] = session.into();
        }
        let (sender, answer) = oneshot::channel();
        self.pending.lock().unwrap_or_else(PoisonError::into_inner).insert(id, sender);
        self.commands.send(Message::text(command.to_string())).map_err(|_| anyhow!("the browser is gone"))?;
        let mut answer = tokio::time::timeout(DEADLINE, answer)
            .await
            .with_context(|| format!("{method} took more than {} s", DEADLINE.as_secs()))?
            .context("the browser is gone")?;
        if let Some(error) = answer.get("error") {
            bail!("{method} failed: {error}");
        }
        Ok(answer["result"].take())
    }

    /// The next event.
    ///
    /// # Errors
    /// If none comes any more.
    pub(crate) async fn event(&self) -> Result<Event> {
        let mut events = self.events.lock().await;
        tokio::time::timeout(DEADLINE, events.recv())
            .await
            .context("an event of the browser did not come")?
            .context("the browser is gone")
    }
}

fn dispatch(mut value: Value, pending: &Pending, tell: &mpsc::UnboundedSender<Event>) {
    if let Some(id) = value["id"].as_u64() {
        let sender = pending.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
        if let Some(sender) = sender {
            // A caller that has stopped waiting wants no answer.
            drop(sender.send(value));
        }
    } else if let Some(method) = value["method"].as_str().filter(|method| method.starts_with("Tracing.")) {
        let method = method.to_owned();
        drop(tell.send(Event { method, params: value["params"].take() }));
    }
}
