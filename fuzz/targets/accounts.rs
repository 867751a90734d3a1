//! The libFuzzer entry point of [`fuzz::accounts`].

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzz::accounts::check(input));
