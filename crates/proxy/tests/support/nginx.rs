//! A private nginx for a test or a measurement, on a free port.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};

/// A running nginx. Dropping it ends the process.
pub(crate) struct Nginx(Child);

impl Drop for Nginx {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts `program` and waits until it listens. `http` returns the `http` block for an address. nginx writes only to
/// `folder`.
pub(crate) async fn start(
    program: &str,
    folder: &Path,
    http: impl FnOnce(SocketAddr) -> String,
) -> (Nginx, SocketAddr) {
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = free.local_addr().unwrap();
    drop(free);
    let root = folder.display();
    let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|kind| format!("{kind}_temp_path {root}/{kind};\n"))
        .concat();
    let text = format!(
        "daemon off;\nmaster_process off;\npid {root}/pid;\nerror_log {root}/error.log;\nevents {{}}\nhttp {{\naccess_log \
         off;\n{temporary}{}\n}}\n",
        http(address)
    );
    let file = folder.join("nginx.conf");
    fs::write(&file, text).unwrap();
    let log = folder.join("error.log");
    let mut command = Command::new(program);
    command.arg("-c").arg(&file).arg("-e").arg(&log).stdout(Stdio::null());
    let nginx = Nginx(command.spawn().unwrap());
    for _ in 0..200 {
        if TcpStream::connect(address).await.is_ok() {
            return (nginx, address);
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("nginx does not listen: {}", fs::read_to_string(log).unwrap_or_default());
}
