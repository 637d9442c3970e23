//! See [`lineproof_fuzz::agree`].
#![no_main]

libfuzzer_sys::fuzz_target!(|body: &[u8]| lineproof_fuzz::agree(body));
