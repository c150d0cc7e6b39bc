//! Stamping twice equals stamping once, and what was stamped can be stamped again.

#![no_main]

use libfuzzer_sys::fuzz_target;
use rollstamp::{LinkOptions, ParseOptions, Source, Stamp, Strategy, apply, link, parse, plan};

/// The text with its stamps; none where it has errors.
fn stamped(text: &str) -> Option<String> {
    let bundle = parse(vec![Source::new("fuzz.yaml", text)], &ParseOptions::default());
    let graph = link(&bundle, &LinkOptions::default());
    let plan = plan(&graph, &Strategy::Stamp(Stamp::default()));
    let after = apply(&bundle, &plan).expect("what is planned can be proved");
    Some(after.first()?.text().to_owned())
}

fuzz_target!(|text: &str| {
    if let Some(once) = stamped(text) {
        assert_eq!(stamped(&once).as_deref(), Some(once.as_str()));
    }
});
