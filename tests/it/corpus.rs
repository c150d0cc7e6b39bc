//! The invariants over somebody's own manifests: every YAML and JSON file below the folder that `ROLLSTAMP_CORPUS`
//! names, each file on its own. Prints counts, and each failure by file.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use rollstamp::diagnostic::Severity;
use rollstamp::{LinkOptions, ParseOptions, Rename, Source, Stamp, Strategy, apply, link, parse, plan};

use crate::support::invariants;

#[derive(Default)]
struct Counts {
    files: usize,
    unreadable: usize,
    documents: usize,
    workloads: usize,
    stamped: usize,
    renamed: usize,
    refused: usize,
}

#[test]
fn every_file_of_the_corpus_keeps_the_invariants() {
    let Some(folder) = std::env::var_os("ROLLSTAMP_CORPUS") else {
        println!("skipped: ROLLSTAMP_CORPUS is not set");
        return;
    };
    let mut counts = Counts::default();
    let mut failed = Vec::new();
    for path in files(Path::new(&folder)) {
        counts.files += 1;
        let name = path.to_string_lossy().into_owned();
        let Ok(source) = Source::from_bytes(name.as_str(), std::fs::read(&path).unwrap()) else {
            counts.unreadable += 1;
            continue;
        };
        if catch_unwind(AssertUnwindSafe(|| check(source, &mut counts))).is_err() {
            failed.push(name);
        }
    }
    println!(
        "{} files ({} not UTF-8), {} documents, {} workloads, {} stamped, {} renamed, {} refused, {} failed",
        counts.files,
        counts.unreadable,
        counts.documents,
        counts.workloads,
        counts.stamped,
        counts.renamed,
        counts.refused,
        failed.len()
    );
    assert!(counts.files > 0, "no YAML or JSON file below ROLLSTAMP_CORPUS");
    assert!(failed.is_empty(), "failed:\n{}", failed.join("\n"));
}

fn check(source: Source, counts: &mut Counts) {
    // Fields of unknown kinds count for renaming.
    let bundle = parse(vec![source], &ParseOptions::default().keep_all(true));
    let graph = link(&bundle, &LinkOptions::default());
    counts.documents += bundle.document_count;
    counts.workloads += graph.workloads.len();
    for strategy in [Strategy::Stamp(Stamp::default()), Strategy::Rename(Rename::default())] {
        let plan = plan(&graph, &strategy);
        counts.stamped += plan.stamps.len();
        counts.renamed += plan.renames.len();
        counts.refused += plan.skipped.len() + plan.kept.len();
        let after = apply(&bundle, &plan).unwrap_or_else(|wrong| panic!("{}", wrong[0].line(&bundle.sources)));
        // A plan with errors is shown and not carried out.
        if plan.diagnostics.iter().all(|diagnostic| diagnostic.severity != Severity::Error) {
            invariants::check(&graph, &plan, &after, &strategy);
        }
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut open = vec![folder.to_path_buf()];
    let mut files = Vec::new();
    while let Some(directory) = open.pop() {
        for entry in std::fs::read_dir(&directory).unwrap() {
            let entry = entry.unwrap();
            let kind = entry.file_type().unwrap();
            let path = entry.path();
            let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
            if kind.is_dir() {
                open.push(path);
            } else if kind.is_file() && matches!(ending, "yaml" | "yml" | "json") {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}
