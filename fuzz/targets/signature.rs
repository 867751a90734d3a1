//! The libFuzzer entry point of [`fuzz::signature`].

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzz::signature::check(input));
