//! Starting, waiting for and stopping other programs, so that none outlives this one. It must not know which programs.

use std::env;
use std::io::{self, BufRead, BufReader};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};

use crate::interrupt::{self, Interrupted};

/// How often a wait looks at the child and at the signals.
const POLL: Duration = Duration::from_millis(20);
/// A child that was asked to stop is killed after this long, or at once when the user asks again.
const GRACE: Duration = Duration::from_secs(10);

/// Where a program's standard output goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Output {
    /// To ours.
    Through,
    /// To our stderr, because ours is read by scripts.
    ToStderr,
}

/// Runs a program to its end, without standard input.
///
/// # Errors
/// If it cannot be started or fails, with its command line; [`Interrupted`] if the user asked to stop.
pub(crate) fn run(command: &mut Command, output: Output) -> Result<()> {
    prepare(command)?;
    if output == Output::ToStderr {
        command.stdout(io::stderr());
    }
    let mut child = spawn(command)?;
    let status = wait(&mut child, Scope::Group)?;
    if !status.success() {
        bail!("`{}` failed ({status})", shown(command));
    }
    Ok(())
}

/// Runs a program to its end, without standard input, and gives what it printed, which is passed on line by line.
///
/// # Errors
/// If it cannot be started, with its command line; [`Interrupted`] if the user asked to stop. Its failing is no error.
pub(crate) fn run_and_read(command: &mut Command) -> Result<(ExitStatus, Vec<String>)> {
    prepare(command)?;
    let mut child = spawn(command.stdout(Stdio::piped()))?;
    let printed = child.stdout.take();
    let reader = thread::spawn(move || {
        let lines = printed.into_iter().flat_map(|printed| BufReader::new(printed).split(b'\n'));
        // What is no text must not end the reading: the program would stop at a full pipe.
        let lines = lines.map_while(Result::ok).map(|line| String::from_utf8_lossy(&line).into_owned());
        lines.inspect(|line| println!("{line}")).collect()
    });
    let status = wait(&mut child, Scope::Group)?;
    let lines = reader.join().map_err(|_| anyhow!("what `{}` printed could not be read", shown(command)))?;
    Ok((status, lines))
}

/// What holds for each program that is run to its end.
fn prepare(command: &mut Command) -> Result<()> {
    interrupt::check()?;
    without_cargo_run(command);
    own_group(command.stdin(Stdio::null()));
    Ok(())
}

/// Takes out what `cargo run` told this program of itself: build scripts that look at it (ring's does) would run anew
/// whenever cargo is called now from here and now from a shell.
fn without_cargo_run(command: &mut Command) {
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

/// What a program prints, for short questions to it.
///
/// # Errors
/// If it cannot be started or fails; what it wrote to its stderr is part of the message.
pub(crate) fn answer(command: &mut Command) -> Result<String> {
    let output = command.stdin(Stdio::null()).output().with_context(|| cannot_start(command))?;
    if !output.status.success() {
        let complaint = String::from_utf8_lossy(&output.stderr);
        bail!("`{}` failed ({}): {}", shown(command), output.status, complaint.trim());
    }
    String::from_utf8(output.stdout).with_context(|| format!("`{}` printed no text", shown(command)))
}

/// Starts a program.
///
/// # Errors
/// If it cannot be started, with its command line.
pub(crate) fn spawn(command: &mut Command) -> Result<Child> {
    command.spawn().with_context(|| cannot_start(command))
}

/// Waits for a server that is to run until the user asks to stop.
///
/// # Errors
/// If it ends by itself, or ignores being asked to end; [`Interrupted`], after it has ended, if the user asked to stop.
pub(crate) fn wait_for_server(child: &mut Child) -> Result<ExitStatus> {
    wait(child, Scope::Process)
}

/// Asks a server to end and waits until it has.
///
/// # Errors
/// If the system refuses to say anything about it.
pub(crate) fn stop_server(child: &mut Child) -> Result<ExitStatus> {
    stop(child, Scope::Process)
}

/// Whom a signal is for.
#[derive(Clone, Copy)]
enum Scope {
    /// The child alone.
    Process,
    /// The child and all it has started: a test run has servers and browsers below it.
    Group,
}

fn wait(child: &mut Child, scope: Scope) -> Result<ExitStatus> {
    loop {
        if let Some(status) = child.try_wait()? {
            // A terminal's Ctrl-C reaches a server as well, which may then end before we look.
            interrupt::check()?;
            return Ok(status);
        }
        if interrupt::count() > 0 {
            stop(child, scope)?;
            return Err(Interrupted.into());
        }
        thread::sleep(POLL);
    }
}

fn stop(child: &mut Child, scope: Scope) -> Result<ExitStatus> {
    let asked = interrupt::count();
    let start = Instant::now();
    signal(child, scope, Signal::Terminate);
    let mut killed = false;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        if !killed && (start.elapsed() > GRACE || interrupt::count() > asked) {
            signal(child, scope, Signal::Kill);
            killed = true;
        }
        thread::sleep(POLL);
    }
}

#[derive(Clone, Copy)]
enum Signal {
    Terminate,
    Kill,
}

/// A failure is of no interest: it means that the child has ended, and the wait that follows sees that.
#[cfg(unix)]
fn signal(child: &mut Child, scope: Scope, signal: Signal) {
    use nix::sys::signal::{Signal as UnixSignal, kill, killpg};
    use nix::unistd::Pid;

    let Ok(pid) = i32::try_from(child.id()) else { return };
    let signal = match signal {
        Signal::Terminate => UnixSignal::SIGTERM,
        Signal::Kill => UnixSignal::SIGKILL,
    };
    let _ = match scope {
        Scope::Process => kill(Pid::from_raw(pid), signal),
        Scope::Group => killpg(Pid::from_raw(pid), signal),
    };
}

#[cfg(not(unix))]
fn signal(child: &mut Child, _scope: Scope, _signal: Signal) {
    let _ = child.kill();
}

#[cfg(unix)]
fn own_group(command: &mut Command) {
    use std::os::unix::process::CommandExt;
    command.process_group(0);
}

#[cfg(not(unix))]
fn own_group(_command: &mut Command) {}

fn cannot_start(command: &Command) -> String {
    format!("cannot start `{}`", shown(command))
}

fn shown(command: &Command) -> String {
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
    fn a_failure_names_the_command_and_its_status() {
        let error = run(Command::new("sh").args(["-c", "exit 3"]), Output::ToStderr).unwrap_err();
        assert_eq!(error.to_string(), "`sh -c exit 3` failed (exit status: 3)");
    }

    #[test]
    fn a_missing_program_is_named() {
        let error = answer(&mut Command::new("no-such-program-here")).unwrap_err();
        assert_eq!(error.to_string(), "cannot start `no-such-program-here`");
    }

    #[test]
    fn what_is_printed_is_read_to_its_end() {
        let (status, lines) =
            run_and_read(Command::new("sh").args(["-c", "printf 'a\\377\\nb\\n'; exit 3"])).unwrap();
        assert_eq!((status.code(), lines), (Some(3), vec!["a\u{fffd}".to_owned(), "b".to_owned()]));
    }

    #[test]
    fn a_server_that_is_stopped_ends_with_the_signal() {
        use std::os::unix::process::ExitStatusExt;

        let mut child = spawn(Command::new("sleep").arg("600")).unwrap();
        assert_eq!(stop_server(&mut child).unwrap().signal(), Some(15));
    }
}
