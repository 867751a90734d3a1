//! Progress messages on stderr. Stdout is reserved for output that scripts read.

use std::time::{Duration, Instant};

/// Prints one line.
pub(crate) fn line(text: &str) {
    eprintln!("xtask: {text}");
}

/// Runs a step and prints its description before and its duration after it. The caller reports the error of a failed step.
pub(crate) fn step<T>(what: &str, work: impl FnOnce() -> anyhow::Result<T>) -> anyhow::Result<T> {
    line(&format!("{what} …"));
    let start = Instant::now();
    let value = work()?;
    line(&format!("{what}: done in {}", duration(start.elapsed())));
    Ok(value)
}

/// Formats a duration as `0.4 s`, `12 s` or `3 min 5 s`.
pub(crate) fn duration(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0..10 => format!("{:.1} s", time.as_secs_f64()),
        10..60 => format!("{seconds} s"),
        _ => format!("{} min {} s", seconds / 60, seconds % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        for (millis, text) in [(0, "0.0 s"), (1_449, "1.4 s"), (12_900, "12 s"), (185_000, "3 min 5 s")] {
            assert_eq!(duration(Duration::from_millis(millis)), text);
        }
    }
}
