//! What must hold of every change to every input: the bytes outside the edits stay, the second run plans nothing, the
//! output reads as the input with the planned values set, and a second reader agrees.

use std::collections::BTreeMap;

use rollstamp::plan::Change;
use rollstamp::yaml::{self, Content, Limits, Value};
use rollstamp::{Graph, LinkOptions, ParseOptions, Plan, Source, Strategy, link, parse, plan};

/// Panics with the name of the source where something does not hold.
pub fn check(graph: &Graph<'_>, first: &Plan, after: &[Source], strategy: &Strategy) {
    let bundle = graph.bundle;
    let source_of = |change: &Change| bundle.source_of(graph.object(&graph.workloads[change.workload]));
    for (index, (old, new)) in bundle.sources.iter().zip(after).enumerate() {
        let edits = &first.edits[index];
        assert_eq!(old.text() == new.text(), edits.is_empty(), "{}: edits and changes go together", old.name());
        untouched_bytes(old, new, edits);
        let changes = first.changes.iter().filter(|change| source_of(change) == index).count();
        same_values(old, new, changes);
    }
    let copies = after.iter().map(|source| Source::new(source.name(), source.text())).collect();
    let again = parse(copies, &ParseOptions::default());
    let graph = link(&again, &LinkOptions::default());
    let second = plan(&graph, strategy);
    assert!(second.changes.is_empty(), "{}: the second run plans something", bundle.sources[0].name());
    assert!(second.edits.iter().all(|edits| edits.is_empty()), "the second run edits something");
}

/// The old text without the replaced ranges is the new text without the replacements.
fn untouched_bytes(old: &Source, new: &Source, edits: &rollstamp::edit::Edits) {
    let mut rest = new.padded();
    let mut done = 0;
    for edit in edits.iter() {
        let kept = &old.padded()[done..edit.range().start];
        rest = rest.strip_prefix(kept).unwrap_or_else(|| panic!("{}: bytes outside the edits changed", old.name()));
        rest = rest.strip_prefix(edit.text()).unwrap_or_else(|| panic!("{}: an edit is not there", old.name()));
        done = edit.range().end;
    }
    assert_eq!(
        rest.trim_end_matches(['\r', '\n']),
        old.padded()[done..].trim_end_matches(['\r', '\n']),
        "{}",
        old.name()
    );
    assert_eq!(new.padding(), old.padding(), "{}: the end of the file changed", old.name());
}

/// As values, the documents differ in as many annotations as were planned and in nothing else.
fn same_values(old: &Source, new: &Source, changes: usize) {
    let limits = Limits::default();
    let values = |source: &Source| -> Vec<Option<Value>> {
        let documents = yaml::read(source.padded(), &limits);
        documents
            .into_iter()
            .map(|document| match document.content {
                Content::Tree(tree) => Value::of(tree.root(source.padded()), &limits).ok(),
                _ => None,
            })
            .collect()
    };
    let (before, after) = (values(old), values(new));
    assert_eq!(before.len(), after.len(), "{}: the number of documents changed", old.name());
    let mut different = 0;
    for (before, after) in before.iter().zip(&after) {
        if let (Some(before), Some(after)) = (before, after) {
            different += differences(before, after, old.name());
        } else {
            assert!(before.is_none() && after.is_none(), "{}: a document became unreadable", old.name());
        }
    }
    assert_eq!(different, changes, "{}: as many values differ as changes were planned", old.name());
}

/// How many stamps differ; panics on any other difference.
fn differences(before: &Value, after: &Value, name: &str) -> usize {
    match (before, after) {
        _ if before == after => 0,
        (Value::Map(a), Value::Map(b)) => {
            let empty = Value::Map(BTreeMap::new());
            let keys: std::collections::BTreeSet<&String> = a.keys().chain(b.keys()).collect();
            let mut count = 0;
            for key in keys {
                count += match (a.get(key), b.get(key)) {
                    (Some(a), Some(b)) if key == rollstamp::plan::stamp::ANNOTATION => usize::from(a != b),
                    (_, _) if key == rollstamp::plan::stamp::ANNOTATION => 1,
                    // The mappings that lead to the stamp may come or go with it.
                    (Some(Value::Null) | None, Some(b)) if is_way(key) => differences(&empty, b, name),
                    (Some(a), Some(Value::Null) | None) if is_way(key) => differences(a, &empty, name),
                    (Some(a), Some(b)) => differences(a, b, name),
                    _ => panic!("{name}: `{key}` is on one side only"),
                };
            }
            count
        }
        (Value::Seq(a), Value::Seq(b)) if a.len() == b.len() => {
            a.iter().zip(b).map(|(a, b)| differences(a, b, name)).sum()
        }
        _ => panic!("{name}: a value that is no stamp differs"),
    }
}

fn is_way(key: &str) -> bool {
    matches!(key, "metadata" | "annotations")
}
