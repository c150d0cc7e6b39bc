//! Any text: stamped twice is once, and removal gives back what was there.

#![no_main]

#[path = "../../tests/it/support/fuzz_bodies.rs"]
#[allow(dead_code)]
mod fuzz_bodies;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz_bodies::change_text(bytes));
