//! A bounded queue of log lines and the thread that writes them.
//!
//! This is smaller than a crate for it, because the end of the process must be able to wait for the queue, but only for a
//! limited time.

use std::collections::VecDeque;
use std::io::{self, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// The memory limit of lines that are not written yet, in bytes.
const LIMIT: usize = 1024 * 1024;

/// Lines on their way to a writer. Clones share the queue.
#[derive(Debug, Clone)]
pub struct LogQueue(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
    lost: AtomicU64,
}

#[derive(Debug, Default)]
struct State {
    lines: VecDeque<Box<[u8]>>,
    /// The size of `lines`, in bytes.
    size: usize,
    is_writing: bool,
}

impl LogQueue {
    /// Starts the thread that writes to `writer`. It ends with the process.
    ///
    /// # Errors
    /// If the thread cannot be started.
    pub fn start(writer: impl Write + Send + 'static) -> io::Result<Self> {
        let queue = Self(Arc::default());
        let shared = Arc::clone(&queue.0);
        thread::Builder::new().name("log".to_owned()).spawn(move || write_lines(&shared, writer))?;
        Ok(queue)
    }

    /// Adds a line, or counts it as lost if the queue is full. Never waits for the writer.
    pub fn push(&self, line: &[u8]) {
        let mut state = self.0.state();
        if state.size + line.len() > LIMIT {
            drop(state);
            self.0.lost.fetch_add(1, Ordering::Relaxed);
            return;
        }
        state.size += line.len();
        state.lines.push_back(line.into());
        drop(state);
        self.0.changed.notify_all();
    }

    /// Returns the number of lines that were not written, because the queue was full or the writer failed.
    #[must_use]
    pub fn lost(&self) -> u64 {
        self.0.lost.load(Ordering::Relaxed)
    }

    /// Waits until all lines are written, but at most for `limit`. Returns whether they are.
    pub fn flush(&self, limit: Duration) -> bool {
        let is_pending = |state: &mut State| state.is_writing || !state.lines.is_empty();
        let waited = self.0.changed.wait_timeout_while(self.0.state(), limit, is_pending);
        let (_state, result) = waited.unwrap_or_else(PoisonError::into_inner);
        !result.timed_out()
    }
}

/// Each call of `write` must pass a whole line, as those of `tracing-subscriber` do.
impl Write for LogQueue {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.push(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn write_lines(shared: &Shared, mut writer: impl Write) {
    loop {
        let mut state = shared.state();
        state.is_writing = false;
        shared.changed.notify_all();
        let line = loop {
            if let Some(line) = state.lines.pop_front() {
                state.size -= line.len();
                state.is_writing = true;
                break line;
            }
            state = shared.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        };
        drop(state);
        // Later lines may succeed; for example, after a terminal was not ready.
        if writer.write_all(&line).and_then(|()| writer.flush()).is_err() {
            shared.lost.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Returns a writer to stderr that does not share the lock of [`io::stderr`], which a blocked write would hold.
#[cfg(unix)]
pub(super) fn stderr() -> io::Result<std::fs::File> {
    use std::os::fd::AsFd as _;
    io::stderr().as_fd().try_clone_to_owned().map(std::fs::File::from)
}

/// Returns a writer to stderr.
#[cfg(not(unix))]
pub(super) fn stderr() -> io::Result<io::Stderr> {
    Ok(io::stderr())
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

    use super::*;

    /// A writer that blocks until the test receives the line, and fails after the test has dropped the receiver.
    struct Pipe(SyncSender<Vec<u8>>);

    impl Write for Pipe {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.send(bytes.to_vec()).map_err(|_| io::ErrorKind::BrokenPipe)?;
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn pipe() -> (LogQueue, Receiver<Vec<u8>>) {
        let (sender, receiver) = sync_channel(0);
        (LogQueue::start(Pipe(sender)).unwrap(), receiver)
    }

    #[test]
    fn lines_are_written_in_order_and_a_flush_waits_for_them() {
        let (queue, lines) = pipe();
        for number in 0..100 {
            queue.push(format!("{number}\n").as_bytes());
        }
        assert!(!queue.flush(Duration::from_millis(1)), "no line was read yet");
        let reader = thread::spawn(move || (0..100).map(|_| lines.recv().unwrap()).collect::<Vec<_>>());
        assert!(queue.flush(Duration::from_secs(60)));
        let expected: Vec<_> = (0..100).map(|number| format!("{number}\n").into_bytes()).collect();
        assert_eq!(reader.join().unwrap(), expected);
        assert_eq!(queue.lost(), 0);
    }

    #[test]
    fn a_blocked_writer_costs_lines_and_not_time_or_memory() {
        let (queue, lines) = pipe();
        let line = [b'x'; 1000];
        for _ in 0..10_000 {
            queue.push(&line);
        }
        // The thread may have taken one line.
        let kept = u64::try_from(LIMIT / line.len()).unwrap();
        assert!((10_000 - kept - 1..=10_000 - kept).contains(&queue.lost()), "{}", queue.lost());
        assert!(queue.0.state().size <= LIMIT);
        drop(lines);
    }

    #[test]
    fn a_failing_writer_is_counted_and_later_lines_are_tried() {
        let (queue, lines) = pipe();
        drop(lines);
        for number in 1..=3 {
            queue.push(b"line\n");
            assert!(queue.flush(Duration::from_secs(60)));
            assert_eq!(queue.lost(), number);
        }
    }
}
