//! The ACS3-HMAC-SHA256 request signature of Alibaba Cloud.
//!
//! - [`SignedRequest`] builds the canonical form, the signature and the `Authorization` header, and verifies a signature;
//! - [`Authorization`] parses the header;
//! - [`decode_query`] and [`canonical_query`] convert query strings;
//! - [`parse_date`] and [`format_date`] convert `x-acs-date`.
//!
//! All functions are pure. This crate must not know HTTP clients or servers, read a clock or look for credentials.

mod date;
mod query;
mod signature;

pub use self::date::{format_date, parse_date};
pub use self::query::{canonical_query, decode_query};
pub use self::signature::{ALGORITHM, Authorization, DATE_TOLERANCE_S, SignedRequest, sha256_hex};
