//! See [`lineproof_fuzz::line_protocol`].
#![no_main]

libfuzzer_sys::fuzz_target!(|body: &[u8]| lineproof_fuzz::line_protocol(body));
