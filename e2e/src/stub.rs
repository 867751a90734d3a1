//! A stub of somebody else's backend: serves the built page, and answers the API route with what a test scripts, raw.
//!
//! It is HTTP/1.1 by hand, so that a body can be cut off and an answer held back. It counts what it is asked.

use std::collections::HashMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context as _, Result, ensure};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::answer::{Answer, Reply};
use crate::environment;
use crate::page_script::{EARLY, EARLY_FILE, with_early_script};
use crate::wait::wait_for;

/// The script that [`Stub::inject`] puts in.
const INJECTED: &str = "injected.js";

type Script = Arc<dyn Fn(usize) -> Reply + Send + Sync>;

struct Shared {
    /// What every path begins with; ends with a slash.
    base: String,
    page: PathBuf,
    /// The npm package, below `npm/`, and once more below `copy/`.
    npm: PathBuf,
    /// The host pages, below `hosts/`.
    hosts: PathBuf,
    /// Files that a test puts in, before all others.
    files: Mutex<HashMap<String, Reply>>,
    /// How often each path was asked for, but for the API's route.
    fetched: Mutex<HashMap<String, usize>>,
    script: Mutex<Script>,
    is_held: watch::Sender<bool>,
    asked: AtomicUsize,
    under_way: AtomicUsize,
    most_under_way: AtomicUsize,
}

impl Shared {
    /// A document gets the early script; all else is as it was.
    fn watched(&self, mut file: Reply) -> Reply {
        let answer = &mut file.answer;
        if answer.content_type.starts_with("text/html")
            && let Ok(html) = str::from_utf8(&answer.body)
        {
            answer.body = with_early_script(html, &format!("{}{EARLY_FILE}", self.base)).into_bytes();
        }
        file
    }
}

/// A running stub; its drop ends it.
pub struct Stub {
    port: u16,
    shared: Arc<Shared>,
    listening: JoinHandle<()>,
}

impl Drop for Stub {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

impl Stub {
    /// Serves the page below `base`, which begins and ends with a slash, and answers the API's route there with
    /// what `script` gives for the number of the request, counted from 1.
    ///
    /// # Errors
    /// If the environment does not name the page, or no port is free.
    pub async fn start<R: Into<Reply>>(
        base: &str,
        script: impl Fn(usize) -> R + Send + Sync + 'static,
    ) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let port = listener.local_addr()?.port();
        let shared = Arc::new(Shared {
            base: base.to_owned(),
            page: environment::page_directory()?,
            npm: environment::npm_directory()?,
            hosts: environment::hosts_directory()?,
            files: Mutex::default(),
            fetched: Mutex::default(),
            script: Mutex::new(Arc::new(move |number| script(number).into())),
            is_held: watch::Sender::new(false),
            asked: AtomicUsize::new(0),
            under_way: AtomicUsize::new(0),
            most_under_way: AtomicUsize::new(0),
        });
        let listening = tokio::spawn(listen(listener, Arc::clone(&shared)));
        Ok(Self { port, shared, listening })
    }

    /// The URL of `path`, which is relative to the base.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{}{path}", self.port, self.shared.base)
    }

    /// Answers from now on by another script; the numbers of requests go on.
    pub fn script<R: Into<Reply>>(&self, script: impl Fn(usize) -> R + Send + Sync + 'static) {
        *self.shared.script.lock().unwrap_or_else(PoisonError::into_inner) =
            Arc::new(move |number| script(number).into());
    }

    /// The port.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// The file of the built page at `path`.
    ///
    /// # Errors
    /// If there is none.
    pub fn built(&self, path: &str) -> Result<Answer> {
        there_is(page_file(&self.shared.page, path)?, path)
    }

    /// The file of the npm package at `path`.
    ///
    /// # Errors
    /// If there is none.
    pub fn packaged(&self, path: &str) -> Result<Answer> {
        there_is(page_file(&self.shared.npm, path)?, path)
    }

    /// Runs a script in each page of a host before the page's own; one below `hosts/`.
    pub fn inject(&self, script: &str) {
        self.put(INJECTED, Answer::file("text/javascript", script));
    }

    /// Serves a file at `path`, which is relative to the base, in place of what may be there.
    pub fn put(&self, path: &str, file: impl Into<Reply>) {
        self.shared.files.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned(), file.into());
    }

    /// Serves again what a test had put something in place of.
    pub fn take_back(&self, path: &str) {
        self.shared.files.lock().unwrap_or_else(PoisonError::into_inner).remove(path);
    }

    /// How often the file at `path`, which is relative to the base, has been asked for.
    #[must_use]
    pub fn fetched(&self, path: &str) -> usize {
        let fetched = self.shared.fetched.lock().unwrap_or_else(PoisonError::into_inner);
        fetched.get(path).copied().unwrap_or_default()
    }

    /// Holds answers back until [`Stub::release`].
    pub fn hold(&self) {
        self.shared.is_held.send_replace(true);
    }

    /// Lets answers go, those that were held back too.
    pub fn release(&self) {
        self.shared.is_held.send_replace(false);
    }

    /// How many requests the API's route has had.
    #[must_use]
    pub fn asked(&self) -> usize {
        self.shared.asked.load(Ordering::SeqCst)
    }

    /// Waits until the API's route has had so many requests, or more.
    ///
    /// # Errors
    /// If they do not come.
    pub async fn wait_until_asked(&self, at_least: usize) -> Result<()> {
        wait_for(&format!("{at_least} requests"), async || {
            let asked = self.asked();
            ensure!(asked >= at_least, "there were {asked}");
            Ok(())
        })
        .await
    }

    /// The most requests that the API's route has had under way at a time.
    #[must_use]
    pub fn most_under_way(&self) -> usize {
        self.shared.most_under_way.load(Ordering::SeqCst)
    }
}

async fn listen(listener: TcpListener, shared: Arc<Shared>) {
    while let Ok((stream, _)) = listener.accept().await {
        let shared = Arc::clone(&shared);
        // A browser that goes away in the middle of an answer is nothing to tell of.
        tokio::spawn(async move { serve(stream, &shared).await });
    }
}

/// Answers one request; the connection then ends, which keeps this simple.
async fn serve(stream: TcpStream, shared: &Shared) -> Result<()> {
    let mut stream = BufReader::new(stream);
    let mut request_line = String::new();
    stream.read_line(&mut request_line).await?;
    let mut header = String::new();
    while stream.read_line(&mut header).await? > 2 {
        header.clear();
    }
    let target = request_line.split(' ').nth(1).context("no request line")?;
    let path = target.split('?').next().unwrap_or_default();
    match path.strip_prefix(&shared.base) {
        Some("api/DescribeBatchTask") => answer(&mut stream, shared).await,
        Some(file) => any_file(shared, file)?.send(stream.get_mut()).await,
        None => Reply::from(not_found()).send(stream.get_mut()).await,
    }
}

async fn answer(stream: &mut BufReader<TcpStream>, shared: &Shared) -> Result<()> {
    let number = shared.asked.fetch_add(1, Ordering::SeqCst) + 1;
    let under_way = shared.under_way.fetch_add(1, Ordering::SeqCst) + 1;
    shared.most_under_way.fetch_max(under_way, Ordering::SeqCst);
    let mut is_held = shared.is_held.subscribe();
    let is_wanted = tokio::select! {
        _ = is_held.wait_for(|is_held| !is_held) => true,
        // The browser says nothing more, so what comes is the end: it has called the request off.
        _ = stream.read_u8() => false,
    };
    shared.under_way.fetch_sub(1, Ordering::SeqCst);
    if is_wanted {
        let script = Arc::clone(&*shared.script.lock().unwrap_or_else(PoisonError::into_inner));
        script(number).send(stream.get_mut()).await?;
    }
    Ok(())
}

fn any_file(shared: &Shared, name: &str) -> Result<Reply> {
    *shared.fetched.lock().unwrap_or_else(PoisonError::into_inner).entry(name.to_owned()).or_default() += 1;
    if let Some(file) = shared.files.lock().unwrap_or_else(PoisonError::into_inner).get(name) {
        return Ok(shared.watched(file.clone()));
    }
    if name == EARLY_FILE {
        return Ok(Answer::file("text/javascript", EARLY).into());
    }
    if let Some(name) = name.strip_prefix("hosts/") {
        return Ok(shared.watched(host_file(shared, name)?.into()));
    }
    let file = match name.strip_prefix("npm/").or_else(|| name.strip_prefix("copy/")) {
        Some(name) => page_file(&shared.npm, name),
        None => page_file(&shared.page, name),
    };
    Ok(shared.watched(file?.into()))
}

/// A file of a host, as its build made it, or else as it is.
fn host_file(shared: &Shared, name: &str) -> Result<Answer> {
    let (host, file) = name.split_once('/').unwrap_or((name, ""));
    let file =
        if file.is_empty() || file.ends_with('/') { format!("{file}index.html") } else { file.to_owned() };
    let folder = shared.hosts.join(host);
    let mut answer = page_file(&folder.join("dist"), &file)?;
    if answer == not_found() {
        answer = page_file(&folder, &file)?;
    }
    let is_injected = shared.files.lock().unwrap_or_else(PoisonError::into_inner).contains_key(INJECTED);
    if is_injected && file.ends_with(".html") {
        let script = format!("<head><script src=\"{}{INJECTED}\"></script>", shared.base);
        answer.body = String::from_utf8_lossy(&answer.body).replacen("<head>", &script, 1).into_bytes();
    }
    Ok(answer)
}

fn page_file(page: &Path, name: &str) -> Result<Answer> {
    let name = if name.is_empty() { "index.html" } else { name };
    let content_type = match name.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript",
        Some("css") => "text/css",
        Some("wasm") => "application/wasm",
        Some("json") => "application/json",
        Some("svg") => "image/svg+xml",
        _ => return Ok(not_found()),
    };
    match std::fs::read(page.join(name)) {
        Ok(body) => Ok(Answer { status: "200 OK", content_type, body, missing: 0 }),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(not_found()),
        Err(error) => Err(error.into()),
    }
}

fn there_is(file: Answer, path: &str) -> Result<Answer> {
    ensure!(file != not_found(), "there is no {path}");
    Ok(file)
}

fn not_found() -> Answer {
    Answer { status: "404 Not Found", content_type: "text/plain", body: b"not here".to_vec(), missing: 0 }
}
