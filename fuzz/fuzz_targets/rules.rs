//! Files of rules of kustomize and kapp.

#![no_main]

#[path = "../../tests/it/support/fuzz_bodies.rs"]
#[allow(dead_code)]
mod fuzz_bodies;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz_bodies::follow_rule_file(bytes));
