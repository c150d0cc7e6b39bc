//! Every folder of `testdata/cases`: what is said about it, what changes, and what must hold of every change.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use rollstamp::diagnostic::Severity;
use rollstamp::{Bundle, Graph, LinkOptions, ParseOptions, Plan, RollOn, Source, Stamp, Strategy};
use rollstamp::{apply, link, parse, plan, report};

use crate::invariants;

#[test]
fn stamp() {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/cases");
    let mut names: Vec<_> = fs::read_dir(&cases).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.sort();
    assert!(names.len() > 40, "the cases are not there");
    let mut failed = Vec::new();
    for case in names {
        let name = case.file_name().unwrap().to_string_lossy().into_owned();
        let run = std::panic::catch_unwind(|| check(&case));
        if run.is_err() {
            failed.push(name);
        }
    }
    assert!(failed.is_empty(), "failed: {}", failed.join(", "));
}

fn check(case: &Path) {
    let sources = read(&case.join("in"));
    let bundle = parse(sources, &ParseOptions::default());
    let graph = link(&bundle, &LinkOptions::default());
    let mut text = String::new();
    for roll_on in [RollOn::Any, RollOn::Frozen] {
        let strategy = Strategy::Stamp(Stamp { roll_on, ..Stamp::default() });
        let plan = plan(&graph, &strategy);
        if roll_on == RollOn::Any {
            text.push_str(&said(&bundle, &graph, &plan));
            text.push_str("\n== links\n");
            text.push_str(&report::links_text(&graph));
            text.push_str("\n== stamp\n");
        } else {
            text.push_str("\n== stamp --roll-on frozen\n");
        }
        for line in report::plan_lines(&graph, &plan, true) {
            writeln!(text, "{line}").unwrap();
        }
        if has_errors(&bundle, &graph, &plan) {
            continue;
        }
        let after = apply(&bundle, &plan).unwrap_or_else(|wrong| panic!("{wrong:?}"));
        invariants::check(&graph, &plan, &after, &strategy);
        if roll_on == RollOn::Any {
            text.push_str("\n== diff\n");
            text.push_str(&diff(&bundle.sources, &after));
        }
    }
    let name = case.file_name().unwrap().to_string_lossy().into_owned();
    let settings = insta::Settings::clone_current();
    let mut settings = settings;
    settings.set_snapshot_path(case);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_description(name);
    settings.bind(|| insta::assert_snapshot!("stamp", text));
}

fn has_errors(bundle: &Bundle, graph: &Graph<'_>, plan: &Plan) -> bool {
    let all = bundle.diagnostics.iter().chain(&graph.diagnostics).chain(&plan.diagnostics);
    all.into_iter().any(|diagnostic| diagnostic.severity == Severity::Error)
}

fn said(bundle: &Bundle, graph: &Graph<'_>, plan: &Plan) -> String {
    let all = bundle.diagnostics.iter().chain(&graph.diagnostics).chain(&plan.diagnostics);
    all.map(|diagnostic| format!("{}: {}\n", diagnostic.severity.as_str(), diagnostic.line(&bundle.sources))).collect()
}

/// The changed lines only, with the line breaks that cannot be seen made visible.
fn diff(before: &[Source], after: &[Source]) -> String {
    let mut out = String::new();
    for (old, new) in before.iter().zip(after).filter(|(old, new)| old.text() != new.text()) {
        let text = similar::TextDiff::from_lines(old.text(), new.text());
        let mut unified = text.unified_diff();
        out.push_str(&unified.context_radius(2).header(old.name(), old.name()).to_string());
    }
    out.replace('\r', "␍")
}

/// The files below a folder, by path, labelled with their path from there.
fn read(folder: &Path) -> Vec<Source> {
    let mut files = Vec::new();
    let mut open: Vec<PathBuf> = vec![folder.to_path_buf()];
    while let Some(directory) = open.pop() {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { open.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    let label = |path: &Path| path.strip_prefix(folder).unwrap().to_string_lossy().replace('\\', "/");
    files.iter().map(|path| Source::from_bytes(label(path), fs::read(path).unwrap()).unwrap()).collect()
}
