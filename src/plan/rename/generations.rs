//! Earlier generations of renamed configs, so that old ReplicaSets, roll-backs and retries still find them.

use std::collections::{BTreeMap, BTreeSet};

use crate::bundle::{Bundle, Object, Role};
use crate::graph::{BASE_NAME, is_base_of};
use crate::kinds::annotation_text;
use crate::yaml::{Limits, Node, Value};

/// The common identity of the generations of one object: kind, namespace, and name without suffix.
type Lineage<'b> = (&'b str, Option<String>, String);

/// The manifests of the last `keep` generations of each renamed config that `current` does not hold, as one stream.
///
/// `previous` is what the last run wrote, its current manifests before the generations that it kept. An object that
/// is not a document of its own comes as JSON.
pub fn keep_generations(previous: &Bundle, current: &Bundle, keep: usize) -> String {
    let mut live: BTreeSet<(Lineage<'_>, &str)> = BTreeSet::new();
    for (object, line) in renamed_objects(current) {
        live.insert((line, object.name.name.as_str()));
    }
    let mut kept: BTreeMap<Lineage<'_>, Vec<&Object>> = BTreeMap::new();
    for (object, line) in renamed_objects(previous) {
        if live.contains(&(line.clone(), object.name.name.as_str())) {
            continue;
        }
        let generations = kept.entry(line).or_default();
        let is_new = generations.iter().all(|other| other.name.name != object.name.name);
        if is_new && generations.len() < keep {
            generations.push(object);
        }
    }
    let texts: Vec<String> = kept.values().flatten().map(|object| manifest_of(previous, object)).collect();
    texts.join("---\n")
}

/// The configs that record the name they had before they were renamed; and what makes controllers write or fetch, where
/// it was renamed itself.
fn renamed_objects(bundle: &Bundle) -> impl Iterator<Item = (&Object, Lineage<'_>)> {
    bundle.objects.iter().filter_map(|object| Some((object, lineage_of(bundle, object)?)))
}

fn lineage_of<'b>(bundle: &'b Bundle, object: &'b Object) -> Option<Lineage<'b>> {
    let opened = bundle.open(object);
    let bases = annotation_text(opened.node(), BASE_NAME)?;
    let name = &object.name.name;
    let base = match object.role {
        Role::Config(_) => bases.into_owned(),
        Role::Producer(_) => bases.split(',').find(|base| base != name && is_base_of(base, name))?.to_owned(),
        _ => return None,
    };
    Some((object.kind.as_str(), object.name.namespace.clone(), base))
}

/// The text of an object that can stand in a stream.
fn manifest_of(bundle: &Bundle, object: &Object) -> String {
    let opened = bundle.open(object);
    let node = opened.node();
    let document = &bundle.documents[object.document];
    if node.parent().is_none() && !opened.tree().is_json() {
        let text = &opened.source_text()[document.range.clone()];
        let text = text.trim_start_matches('\u{feff}');
        // The separator can be the first line of its document.
        let mut rest = match text.strip_prefix("---") {
            Some(separator) => skip_line(separator),
            None => text,
        };
        // Comments above it speak of the file, not of the object.
        while !rest.is_empty() && rest.lines().next().is_some_and(is_comment_or_blank) {
            rest = skip_line(rest);
        }
        return rest.to_string();
    }
    json_of(node)
}

fn is_comment_or_blank(line: &str) -> bool {
    line.trim().is_empty() || line.starts_with('#')
}

/// The text after its first line.
fn skip_line(text: &str) -> &str {
    match text.split_once('\n') {
        Some((_, rest)) => rest,
        None => "",
    }
}

fn json_of(node: Node<'_>) -> String {
    match Value::from_node(node, &Limits::default()) {
        Ok(value) => format!("{}\n", value.to_json()),
        Err(_) => String::new(),
    }
}
