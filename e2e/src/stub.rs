//! A stub server: serves the built page, the npm package and the host pages, and answers the API route with scripted
//! responses.
//!
//! It speaks HTTP/1.1 by hand so that a body can be cut off and a response delayed. It counts requests.

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

use crate::environment;
use crate::page_script::{EARLY, EARLY_FILE, with_early_script};
use crate::port::is_new;
use crate::response::Response;
use crate::wait::wait_for;

/// The file name of the script that [`Stub::inject`] adds.
const INJECTED: &str = "injected.js";

type Responder = Arc<dyn Fn(usize) -> Response + Send + Sync>;

struct Shared {
    /// The prefix of every path; ends with a slash.
    base: String,
    page: PathBuf,
    /// The npm package, served below `npm/` and again below `copy/`.
    npm: PathBuf,
    /// The host pages, served below `hosts/`.
    hosts: PathBuf,
    state: Mutex<State>,
    /// The responses to later requests are held.
    released: watch::Sender<usize>,
    requests: AtomicUsize,
    open_requests: AtomicUsize,
    max_concurrent: AtomicUsize,
}

struct State {
    /// Files that a test has set; they take precedence over those on disk.
    files: HashMap<String, Response>,
    /// How often each path except the API route was requested.
    fetches: HashMap<String, usize>,
    respond: Responder,
    /// The content security policy of the host pages, if it is not the default one.
    host_policy: Option<String>,
}

impl Shared {
    fn with<T>(&self, f: impl FnOnce(&mut State) -> T) -> T {
        f(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Adds the early script if the file is an HTML document.
    fn with_early_script(&self, mut file: Response) -> Response {
        if file.content_type.starts_with("text/html")
            && let Ok(html) = str::from_utf8(&file.body)
        {
            file.body = with_early_script(html, &format!("{}{EARLY_FILE}", self.base)).into_bytes();
        }
        file
    }
}

/// A running stub server. Dropping it stops the server.
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
    /// Starts a stub with the page at `/`. `respond` maps the number of an API request, counted from 1, to its
    /// response.
    pub async fn start(respond: impl Fn(usize) -> Response + Send + Sync + 'static) -> Result<Self> {
        Self::start_below("/", respond).await
    }

    /// Starts a stub with the page and the API route below `base`, which starts and ends with a slash.
    pub async fn start_below(
        base: &str,
        respond: impl Fn(usize) -> Response + Send + Sync + 'static,
    ) -> Result<Self> {
        let (listener, port) = loop {
            let listener = TcpListener::bind("127.0.0.1:0").await?;
            let port = listener.local_addr()?.port();
            if is_new(port) {
                break (listener, port);
            }
        };
        let state = State {
            files: HashMap::new(),
            fetches: HashMap::new(),
            respond: Arc::new(respond),
            host_policy: None,
        };
        let shared = Arc::new(Shared {
            base: base.to_owned(),
            page: environment::page_directory()?,
            npm: environment::npm_directory()?,
            hosts: environment::hosts_directory()?,
            state: Mutex::new(state),
            released: watch::Sender::new(usize::MAX),
            requests: AtomicUsize::new(0),
            open_requests: AtomicUsize::new(0),
            max_concurrent: AtomicUsize::new(0),
        });
        let listening = tokio::spawn(listen(listener, Arc::clone(&shared)));
        Ok(Self { port, shared, listening })
    }

    /// The URL of `path`, which is relative to the base.
    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{}{path}", self.port, self.shared.base)
    }

    /// The port that the stub listens on.
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Replaces the responses of the API route. The request numbers continue.
    pub fn respond(&self, respond: impl Fn(usize) -> Response + Send + Sync + 'static) {
        self.shared.with(|state| state.respond = Arc::new(respond));
    }

    /// A file of the built page; an error if there is none.
    pub fn page_file(&self, path: &str) -> Result<Response> {
        existing(&self.shared.page, path)
    }

    /// A file of the npm package; an error if there is none.
    pub fn npm_file(&self, path: &str) -> Result<Response> {
        existing(&self.shared.npm, path)
    }

    /// Runs `script` in each host page (below `hosts/`) before the page's own scripts.
    pub fn inject(&self, script: &str) {
        self.serve(INJECTED, Response::script(script));
    }

    /// Sends the host pages (below `hosts/`) with another content security policy.
    pub fn set_host_policy(&self, policy: &str) {
        self.shared.with(|state| state.host_policy = Some(policy.to_owned()));
    }

    /// Serves `file` at `path`, which is relative to the base, instead of the file on disk.
    pub fn serve(&self, path: &str, file: Response) {
        self.shared.with(|state| state.files.insert(path.to_owned(), file));
    }

    /// Undoes [`Stub::serve`]: the file on disk is served again.
    pub fn restore(&self, path: &str) {
        self.shared.with(|state| state.files.remove(path));
    }

    /// How often the file at `path`, which is relative to the base, has been requested.
    pub fn fetch_count(&self, path: &str) -> usize {
        self.shared.with(|state| state.fetches.get(path).copied().unwrap_or_default())
    }

    /// Fails unless the file at `path` has been requested exactly this often.
    pub fn expect_fetches(&self, path: &str, expected: usize) -> Result<()> {
        let count = self.fetch_count(path);
        ensure!(count == expected, "{path} was requested {count} times, not {expected}");
        Ok(())
    }

    /// Delays API responses until [`Stub::release`].
    pub fn hold(&self) {
        self.shared.released.send_replace(0);
    }

    /// Sends the API responses that were held, and those that follow.
    pub fn release(&self) {
        self.release_first(usize::MAX);
    }

    /// Sends the responses to the first `count` requests, and delays the others.
    pub fn release_first(&self, count: usize) {
        self.shared.released.send_replace(count);
    }

    /// How many requests the API route has received.
    pub fn request_count(&self) -> usize {
        self.shared.requests.load(Ordering::SeqCst)
    }

    /// Waits until the API route has received at least this many requests.
    pub async fn wait_for_requests(&self, at_least: usize) -> Result<()> {
        wait_for(&format!("{at_least} requests"), async || {
            let count = self.request_count();
            ensure!(count >= at_least, "there are {count}");
            Ok(())
        })
        .await
    }

    /// Fails unless the API route has received exactly this many requests.
    pub fn expect_requests(&self, expected: usize) -> Result<()> {
        let count = self.request_count();
        ensure!(count == expected, "{count} requests instead of {expected}");
        Ok(())
    }

    /// Fails if two requests of the API route were ever open at the same time.
    pub fn expect_no_concurrent_requests(&self) -> Result<()> {
        self.expect_concurrent_requests(1)
    }

    /// Fails if more requests of the API route than this were ever open at the same time.
    pub fn expect_concurrent_requests(&self, at_most: usize) -> Result<()> {
        let most = self.shared.max_concurrent.load(Ordering::SeqCst);
        ensure!(most <= at_most, "{most} requests were open at the same time");
        Ok(())
    }
}

async fn listen(listener: TcpListener, shared: Arc<Shared>) {
    while let Ok((stream, _)) = listener.accept().await {
        let shared = Arc::clone(&shared);
        // An error means that the browser has closed the connection, which is not a failure of the test.
        tokio::spawn(async move { serve(stream, &shared).await });
    }
}

/// Answers one request and closes the connection.
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
        Some("api/DescribeBatchTask") => api(&mut stream, shared).await,
        Some(path) => file(shared, path)?.send(stream.get_mut()).await,
        None => not_found().send(stream.get_mut()).await,
    }
}

async fn api(stream: &mut BufReader<TcpStream>, shared: &Shared) -> Result<()> {
    let number = shared.requests.fetch_add(1, Ordering::SeqCst) + 1;
    let open = shared.open_requests.fetch_add(1, Ordering::SeqCst) + 1;
    shared.max_concurrent.fetch_max(open, Ordering::SeqCst);
    let mut released = shared.released.subscribe();
    let is_wanted = tokio::select! {
        _ = released.wait_for(|&count| number <= count) => true,
        // The browser sends nothing after the head, so a read ends when the browser aborts the request.
        _ = stream.read_u8() => false,
    };
    shared.open_requests.fetch_sub(1, Ordering::SeqCst);
    if is_wanted {
        let respond = shared.with(|state| Arc::clone(&state.respond));
        respond(number).send(stream.get_mut()).await?;
    }
    Ok(())
}

fn file(shared: &Shared, path: &str) -> Result<Response> {
    let replaced = shared.with(|state| {
        *state.fetches.entry(path.to_owned()).or_default() += 1;
        state.files.get(path).cloned()
    });
    let file = match (replaced, path.split_once('/')) {
        (Some(file), _) => file,
        (None, _) if path == EARLY_FILE => Response::script(EARLY),
        (None, Some(("hosts", path))) => host_file(shared, path)?,
        (None, Some(("npm" | "copy", path))) => read(&shared.npm, path)?,
        (None, _) => read(&shared.page, path)?,
    };
    Ok(shared.with_early_script(file))
}

/// A file of a host page: from its build folder, or else from its source folder.
fn host_file(shared: &Shared, path: &str) -> Result<Response> {
    let (host, file) = path.split_once('/').unwrap_or((path, ""));
    let file =
        if file.is_empty() || file.ends_with('/') { format!("{file}index.html") } else { file.to_owned() };
    let folder = shared.hosts.join(host);
    let mut response = read(&folder.join("dist"), &file)?;
    if response == not_found() {
        response = read(&folder, &file)?;
    }
    if file.ends_with(".html") && shared.with(|state| state.files.contains_key(INJECTED)) {
        let script = format!("<head><script src=\"{}{INJECTED}\"></script>", shared.base);
        response.body = String::from_utf8_lossy(&response.body).replacen("<head>", &script, 1).into_bytes();
    }
    match shared.with(|state| state.host_policy.clone()) {
        Some(policy) if file.ends_with(".html") => Ok(response.header("content-security-policy", &policy)),
        _ => Ok(response),
    }
}

fn read(folder: &Path, path: &str) -> Result<Response> {
    let path = if path.is_empty() { "index.html" } else { path };
    let content_type = match path.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript",
        Some("css") => "text/css",
        Some("wasm") => "application/wasm",
        Some("json") => "application/json",
        Some("svg") => "image/svg+xml",
        _ => return Ok(not_found()),
    };
    match std::fs::read(folder.join(path)) {
        Ok(body) => Ok(Response::file(content_type, body)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(not_found()),
        Err(error) => Err(error.into()),
    }
}

fn existing(folder: &Path, path: &str) -> Result<Response> {
    let file = read(folder, path)?;
    ensure!(file != not_found(), "{} does not exist", folder.join(path).display());
    Ok(file)
}

fn not_found() -> Response {
    Response { status: "404 Not Found", ..Response::file("text/plain", "not found") }
}
