//! The libFuzzer entry point of [`fuzz::pointer`].

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzz::pointer::check(input));
