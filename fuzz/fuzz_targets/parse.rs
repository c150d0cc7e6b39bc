//! No text makes the reader panic, whatever it links and plans from it.

#![no_main]

use libfuzzer_sys::fuzz_target;
use rollstamp::{LinkOptions, ParseOptions, Rename, Source, Strategy, link, parse, plan};

fuzz_target!(|text: &str| {
    let bundle = parse(vec![Source::new("fuzz.yaml", text)], &ParseOptions::default());
    let graph = link(&bundle, &LinkOptions::default());
    plan(&graph, &Strategy::Rename(Rename::default()));
});
