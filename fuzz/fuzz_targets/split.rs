#![no_main]

#[path = "../../engine/tests/support/fuzz.rs"]
mod targets;

libfuzzer_sys::fuzz_target!(|data: &[u8]| targets::split(data));
