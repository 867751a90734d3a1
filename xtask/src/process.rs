//! Starts, waits for and stops child processes, so that none outlives this process.

use std::env;
use std::io::{self, BufRead, BufReader};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};

use crate::interrupt::{self, Interrupted};

/// Interval at which a wait checks the child and the interrupt count.
const POLL_INTERVAL: Duration = Duration::from_millis(20);
/// A child that was asked to stop is killed after this time, or when the user interrupts again.
const STOP_TIMEOUT: Duration = Duration::from_secs(10);

/// The target of a program's stdout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Output {
    /// The stdout of this process.
    Inherit,
    /// The stderr of this process, whose stdout is reserved for output that scripts read.
    ToStderr,
}

/// Runs a program without stdin.
///
/// # Errors
/// If it cannot be started or fails, with its command line; [`Interrupted`] if the user interrupted.
pub(crate) fn run(command: &mut Command, output: Output) -> Result<()> {
    prepare(command)?;
    if output == Output::ToStderr {
        command.stdout(io::stderr());
    }
    let mut child = spawn(command)?;
    let status = wait(&mut child)?;
    if !status.success() {
        bail!("`{}` failed ({status})", command_line(command));
    }
    Ok(())
}

/// Runs a program without stdin. Prints its stdout as it arrives, and returns its status, which may be a failure, with the
/// lines.
///
/// # Errors
/// If it cannot be started, with its command line; [`Interrupted`] if the user interrupted.
pub(crate) fn run_captured(command: &mut Command) -> Result<(ExitStatus, Vec<String>)> {
    prepare(command)?;
    let mut child = spawn(command.stdout(Stdio::piped()))?;
    let stdout = child.stdout.take();
    let reader = thread::spawn(move || {
        let lines = stdout.into_iter().flat_map(|stdout| BufReader::new(stdout).split(b'\n'));
        // Bytes that are not UTF-8 must not end the reading: the program would block on a full pipe.
        let lines = lines.map_while(Result::ok).map(|line| String::from_utf8_lossy(&line).into_owned());
        lines.inspect(|line| println!("{line}")).collect()
    });
    let status = wait(&mut child)?;
    let lines =
        reader.join().map_err(|_| anyhow!("the output of `{}` could not be read", command_line(command)))?;
    Ok((status, lines))
}

fn prepare(command: &mut Command) -> Result<()> {
    interrupt::check()?;
    remove_cargo_run_variables(command);
    command.stdin(Stdio::null());
    Ok(())
}

/// Removes the variables that `cargo run` set for this program. Some build scripts (ring's) depend on them, and would run
/// again whenever cargo is started alternately from here and from a shell.
fn remove_cargo_run_variables(command: &mut Command) {
    let is_of_cargo_run = |name: &str| {
        name.starts_with("CARGO_PKG_")
            || name.starts_with("CARGO_MANIFEST_")
            || name == "CARGO_PRIMARY_PACKAGE"
    };
    for (name, _) in env::vars_os() {
        if name.to_str().is_some_and(is_of_cargo_run) {
            command.env_remove(name);
        }
    }
}

/// Returns the stdout of a program that ends quickly.
///
/// # Errors
/// If it cannot be started or fails; the message contains its stderr.
pub(crate) fn stdout(command: &mut Command) -> Result<String> {
    let output = command.stdin(Stdio::null()).output().with_context(|| cannot_start(command))?;
    if !output.status.success() {
        let stderr = String::from_utf8_lossy(&output.stderr);
        bail!("`{}` failed ({}): {}", command_line(command), output.status, stderr.trim());
    }
    String::from_utf8(output.stdout)
        .with_context(|| format!("the output of `{}` is not UTF-8", command_line(command)))
}

/// Starts a program in its own process group, so that signals reach its descendants as well, and Ctrl-C reaches only this
/// process. An error contains the command line.
pub(crate) fn spawn(command: &mut Command) -> Result<Child> {
    set_own_group(command);
    command.spawn().with_context(|| cannot_start(command))
}

/// Waits until a child exits. If the user interrupts, stops it and returns [`Interrupted`].
pub(crate) fn wait(child: &mut Child) -> Result<ExitStatus> {
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        if interrupt::count() > 0 {
            stop(child)?;
            return Err(Interrupted.into());
        }
        thread::sleep(POLL_INTERVAL);
    }
}

/// Asks a child to exit, kills it if it does not, and waits until it has exited.
pub(crate) fn stop(child: &mut Child) -> Result<ExitStatus> {
    let interrupts = interrupt::count();
    let start = Instant::now();
    signal(child, Signal::Terminate);
    let mut killed = false;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        if !killed && (start.elapsed() > STOP_TIMEOUT || interrupt::count() > interrupts) {
            signal(child, Signal::Kill);
            killed = true;
        }
        thread::sleep(POLL_INTERVAL);
    }
}

#[derive(Clone, Copy)]
enum Signal {
    Terminate,
    Kill,
}

/// Errors are ignored: they mean that the child has exited, which the next wait notices.
#[cfg(unix)]
fn signal(child: &mut Child, signal: Signal) {
    use nix::sys::signal::{Signal as UnixSignal, killpg};
    use nix::unistd::Pid;

    let Ok(pid) = i32::try_from(child.id()) else { return };
    let signal = match signal {
        Signal::Terminate => UnixSignal::SIGTERM,
        Signal::Kill => UnixSignal::SIGKILL,
    };
    let _ = killpg(Pid::from_raw(pid), signal);
}

#[cfg(not(unix))]
fn signal(child: &mut Child, _signal: Signal) {
    let _ = child.kill();
}

#[cfg(unix)]
fn set_own_group(command: &mut Command) {
    use std::os::unix::process::CommandExt;
    command.process_group(0);
}

#[cfg(not(unix))]
fn set_own_group(_command: &mut Command) {}

fn cannot_start(command: &Command) -> String {
    format!("cannot start `{}`", command_line(command))
}

fn command_line(command: &Command) -> String {
    let mut line = command.get_program().to_string_lossy().into_owned();
    for arg in command.get_args() {
        line.push(' ');
        line.push_str(&arg.to_string_lossy());
    }
    line
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn errors_contain_command_line_and_status() {
        let error = run(Command::new("sh").args(["-c", "exit 3"]), Output::ToStderr).unwrap_err();
        assert_eq!(error.to_string(), "`sh -c exit 3` failed (exit status: 3)");
    }

    #[test]
    fn errors_contain_the_missing_program() {
        let error = stdout(&mut Command::new("no-such-program-here")).unwrap_err();
        assert_eq!(error.to_string(), "cannot start `no-such-program-here`");
    }

    #[test]
    fn output_is_captured_to_its_end() {
        let (status, lines) =
            run_captured(Command::new("sh").args(["-c", "printf 'a\\377\\nb\\n'; exit 3"])).unwrap();
        assert_eq!((status.code(), lines), (Some(3), vec!["a\u{fffd}".to_owned(), "b".to_owned()]));
    }

    #[test]
    fn a_stopped_child_receives_sigterm() {
        use std::os::unix::process::ExitStatusExt;

        let mut child = spawn(Command::new("sleep").arg("600")).unwrap();
        assert_eq!(stop(&mut child).unwrap().signal(), Some(15));
    }
}
