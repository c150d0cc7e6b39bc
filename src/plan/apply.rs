//! The edits made, and each edited document read again to prove that it says what was planned and nothing else.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::{Expected, Plan};
use crate::bundle::{Bundle, BundleDocument};
use crate::diagnostic::{Diagnostic, Message, Place, Severity};
use crate::edit::{Edits, Shifts};
use crate::source::Source;
use crate::yaml::{self, Content, Limits, Node, Value};

/// The texts with the plan's edits made; those without edits byte for byte.
///
/// # Errors
/// One diagnostic for each document that, read again, does not say what was planned. Nothing is to be written then.
pub fn apply(bundle: &Bundle, plan: &Plan) -> Result<Vec<Source>, Vec<Diagnostic>> {
    let texts: Vec<Option<String>> =
        bundle.sources.iter().zip(&plan.edits).map(|(s, edits)| edited(s, edits)).collect();
    let wrong = prove(bundle, plan, &texts);
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let source = |(old, text): (&Source, Option<String>)| {
        let text = text.unwrap_or_else(|| old.padded().to_string());
        // The break that was added for reading goes again.
        let kept = text.len() - old.padding();
        Source::new(old.name(), &text[..kept])
    };
    Ok(bundle.sources.iter().zip(texts).map(source).collect())
}

/// The padded text with its edits made; none where there are no edits.
fn edited(source: &Source, edits: &Edits) -> Option<String> {
    (!edits.is_empty()).then(|| edits.apply(source.padded()))
}

fn prove(bundle: &Bundle, plan: &Plan, texts: &[Option<String>]) -> Vec<Diagnostic> {
    let mut by_document: BTreeMap<usize, Vec<&Expected>> = BTreeMap::new();
    for expected in &plan.expected {
        by_document.entry(expected.document).or_default().push(expected);
    }
    let shifts: Vec<Shifts> = plan.edits.iter().map(Edits::shifts).collect();
    let wrong = by_document.into_par_iter().filter_map(|(index, expected)| {
        let document = &bundle.documents[index];
        let text = texts[document.source].as_deref()?;
        if says(bundle, document, &shifts[document.source], text, &expected) == Some(true) {
            return None;
        }
        let place = Place { source: document.source, span: document.range.start..document.range.start };
        Some(Diagnostic::new(Severity::Error, place, None, Message::EditNotProved).unquoted())
    });
    wrong.collect()
}

/// Whether the new text of a document reads as the old one with the expected values set.
fn says(
    bundle: &Bundle,
    document: &BundleDocument,
    shifts: &Shifts,
    text: &str,
    expected: &[&Expected],
) -> Option<bool> {
    let limits = Limits::default();
    let old = bundle.sources[document.source].padded();
    let mut value = Value::of(document.tree.root(old), &limits).ok()?;
    for expected in expected {
        for steps in paths(document.tree.node(old, expected.base)) {
            let at = steps.iter().try_fold(&mut value, |value, step| step.into(value))?;
            put(at, &expected.path, expected.value.as_ref());
        }
    }
    let range = shifts.start(document.range.start)..shifts.end(document.range.end);
    match yaml::parse_again(text, range, &document.tree, &limits).content {
        Content::Tree(tree) => Some(Value::of(tree.root(text), &limits).ok()? == value),
        _ => Some(false),
    }
}

/// One step from a collection to what it holds.
#[derive(Clone)]
enum Step {
    Key(String),
    Index(usize),
}

impl Step {
    fn into<'v>(&self, value: &'v mut Value) -> Option<&'v mut Value> {
        match (self, value) {
            (Step::Key(key), Value::Map(map)) => map.get_mut(key),
            (Step::Index(index), Value::Seq(items)) => items.get_mut(*index),
            _ => None,
        }
    }
}

/// The ways from the root of a document to a node in it: more than one where an alias leads there too.
fn paths(node: Node<'_>) -> Vec<Vec<Step>> {
    let mut found = Vec::new();
    // Where to go on upwards, and the steps from there down to the node, the last first.
    let mut open = vec![(node, Vec::new())];
    while let Some((node, below)) = open.pop() {
        for alias in node.aliases() {
            open.push((alias, below.clone()));
        }
        let Some(parent) = node.parent() else {
            found.push(below.into_iter().rev().collect());
            continue;
        };
        let mut below = below;
        match step_from(parent, node) {
            // What is merged in stands in the mapping itself.
            Some(Step::Key(key)) if key == "<<" => {}
            Some(step) => below.push(step),
            None => continue,
        }
        open.push((parent, below));
    }
    found
}

fn step_from(parent: Node<'_>, node: Node<'_>) -> Option<Step> {
    if !parent.is_mapping() {
        return Some(Step::Index(parent.children().position(|child| child == node)?));
    }
    let (key, _) = parent.pairs().find(|&(_, value)| value == node)?;
    Some(Step::Key(key.key_text()?.into_owned()))
}

/// Sets a value, making the mappings on the way; or removes it, and the mappings that it leaves empty.
fn put(value: &mut Value, path: &[String], new: Option<&Value>) {
    let Some((key, rest)) = path.split_first() else {
        *value = new.cloned().unwrap_or(Value::Null);
        return;
    };
    if !matches!(value, Value::Map(_)) {
        *value = Value::Map(BTreeMap::new());
    }
    let Value::Map(map) = value else { return };
    let inner = map.entry(key.clone()).or_insert(Value::Null);
    put(inner, rest, new);
    if new.is_none() && (rest.is_empty() || matches!(inner, Value::Map(map) if map.is_empty())) {
        map.remove(key);
    }
}
