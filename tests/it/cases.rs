//! Every folder of `testdata/cases`: what is said about it, what changes, and what must hold of every change.

use std::fmt::Write as _;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use rollstamp::diagnostic::Severity;
use rollstamp::plan::Applier;
use rollstamp::{Bundle, Graph, LinkOptions, ParseOptions, Plan, Rename, RollOn, Source, Stamp, Strategy};
use rollstamp::{apply, link, parse, plan, report};

use crate::support::invariants;

#[test]
fn stamp() {
    every_case(stamp_case);
}

#[test]
fn rename() {
    every_case(rename_case);
}

fn every_case(check: fn(&Path)) {
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

fn stamp_case(case: &Path) {
    let sources = read(&case.join("in"));
    let bundle = parse(sources, &ParseOptions::default());
    let graph = link(&bundle, &LinkOptions::default());
    let mut text = String::new();
    for roll_on in [RollOn::Any, RollOn::Frozen] {
        let strategy = Strategy::Stamp(Stamp::default().roll_on(roll_on));
        let plan = plan(&graph, &strategy);
        if roll_on == RollOn::Any {
            text.push_str(&said(&bundle, &graph, &plan));
            text.push_str("\n== links\n");
            text.push_str(&report::links_text(&graph, &report::LinkSelection::ALL, &report::RenderOptions::default()));
            text.push_str("\n== stamp\n");
        } else {
            text.push_str("\n== stamp --roll-on frozen\n");
        }
        lines(&mut text, &graph, &plan);
        if has_errors(&bundle, &graph, &plan) {
            continue;
        }
        let after = apply(&bundle, &plan).unwrap_or_else(|wrong| panic!("{wrong:?}"));
        invariants::check(&graph, &plan, &after, &strategy);
        if roll_on == RollOn::Any {
            text.push_str("\n== diff\n");
            text.push_str(&diff(&bundle, &plan, &after));
        }
    }
    snapshot(case, "stamp", &text);
}

fn rename_case(case: &Path) {
    let sources = read(&case.join("in"));
    let parse_options = ParseOptions::default().keep_all(true);
    let bundle = parse(sources, &parse_options);
    let graph = link(&bundle, &LinkOptions::default());
    let every_option = Rename::default().immutable(true).jobs(true).prune_last(Some(Applier::Argocd));
    let mut text = String::new();
    for (rename, options) in [(Rename::default(), ""), (every_option, " --immutable --rename-jobs --prune-last argocd")]
    {
        let strategy = Strategy::Rename(rename);
        let plan = plan(&graph, &strategy);
        if options.is_empty() {
            text.push_str(&said(&bundle, &graph, &plan));
        }
        writeln!(text, "\n== rename{options}").unwrap();
        lines(&mut text, &graph, &plan);
        if has_errors(&bundle, &graph, &plan) {
            continue;
        }
        let after = apply(&bundle, &plan).unwrap_or_else(|wrong| panic!("{wrong:?}"));
        invariants::check(&graph, &plan, &after, &strategy);
        if options.is_empty() {
            text.push_str("\n== diff\n");
            text.push_str(&diff(&bundle, &plan, &after));
        }
    }
    snapshot(case, "rename", &text);
}

fn lines(text: &mut String, graph: &Graph<'_>, plan: &Plan) {
    for line in report::plan_lines(graph, plan, true) {
        writeln!(text, "{line}").unwrap();
    }
}

fn snapshot(case: &Path, name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(case);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_description(case.file_name().unwrap().to_string_lossy());
    settings.bind(|| insta::assert_snapshot!(name, text));
}

fn has_errors(bundle: &Bundle, graph: &Graph<'_>, plan: &Plan) -> bool {
    let all = bundle.diagnostics.iter().chain(&graph.diagnostics).chain(&plan.diagnostics);
    all.into_iter().any(|diagnostic| diagnostic.severity == Severity::Error)
}

fn said(bundle: &Bundle, graph: &Graph<'_>, plan: &Plan) -> String {
    let all = bundle.diagnostics.iter().chain(&graph.diagnostics).chain(&plan.diagnostics);
    all.map(|diagnostic| format!("{}\n", diagnostic.line(&bundle.sources))).collect()
}

/// The changed lines only, without values of Secrets, and with the line breaks that cannot be seen made visible.
fn diff(bundle: &Bundle, plan: &Plan, after: &[Source]) -> String {
    let mut out = String::new();
    for ((id, old), new) in bundle.sources.entries().zip(after) {
        if old.text() == new.text() {
            continue;
        }
        let spans = &bundle.secret_spans[id];
        let shifts = plan.edits[id].shifts();
        let moved: Vec<_> = spans.iter().map(|span| shifts.end(span.start)..shifts.start(span.end)).collect();
        let (before, after) = (masked(old.text(), spans), masked(new.text(), &moved));
        let text = similar::TextDiff::from_lines(&before, &after);
        let mut unified = text.unified_diff();
        out.push_str(&unified.context_radius(2).header(old.name(), old.name()).to_string());
    }
    out.replace('\r', "␍")
}

fn masked(text: &str, spans: &[Range<usize>]) -> String {
    let mut out = text.to_string();
    for span in spans.iter().rev() {
        let span = span.start..span.end.min(text.len());
        let breaks: String = text[span.clone()].matches('\n').collect();
        out.replace_range(span, &format!("***{breaks}"));
    }
    out
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
