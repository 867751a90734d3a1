//! The `ErrorMsg` texts that several batches use.

use crate::random::{account_id, hex};

/// Returns the message that the API's reference shows, with another account ID.
pub(crate) fn role_missing(seed: u64, index: u64) -> String {
    let account = account_id(seed, index);
    format!("aliuid:{account} assumeOssRole not exist,serviceName:aliyunesarealtimelogpushossrole")
}

/// Returns a message that contains two digests.
pub(crate) fn checksum_mismatch(seed: u64, index: u64) -> String {
    let (expected, got) = (hex(seed, index, 5, 12), hex(seed, index, 6, 12));
    format!("skill package checksum mismatch (expected {expected}, got {got})")
}
