//! See [`lineproof_fuzz::annotated_csv`].
#![no_main]

libfuzzer_sys::fuzz_target!(|body: &[u8]| lineproof_fuzz::annotated_csv(body));
