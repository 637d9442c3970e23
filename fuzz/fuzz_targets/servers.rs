//! See [`lineproof_fuzz::servers`].
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| lineproof_fuzz::servers(input));
