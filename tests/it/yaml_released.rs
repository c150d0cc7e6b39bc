//! Texts that are not held: what is found out about released sources is what is found out about held ones.

use std::fs;
use std::path::{Path, PathBuf};

use rollstamp::graph::STRATEGY;
use rollstamp::report::{LinkSelection, RenderOptions, links_text, plan_lines};
use rollstamp::source::TextLoader;
use rollstamp::{
    EditedSource, Limits, LinkOptions, ParseOptions, Rename, Source, Stamp, Strategy, edit_source, link, parse, plan,
    verify_edits,
};

static LOADER: TextLoader = TextLoader {
    load: |path| fs::read_to_string(path).ok(),
    end: |path| panic!("{path} is another text"),
    word: STRATEGY,
};

#[test]
fn cases_are_read_alike_with_released_texts() {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/cases");
    let mut count = 0;
    for case in fs::read_dir(&cases).unwrap() {
        let sources = read_sources(&case.unwrap().path().join("in"));
        let released: Vec<Source> = sources.iter().map(|source| source.clone().release(&LOADER)).collect();
        for strategy in [Strategy::Stamp(Stamp::default()), Strategy::Rename(Rename::default())] {
            assert_eq!(describe(&released, &strategy), describe(&sources, &strategy));
        }
        assert!(released.iter().all(Source::is_released));
        count += 1;
    }
    assert!(count > 40, "the cases are not there");
}

fn read_sources(directory: &Path) -> Vec<Source> {
    let mut paths: Vec<PathBuf> = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let mut sources = Vec::new();
    for path in paths {
        if let Ok(text) = fs::read_to_string(&path) {
            sources.push(Source::new(path.to_str().unwrap(), text));
        }
    }
    sources
}

/// The diagnostics, the links, the changes and the new texts, as one text.
fn describe(sources: &[Source], strategy: &Strategy) -> String {
    let keep_all =
        matches!(strategy, Strategy::Rename(_)) || sources.iter().any(|source| source.held().text().contains(STRATEGY));
    let options = ParseOptions::default().keep_all(keep_all).limits(Limits::default());
    let bundle = parse(sources.to_vec(), &options);
    let graph = link(&bundle, &LinkOptions::default());
    let plan = plan(&graph, strategy);
    let mut text = String::new();
    for diagnostic in bundle.diagnostics.iter().chain(&graph.diagnostics).chain(&plan.diagnostics) {
        text += &(diagnostic.line(&bundle.sources) + "\n");
    }
    text += &links_text(&graph, &LinkSelection::ALL, &RenderOptions::default());
    text += &plan_lines(&graph, &plan, true).join("\n");
    text += &format!("{:?}", verify_edits(&bundle, &plan));
    for source in bundle.sources.ids() {
        let edited: EditedSource<'_> = edit_source(&bundle, &plan, source);
        text += &format!("{} {} {}\n", edited.name(), edited.is_changed(), edited.held().text());
    }
    text
}
