//! What must hold of every change to every input: the bytes outside the edits stay, the second run plans nothing, the
//! output reads as the input with the planned values set, and a second reader agrees.

use std::collections::{BTreeMap, BTreeSet};

use rollstamp::graph::BASE_NAME;
use rollstamp::plan::StampChange;
use rollstamp::plan::stamp::ANNOTATION;
use rollstamp::source::SourceId;
use rollstamp::yaml::{self, DocumentContent, Limits, Value};
use rollstamp::{Graph, LinkOptions, ParseOptions, Plan, Source, Strategy, link, parse, plan};

/// Panics with the name of the source where something does not hold.
pub fn check(graph: &Graph<'_>, first: &Plan, after: &[Source], strategy: &Strategy) {
    let bundle = graph.bundle;
    let allowed = Allowed::by(graph, first, strategy);
    let source_of = |change: &StampChange| bundle.source_of(graph.object(&graph.workloads[change.workload]));
    for ((id, old), new) in bundle.sources.entries().zip(after) {
        let edits = &first.edits[id];
        assert_eq!(old.text() == new.text(), edits.is_empty(), "{}: edits and changes go together", old.name());
        untouched_bytes(old, new, edits);
        let changes = first.stamps.iter().filter(|change| source_of(change) == id).count();
        same_values(old, new, changes, &allowed);
    }
    let copies = after.iter().map(|source| Source::new(source.name(), source.text())).collect();
    let keep_all = matches!(strategy, Strategy::Rename(_));
    let again = parse(copies, &ParseOptions::default().keep_all(keep_all));
    let graph = link(&again, &LinkOptions::default());
    let second = plan(&graph, strategy);
    let planned = second.stamps.len() + second.renames.len();
    assert_eq!(planned, 0, "{}: the second run plans something", bundle.sources[SourceId::new(0)].name());
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
    // A text block that comes to stand at the end keeps its break.
    assert!(new.padding() <= old.padding(), "{}: the end of the file changed", old.name());
}

/// What may differ beside stamps.
struct Allowed {
    /// The names that objects have afterwards, each with those that it had.
    names: BTreeMap<String, BTreeSet<String>>,
    /// The entries that a renamed config may get or have changed.
    marks: Vec<&'static str>,
}

impl Allowed {
    fn by(graph: &Graph<'_>, plan: &Plan, strategy: &Strategy) -> Allowed {
        let mut names: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for renamed in &plan.renames {
            names.entry(renamed.new.clone()).or_default().insert(renamed.old.clone());
        }
        // A reference can say the name without suffix, whether or not the suffix changes.
        let based =
            graph.configs.iter().filter_map(|config| Some((config.base_name.clone()?, &config.identity.name.name)));
        for (base, name) in based.collect::<Vec<_>>() {
            let later = names.iter().filter(|(_, old)| old.contains(name)).map(|(new, _)| new.clone());
            for now in later.chain([name.clone()]).collect::<Vec<_>>() {
                names.entry(now).or_default().insert(base.clone());
            }
        }
        let mut marks = if names.is_empty() { Vec::new() } else { vec![BASE_NAME] };
        if let Strategy::Rename(rename) = strategy {
            marks.extend(rename.immutable.then_some("immutable"));
            marks.extend(rename.prune_last.map(|_| "argocd.argoproj.io/sync-options"));
        }
        Allowed { names, marks }
    }

    /// Whether a text may become another: a name, perhaps with a namespace before it.
    fn name(&self, before: &str, after: &str) -> bool {
        let bare = |text: &str| text.rsplit_once('/').map_or(text.to_string(), |(_, name)| name.to_string());
        let namespace = |text: &str| text.rsplit_once('/').map(|(namespace, _)| namespace.to_string());
        let old = self.names.get(&bare(after));
        old.is_some_and(|old| old.contains(&bare(before))) && namespace(before) == namespace(after)
    }
}

/// As values, the documents differ in as many stamps as were planned, in names that change and in nothing else.
fn same_values(old: &Source, new: &Source, changes: usize, allowed: &Allowed) {
    let limits = Limits::default();
    let values = |source: &Source| -> Vec<Option<Value>> {
        let documents = yaml::read_documents(source.padded(), &limits);
        documents
            .into_iter()
            .map(|document| match document.content {
                DocumentContent::Tree(tree) => Value::from_node(tree.root(source.padded()), &limits).ok(),
                _ => None,
            })
            .collect()
    };
    let (before, after) = (values(old), values(new));
    assert_eq!(before.len(), after.len(), "{}: the number of documents changed", old.name());
    let mut different = 0;
    for (before, after) in before.iter().zip(&after) {
        if let (Some(before), Some(after)) = (before, after) {
            different += differences(before, after, old.name(), allowed);
        } else {
            assert!(before.is_none() && after.is_none(), "{}: a document became unreadable", old.name());
        }
    }
    assert_eq!(different, changes, "{}: as many values differ as changes were planned", old.name());
}

/// How many stamps differ; panics on any other difference that is not allowed.
fn differences(before: &Value, after: &Value, name: &str, allowed: &Allowed) -> usize {
    match (before, after) {
        _ if before == after => 0,
        (Value::Map(a), Value::Map(b)) => {
            let empty = Value::Map(BTreeMap::new());
            let keys: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
            let entry = |key: &String| match (a.get(key), b.get(key)) {
                (a, b) if a == b => 0,
                (_, _) if key == ANNOTATION => 1,
                (_, Some(_)) if allowed.marks.contains(&key.as_str()) => 0,
                // The mappings that lead to an annotation may come or go with it.
                (Some(Value::Null) | None, Some(b)) if is_way(key) => differences(&empty, b, name, allowed),
                (Some(a), Some(Value::Null) | None) if is_way(key) => differences(a, &empty, name, allowed),
                (Some(a), Some(b)) => differences(a, b, name, allowed),
                _ => panic!("{name}: `{key}` is on one side only"),
            };
            keys.into_iter().map(entry).sum()
        }
        (Value::Seq(a), Value::Seq(b)) if a.len() == b.len() => {
            a.iter().zip(b).map(|(a, b)| differences(a, b, name, allowed)).sum()
        }
        // One name in a rule of RBAC can become several.
        (Value::Seq(a), Value::Seq(b)) if b.len() > a.len() => {
            let is_from = |new: &Value| {
                a.iter().any(|old| match (old, new) {
                    (Value::String(old), Value::String(new)) => old == new || allowed.name(old, new),
                    _ => false,
                })
            };
            assert!(b.iter().all(is_from), "{name}: an item that was not planned differs");
            0
        }
        (Value::String(a), Value::String(b)) if allowed.name(a, b) => 0,
        _ => panic!("{name}: a value that was not planned differs"),
    }
}

fn is_way(key: &str) -> bool {
    matches!(key, "metadata" | "annotations" | "podMetadata" | "template" | "pod")
}
