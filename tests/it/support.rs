//! Helpers that the tests share. They hold no tests of the product.

/// Runs the steps of the GitHub Action as GitHub's runner does.
#[cfg(unix)]
pub mod action_runner;
/// Applications of made repositories.
pub mod apps;
/// Repositories of several layouts, and random changes of them.
pub mod fleets;
/// Invariants of random bytes, which the fuzzer tries too.
pub mod fuzz_bodies;
/// The imports between the files of a crate.
pub mod imports;
/// Invariants of every change: untouched bytes, planned values, a second run without edits.
pub mod invariants;
/// Runs with bounds of time and memory.
pub mod measure;
/// Pages of the documentation with parts that are made of the code.
pub mod pages;
/// Finds the other programs that results are compared with, and names the ones that are missing.
pub mod peers;
/// Inputs made at random from seeds.
pub mod random_inputs;
/// The published schemas of JSON reports, by which every printed one is checked.
pub mod report_schemas;
/// A temporary directory of files, and the binary run in it.
pub mod shell;
/// Runs on a terminal.
#[cfg(unix)]
pub mod terminal;
/// Finds vector files.
pub mod vectors;
/// Parses the workflow commands that GitHub's runner reads from the output of a step.
pub mod workflow_commands;

/// Returns `true` if the slow tests run too: then a quick one that tries a part of the same has nothing to do.
pub fn runs_slow_tests() -> bool {
    let all = std::env::args().any(|argument| argument == "--include-ignored");
    if all {
        println!("skipped: the slow test tries the same and more");
    }
    all
}

/// The listing of the first pod template that gets a stamp, of the first workload.
pub fn first_listing(graph: &rollstamp::Graph<'_>) -> Option<String> {
    let workload = &graph.workloads[rollstamp::index::Id::new(0)];
    let listings = rollstamp::report::template_listings(graph, workload, rollstamp::RollOn::Any);
    listings.into_iter().next().map(|(_, listing)| listing)
}
