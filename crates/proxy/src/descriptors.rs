//! The limit of file descriptors, each of which a connection needs.

/// File descriptors besides client connections: files of the page, calls to the API, logs.
const OTHER_DESCRIPTORS: u64 = 512;

/// Raises the limit of file descriptors, which is often 1,024. Returns how many of `wanted` connections are possible.
pub(crate) fn available_connections(wanted: usize) -> usize {
    let descriptors = u64::try_from(wanted).unwrap_or(u64::MAX).saturating_add(OTHER_DESCRIPTORS);
    let limit = rlimit::increase_nofile_limit(descriptors)
        .or_else(|error| {
            tracing::warn!(%error, "the limit of file descriptors cannot be raised");
            current_limit()
        })
        .unwrap_or(descriptors);
    let connections = connections_within(wanted, limit);
    if connections < wanted {
        tracing::warn!(
            "--max-connections {wanted} requires {descriptors} file descriptors, but the limit of this process is {limit}: \
             at most {connections} connections are accepted"
        );
    }
    connections
}

#[cfg(unix)]
fn current_limit() -> std::io::Result<u64> {
    rlimit::Resource::NOFILE.get_soft()
}

#[cfg(not(unix))]
fn current_limit() -> std::io::Result<u64> {
    Ok(u64::MAX)
}

/// Returns how many connections are possible. If there are few descriptors, half of them are for connections.
fn connections_within(wanted: usize, descriptors: u64) -> usize {
    let possible = descriptors.saturating_sub(OTHER_DESCRIPTORS).max(descriptors / 2).max(1);
    wanted.min(usize::try_from(possible).unwrap_or(usize::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_leave_descriptors_for_files_and_calls() {
        for (wanted, descriptors, expected) in [
            (10_000, 16_384, 10_000),
            (10_000, 10_512, 10_000),
            (10_000, 4_096, 3_584),
            (10_000, 1_024, 512),
            (10_000, 256, 128),
            (100, 256, 100),
            (10, 0, 1),
            (usize::MAX, u64::MAX, usize::MAX - 512),
        ] {
            assert_eq!(connections_within(wanted, descriptors), expected, "{wanted} of {descriptors}");
        }
    }
}
