//! The ports of the servers. Tests share browsers, which keep files and data for each origin.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

static USED: Mutex<Option<HashSet<u16>>> = Mutex::new(None);

/// Whether no server of this test process has had this port before.
pub(crate) fn is_new(port: u16) -> bool {
    USED.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_default().insert(port)
}
