//! A private nginx for a test or a measurement, on a free port.

use std::fs;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

/// How often nginx is started, on another port each time.
const TRIES: usize = 3;

/// A running nginx. Dropping it ends the process; if the test failed, its state and log are printed before.
pub(crate) struct Nginx {
    process: Child,
    log: PathBuf,
}

impl Nginx {
    /// Waits until it responds at `address`. Returns false if the process ended before.
    ///
    /// A connection proves nothing: it may be in the queue of an nginx that fails to start, or belong to another
    /// process that took the port.
    async fn responds(&mut self, address: SocketAddr) -> bool {
        for _ in 0..200 {
            if self.process.try_wait().unwrap().is_some() {
                return false;
            }
            let response = timeout(Duration::from_secs(1), probe(address)).await;
            if matches!(response, Ok(Ok(response)) if response.contains("\r\nServer: nginx")) {
                return true;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("nginx does not respond");
    }

    fn report(&mut self) -> String {
        let state = match self.process.try_wait() {
            Ok(Some(status)) => format!("nginx has ended ({status})"),
            _ => "nginx is running".to_owned(),
        };
        format!("{state}: {}", fs::read_to_string(&self.log).unwrap_or_default())
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        if thread::panicking() {
            eprintln!("{}", self.report());
        }
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Starts `program` and waits until it responds. `http` returns the `http` block for an address. nginx writes only to
/// `folder`.
pub(crate) async fn start(
    program: &str,
    folder: &Path,
    http: impl Fn(SocketAddr) -> String,
) -> (Nginx, SocketAddr) {
    for _ in 0..TRIES {
        let address = free_address().await;
        let mut nginx = spawn(program, folder, &http(address));
        if nginx.responds(address).await {
            return (nginx, address);
        }
        eprintln!("{}", nginx.report());
    }
    panic!("nginx ended {TRIES} times before it responded");
}

/// Returns an address without a listener. Another process can take it before nginx does.
async fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap()
}

fn spawn(program: &str, folder: &Path, http: &str) -> Nginx {
    let root = folder.display();
    let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|kind| format!("{kind}_temp_path {root}/{kind};\n"))
        .concat();
    let text = format!(
        "daemon off;\nmaster_process off;\npid {root}/pid;\nerror_log {root}/error.log;\nevents {{}}\nhttp {{\naccess_log \
         off;\n{temporary}{http}\n}}\n"
    );
    let file = folder.join("nginx.conf");
    fs::write(&file, text).unwrap();
    let log = folder.join("error.log");
    let mut command = Command::new(program);
    command.arg("-c").arg(&file).arg("-e").arg(&log).stdout(Stdio::null());
    Nginx { process: command.spawn().unwrap(), log }
}

/// Sends a request that no configuration passes on to a proxy.
async fn probe(address: SocketAddr) -> io::Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(b"GET /readyz HTTP/1.0\r\n\r\n").await?;
    let mut response = String::new();
    stream.read_to_string(&mut response).await?;
    Ok(response)
}
