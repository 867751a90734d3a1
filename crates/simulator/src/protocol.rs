//! The access key that the simulator accepts, and the actions that it implements.

/// The ID of the only access key that the simulator accepts.
pub const ACCESS_KEY_ID: &str = "sim-access-key-id";
/// The secret of that key.
pub const ACCESS_KEY_SECRET: &str = "sim-access-key-secret";
/// The security token of that key. Calls without a token are accepted, too.
pub const SECURITY_TOKEN: &str = "sim-security-token";

/// The action that describes one batch.
pub const ACTION: &str = "DescribeBatchTask";
/// The action that lists batches.
pub const LIST_ACTION: &str = "DescribeBatchTasks";
/// The API version that the simulator implements.
pub const VERSION: &str = "2017-08-01";
