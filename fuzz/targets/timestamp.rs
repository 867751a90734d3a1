//! The libFuzzer entry point of [`fuzz::timestamp`].

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzz::timestamp::check(input));
