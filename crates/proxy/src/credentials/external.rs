//! Commands that print credentials (profiles of mode External).
//!
//! The command is in the CLI's config file, so it is trusted as much as the keys there. Its output may contain secrets, so
//! errors quote nothing of it.

use std::process::Stdio;
use std::time::Duration;

use tokio::io::AsyncReadExt as _;
use tokio::process::Command;
use tokio::time::timeout;

/// The time after which a command is killed; that of the official SDKs.
const TIMEOUT: Duration = Duration::from_secs(60);
/// The maximum size of the output, in bytes.
const OUTPUT_LIMIT: u64 = 64 * 1024;

/// Runs a command without a shell and returns its output.
///
/// # Errors
/// If it cannot be started, fails, or does not end in time.
pub(super) async fn output(command: &str) -> Result<Vec<u8>, String> {
    let words = shlex::split(command).unwrap_or_default();
    let Some((program, arguments)) = words.split_first().filter(|(program, _)| !program.is_empty()) else {
        return Err("its process_command is empty, or has a quotation mark without its pair".to_owned());
    };
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        // If it takes too long, or the proxy stops.
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| format!("its process_command cannot be started: {}", error.kind()))?;
    let stdout = child.stdout.take();
    let run = async {
        let mut output = Vec::new();
        if let Some(stdout) = stdout {
            stdout.take(OUTPUT_LIMIT + 1).read_to_end(&mut output).await?;
        }
        // A command that prints more than the limit is not waited for.
        let is_complete = output.len() as u64 <= OUTPUT_LIMIT;
        let status = if is_complete { Some(child.wait().await?) } else { None };
        std::io::Result::Ok((output, status))
    };
    match timeout(TIMEOUT, run).await {
        Ok(Ok((output, Some(status)))) if status.success() => Ok(output),
        Ok(Ok((_, Some(status)))) => {
            Err(format!("its process_command failed with {status}: run it in a terminal to see why"))
        }
        Ok(Ok((_, None))) => Err("its process_command printed too much".to_owned()),
        Ok(Err(error)) => Err(format!("the output of its process_command cannot be read: {}", error.kind())),
        Err(_) => Err(format!("its process_command did not end within {} s", TIMEOUT.as_secs())),
    }
}
