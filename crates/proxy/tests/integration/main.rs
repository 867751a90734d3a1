//! The integration tests of the proxy, in one binary because linking takes long.

#![allow(clippy::unwrap_used, reason = "clippy does not treat helpers of integration tests as tests")]

mod access;
mod batch_allow_list;
mod check;
mod connections;
mod credential_cache;
mod credentials;
mod deploy;
mod failing_upstream;
mod faults_client;
mod faults_tls;
mod faults_upstream;
mod guards;
mod http_proxy;
mod list;
mod memory;
mod prerender;
mod process;
mod process_logs;
#[cfg(target_os = "linux")]
mod process_signals;
mod profiles;
mod redact;
mod scenarios;
mod simulator;
mod single_flight;
mod static_files;
#[path = "../support/mod.rs"]
mod support;
mod tls;
mod unexpected_upstreams;
