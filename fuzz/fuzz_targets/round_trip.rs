//! See [`lineproof_fuzz::round_trip`].
#![no_main]

libfuzzer_sys::fuzz_target!(|body: &[u8]| lineproof_fuzz::round_trip(body));
