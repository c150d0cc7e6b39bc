//! Setting, removing and replacing values in every layout that people write, each checked in all the ways at once.

mod absent;
mod block;
mod flow;
mod generated;
mod refused;
mod scalar;

use rollstamp::Source;
use rollstamp::edit::{Edit, Edits};
use rollstamp::yaml::{self, DocumentContent, EditRefusal, Limits, Node, RefusalReason, Tree, Value};
use serde_json::Value as Json;

/// Where the tables set their value.
const PATH: [&str; 2] = ["metadata", "annotations"];
const KEY: &str = "our/sum";
/// The step of a path into a list.
const FIRST: &str = "0";

/// A text with a pod template: at `spec.template`, at `template`, the first of `items`, or the whole document.
struct Given {
    source: Source,
}

/// What came of an edit.
struct Outcome {
    given: Given,
    value: String,
    result: Result<String, EditRefusal>,
}

fn given(text: &str) -> Given {
    Given { source: Source::new("given.yaml", shown(text)) }
}

/// The tables start their texts on a line of their own.
fn shown(text: &str) -> &str {
    text.strip_prefix('\n').unwrap_or(text)
}

impl Given {
    fn set(self, value: &str) -> Outcome {
        let edits = self.with_template(|base, _| yaml::set_entry(base, &PATH, KEY, value));
        let result = edits.map(|edits| applied(&self.source, edits));
        Outcome { given: self, value: value.to_string(), result }
    }

    fn remove(self) -> Outcome {
        let edits = self.with_template(|base, _| yaml::remove_entry(base, &PATH, KEY));
        let result = edits.map(|edits| applied(&self.source, edits));
        Outcome { given: self, value: String::new(), result }
    }

    /// Calls with the template, as written, and the path to it.
    fn with_template<T>(&self, call: impl FnOnce(Node<'_>, &[&'static str]) -> T) -> T {
        let trees = trees(&self.source);
        let roots: Vec<Node<'_>> = trees.iter().map(|tree| tree.root(self.source.padded())).collect();
        for path in [&["spec", "template"][..], &["template"], &["items", FIRST], &[]] {
            let found = roots.iter().find_map(|root| path.iter().try_fold(*root, |node, key| step(node, key)));
            if let Some(base) = found {
                return call(base, path);
            }
        }
        panic!("no document");
    }

    /// The documents as values.
    fn values(&self) -> Vec<Json> {
        let value = |tree: &Tree| {
            Value::from_node(tree.root(self.source.padded()), &Limits::default()).expect("a value").to_json()
        };
        trees(&self.source).iter().map(value).collect()
    }
}

impl Outcome {
    /// Checks the new text, that it says what it should, and that removing the value again restores the old bytes.
    fn produces(self, expected: &str) {
        let text = self.check_text(expected);
        self.check_removal(&text, self.given.source.text());
    }

    /// As [`Outcome::produces`], for a value that stood there before.
    fn replaces(self, expected: &str) {
        self.check_text(expected);
    }

    /// Checks the text after a removal.
    fn leaves(self, expected: &str) {
        let text = self.result.as_ref().expect("an edit");
        assert_eq!(text, shown(expected));
        if text != self.given.source.text() {
            check_values(&self.given, &given(text), None);
        }
        let again = given(text).with_template(|base, _| yaml::remove_entry(base, &PATH, KEY));
        assert_eq!(again, Ok(Vec::new()));
    }

    /// Checks a refusal by the texts at its places.
    fn refuses(self, reason: RefusalReason, at: &str, other: Option<&str>) {
        let refused = self.result.expect_err("an edit");
        let text = self.given.source.padded();
        assert_eq!(refused.reason, reason);
        assert_eq!((&text[refused.span.clone()], refused.other.clone().map(|span| &text[span])), (at, other));
        assert!(!refused.to_string().is_empty() && !refused.reason.help().is_empty());
    }

    fn check_text(&self, expected: &str) -> String {
        let text = self.result.as_ref().expect("an edit");
        assert_eq!(text, shown(expected));
        check_set(&self.given, text, &self.value);
        text.clone()
    }

    fn check_removal(&self, text: &str, expected: &str) {
        let removed = given(text).remove();
        assert_eq!(removed.result.as_deref(), Ok(shown(expected)), "removing does not lead there");
        removed.leaves(expected);
    }
}

/// Checks that a text says what the old one did, with the value set, and that setting it again changes nothing.
fn check_set(old: &Given, text: &str, value: &str) {
    let new = given(text);
    check_values(old, &new, Some(value));
    let again = new.with_template(|base, _| yaml::set_entry(base, &PATH, KEY, value));
    assert_eq!(again, Ok(Vec::new()), "setting twice is not setting once");
}

/// Compares the values of all documents, as Kubernetes reads them and as a second reader does.
fn check_values(old: &Given, new: &Given, value: Option<&str>) {
    let path = old.with_template(|_, path| [path, &PATH, &[KEY]].concat());
    let is_target = |document: &Json| path[..path.len() - 3].iter().try_fold(document, json_step).is_some();
    let set = |mut documents: Vec<Json>| {
        if let Some(document) = documents.iter_mut().find(|document| is_target(document)) {
            put(document, &path, path.len() - 3, value);
        }
        documents
    };
    // Where the value was removed, an empty mapping or a null in its place says no more than nothing.
    let pruned = |documents: Vec<Json>| if value.is_none() { set(documents) } else { documents };
    assert_eq!(pruned(new.values()), set(old.values()), "the values differ");
    if let Some(before) = second_reading(old.source.text()) {
        assert_eq!(
            second_reading(new.source.text()).map(pruned),
            Some(set(before)),
            "the second reader differs:\n{}",
            new.source.text()
        );
    }
}

fn second_reading(text: &str) -> Option<Vec<Json>> {
    use serde::Deserialize;
    // It takes a byte order mark for a column of its line.
    let text = text.replace('\u{feff}', "");
    let documents = serde_yaml::Deserializer::from_str(&text).map(|document| Json::deserialize(document).ok());
    documents.collect::<Option<Vec<Json>>>().map(|all| all.into_iter().filter(|one| !one.is_null()).collect())
}

/// Sets a string, making the mappings on the way; or removes it with the mappings that it leaves empty.
fn put(at: &mut Json, path: &[&str], kept: usize, value: Option<&str>) {
    let (key, rest) = path.split_first().expect("a path ends with a key");
    if let Some(first) = at.get_mut(0) {
        return put(first, rest, kept - 1, value);
    }
    if !at.is_object() {
        *at = Json::Object(serde_json::Map::new());
    }
    let map = at.as_object_mut().expect("a mapping");
    if rest.is_empty() {
        match value {
            Some(value) => map.insert(key.to_string(), value.into()),
            None => map.remove(*key),
        };
        return;
    }
    let inner = map.entry(*key).or_insert(Json::Null);
    put(inner, rest, kept.saturating_sub(1), value);
    if value.is_none() && kept == 0 && inner.as_object().is_some_and(serde_json::Map::is_empty) {
        map.remove(*key);
    }
}

fn step<'a>(node: Node<'a>, key: &str) -> Option<Node<'a>> {
    if key == FIRST { node.items().next() } else { node.get(key) }
}

fn json_step<'j>(at: &'j Json, key: &&str) -> Option<&'j Json> {
    if *key == FIRST { at.get(0) } else { at.get(key) }
}

fn trees(source: &Source) -> Vec<Tree> {
    let tree = |content| match content {
        DocumentContent::Tree(tree) => Some(tree),
        DocumentContent::Empty => None,
        DocumentContent::Invalid(error) => panic!("{error} at {:?}\n{}", source.position(error.offset), source.text()),
    };
    yaml::read_documents(source.padded(), &Limits::default())
        .into_iter()
        .filter_map(|document| tree(document.content))
        .collect()
}

/// The text with the edits made, as it is written: without the break that was added for reading.
fn applied(source: &Source, edits: Vec<Edit>) -> String {
    let mut all = Edits::default();
    for edit in edits {
        all.insert(edit).expect("edits overlap");
    }
    let mut text = all.apply(source.padded());
    text.truncate(text.len() - source.padding());
    text
}
