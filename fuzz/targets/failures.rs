//! The libFuzzer entry point of [`fuzz::failures`].

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzz::failures::check(input));
