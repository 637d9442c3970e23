//! See [`lineproof_fuzz::validate`].
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| lineproof_fuzz::validate(input));
