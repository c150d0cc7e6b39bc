//! The results of a function: its diagnostics and changes, by object, field and file.

use rollstamp::Bundle;
use rollstamp::bundle::{Object, ObjectId};
use rollstamp::diagnostic::{Diagnostic, Severity};
use rollstamp::yaml::Node;
use serde_json::{Map, Value as Json, json};

use crate::exit::Failure;
use crate::host::function::FunctionOutput;
use rollstamp::kinds::annotations;

/// Returns a result for every diagnostic and every change.
pub fn results_of(output: &FunctionOutput, check: bool) -> Vec<Json> {
    let reported = output.diagnostics.iter().filter(|diagnostic| diagnostic.severity < Severity::Detail);
    let mut results: Vec<Json> = reported.map(|diagnostic| result_of_diagnostic(diagnostic, &output.bundle)).collect();
    let severity = if check { Severity::Error } else { Severity::Note };
    if output.after.is_some() || check {
        let change = |(object, sentence): &(ObjectId, String)| {
            let object = &output.bundle.objects[*object];
            let sentence = sentence.strip_prefix(&format!("{}: ", object.label())).unwrap_or(sentence);
            result(sentence.to_owned(), severity, Some((object, output.bundle.node(object))), None)
        };
        results.extend(output.changes.iter().map(change));
    }
    results
}

/// Returns the results of a run that could not start.
pub fn results_of_failure(failure: &Failure) -> Vec<Json> {
    let Failure::Errors(reasons) = failure else { return Vec::new() };
    reasons.iter().map(|reason| result(reason.sentence(), Severity::Error, None, None)).collect()
}

fn result_of_diagnostic(diagnostic: &Diagnostic, bundle: &Bundle) -> Json {
    let without_object = Diagnostic { object: None, ..diagnostic.clone() };
    let span = diagnostic.place().map(|place| place.span.clone());
    let holds = |object: &&Object| {
        let own = bundle.node(object).span();
        span.as_ref().is_some_and(|span| own.start <= span.start && span.end <= own.end)
    };
    let found = bundle.objects.iter().find(holds).map(|object| (object, bundle.node(object)));
    // The keys of a Secret that cannot be read may be values.
    let field = found.zip(span).filter(|((object, _), _)| !object.is_secret());
    let field = field.map(|((_, node), span)| path_to(node, span)).filter(|path| !path.is_empty());
    let sentence = if found.is_some() { without_object.sentence() } else { diagnostic.sentence() };
    result(sentence, diagnostic.severity, found, field)
}

fn result(message: String, severity: Severity, about: Option<(&Object, Node<'_>)>, field: Option<String>) -> Json {
    // What we call a note is information to KRM functions.
    let severity = if severity >= Severity::Note { "info" } else { severity.as_str() };
    let mut result = Map::from_iter([("message".to_owned(), json!(message)), ("severity".to_owned(), json!(severity))]);
    let Some((object, node)) = about else { return result.into() };
    result.insert("resourceRef".to_owned(), reference(object, node));
    result.extend(field.map(|path| ("field".to_owned(), json!({"path": path}))));
    result.extend(file(node).map(|file| ("file".to_owned(), file)));
    result.into()
}

fn reference(object: &Object, node: Node<'_>) -> Json {
    let mut reference = json!({"apiVersion": object.api_version, "kind": object.kind, "name": object.name.name});
    let namespace = node.get("metadata").and_then(|metadata| metadata.get("namespace")?.as_str());
    if let Some(namespace) = namespace {
        reference["namespace"] = json!(namespace);
    }
    reference
}

/// The file that an item comes from, and where it stands in it.
fn file(item: Node<'_>) -> Option<Json> {
    let annotations = annotations(item)?;
    let text = |name: &str| {
        let keys = [format!("config.kubernetes.io/{name}"), format!("internal.config.kubernetes.io/{name}")];
        keys.iter().find_map(|key| annotations.get(key)?.decoded_text())
    };
    let index: u32 = text("index").and_then(|index| index.parse().ok()).unwrap_or(0);
    Some(json!({"path": text("path")?, "index": index}))
}

/// The way from an object to a place in it: `spec.template.spec.containers[0].image`.
fn path_to(object: Node<'_>, span: std::ops::Range<usize>) -> String {
    let holds = |node: Node<'_>| node.full_span().start <= span.start && span.end <= node.span().end;
    let mut path = String::new();
    let mut node = object;
    loop {
        if let Some((index, item)) = node.items().enumerate().find(|(_, item)| holds(*item)) {
            path.push_str(&format!("[{index}]"));
            node = item;
            continue;
        }
        let Some((key, value)) = node.pairs().find(|(key, value)| holds(*key) || holds(*value)) else { return path };
        let dot = if path.is_empty() { "" } else { "." };
        path.push_str(&format!("{dot}{}", key.key_text().unwrap_or_default()));
        node = value;
    }
}
