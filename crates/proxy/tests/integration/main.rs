//! The integration tests of the proxy, in one binary because linking takes long.

#![allow(clippy::unwrap_used, reason = "clippy does not treat helpers of integration tests as tests")]

mod access;
mod batch_allow_list;
mod check;
mod credential_cache;
mod credentials;
mod failing_upstream;
mod faults_client;
mod faults_tls;
mod faults_upstream;
mod guards;
mod http_proxy;
mod memory;
mod process;
mod profiles;
mod redact;
mod scenarios;
mod simulator;
mod single_flight;
mod static_files;
#[path = "../support/mod.rs"]
mod support;
mod unexpected_upstreams;
