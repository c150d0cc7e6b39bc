//! ResourceSets of the Flux Operator with inline inputs: the objects that their templates make
//! (`flux-operator internal/builder/resourceset.go`).

use std::collections::BTreeSet;

use super::fields;
use super::go_template::{MissingKey, TemplateFailure, render_go_template};
use super::manifest::{Manifest, read_value, read_values};
use crate::yaml::Value;

/// No set makes more objects.
const MAX_OBJECTS: usize = 10_000;

/// Returns `true` for a ResourceSet.
pub(super) fn is_resource_set(manifest: &Manifest) -> bool {
    manifest.is("fluxcd.controlplane.io", "ResourceSet")
}

/// Makes the objects of a set, each at the place of the set.
///
/// # Errors
/// The reason why they are not known.
pub(super) fn expand_resource_set(set: &Manifest) -> Result<Vec<Manifest>, String> {
    let Some(spec) = fields::field(&set.value, &["spec"]) else { return Ok(Vec::new()) };
    if fields::field(spec, &["inputsFrom"]).is_some() {
        return Err("its inputs come from a provider on the cluster".to_owned());
    }
    let inputs = inputs_of(set, spec);
    let mut objects = Vec::new();
    let steps = fields::items(spec, &["steps"]);
    for part in steps.iter().chain([spec]) {
        for template in fields::items(part, &["resources"]) {
            for input in &inputs {
                objects.push(render_value(template, input).map_err(describe)?);
            }
        }
        if let Some(template) = fields::text(part, &["resourcesTemplate"]) {
            for input in &inputs {
                let text = render_text(template, input).map_err(describe)?;
                objects.extend(read_values(&text).ok_or("its template does not make YAML")?);
            }
        }
        if objects.len() > MAX_OBJECTS {
            return Err(format!("it makes more than {MAX_OBJECTS} objects"));
        }
    }
    Ok(keep_first(set, objects))
}

/// The inputs, or one that is empty.
fn inputs_of(set: &Manifest, spec: &Value) -> Vec<Value> {
    let mut inputs = Vec::new();
    for input in fields::items(spec, &["inputs"]) {
        let mut input = input.clone();
        for (key, text) in [
            ("apiVersion", fields::text(&set.value, &["apiVersion"])),
            ("kind", Some(set.kind())),
            ("name", Some(set.name())),
            ("namespace", set.namespace()),
        ] {
            let text = text.unwrap_or_default().to_owned();
            fields::set(&mut input, &["provider", key], Value::String(text));
        }
        inputs.push(input);
    }
    if inputs.is_empty() { vec![Value::Null] } else { inputs }
}

/// Leaves out objects that are made twice, and those that an annotation leaves out.
fn keep_first(set: &Manifest, objects: Vec<Value>) -> Vec<Manifest> {
    let mut known = BTreeSet::new();
    let mut kept = Vec::new();
    for object in objects {
        let manifest = set.with_value(object);
        let disabled = ["metadata", "annotations", "fluxcd.controlplane.io/reconcile"];
        let is_left_out = fields::text(&manifest.value, &disabled) == Some("disabled");
        let key = (
            manifest.group().to_owned(),
            manifest.kind().to_owned(),
            manifest.namespace().map(str::to_owned),
            manifest.name().to_owned(),
        );
        if !is_left_out && known.insert(key) {
            kept.push(manifest);
        }
    }
    kept
}

/// Renders the texts of a template. One that the template makes whole has the type that it is read with.
fn render_value(template: &Value, input: &Value) -> Result<Value, TemplateFailure> {
    Ok(match template {
        Value::String(text) if text.contains("<<") => {
            let text = render_text(text, input)?;
            match read_value(&text) {
                Some(value) if !text.contains(": ") || text.contains('\n') => value,
                _ => Value::String(text),
            }
        }
        Value::Seq(items) => {
            let mut rendered = Vec::new();
            for item in items {
                rendered.push(render_value(item, input)?);
            }
            Value::Seq(rendered)
        }
        Value::Map(entries) => {
            let mut rendered = std::collections::BTreeMap::new();
            for (key, value) in entries {
                rendered.insert(render_text(key, input)?, render_value(value, input)?);
            }
            Value::Map(rendered)
        }
        other => other.clone(),
    })
}

fn render_text(template: &str, input: &Value) -> Result<String, TemplateFailure> {
    if !template.contains("<<") {
        return Ok(template.to_owned());
    }
    render_go_template(&with_usual_delimiters(template), input, MissingKey::Error)
}

/// The template with the delimiters of Go in place of `<<` and `>>`, in which the inputs are the data.
fn with_usual_delimiters(template: &str) -> String {
    let mut result = String::new();
    let mut rest = template;
    while let Some((text, action)) = rest.split_once("<<") {
        result.push_str(&text.replace("{{", r#"{{"{{"}}"#));
        let (action, after) = action.split_once(">>").unwrap_or((action, ""));
        result.push_str("{{");
        result.push_str(&with_inputs_as_data(action));
        result.push_str("}}");
        rest = after;
    }
    result.push_str(&rest.replace("{{", r#"{{"{{"}}"#));
    result
}

/// An action in which `$` stands for the function `inputs`.
fn with_inputs_as_data(action: &str) -> String {
    const FUNCTION: &str = "inputs";
    let mut result = String::new();
    let mut rest = action;
    let mut quote = None;
    while let Some(letter) = rest.chars().next() {
        let is_word = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '.' | '$');
        let is_function = quote.is_none()
            && !result.ends_with(is_word)
            && rest
                .strip_prefix(FUNCTION)
                .is_some_and(|after| !after.starts_with(|next: char| next.is_alphanumeric() || next == '_'));
        if is_function {
            result.push('$');
            rest = &rest[FUNCTION.len()..];
            continue;
        }
        if matches!(letter, '"' | '`') {
            quote = if quote == Some(letter) { None } else { quote.or(Some(letter)) };
        }
        result.push(letter);
        rest = &rest[letter.len_utf8()..];
    }
    result
}

fn describe(failure: TemplateFailure) -> String {
    match failure {
        TemplateFailure::Invalid(text) | TemplateFailure::MissingKey(text) => text,
        TemplateFailure::Unsupported(text) => format!("its template is not evaluated: {text}"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::wrapper::print_json;
    use super::*;
    use crate::source::FileLine;

    /// The objects of a set in words.
    fn expanded(spec: &str) -> Result<String, String> {
        let text =
            format!("apiVersion: fluxcd.controlplane.io/v1\nkind: ResourceSet\nmetadata: {{name: s}}\nspec:\n{spec}");
        let place = FileLine { file: String::new(), line: 1 };
        let set = Manifest { value: read_value(&text).unwrap(), place, uncertainty: None };
        let objects = expand_resource_set(&set)?;
        Ok(objects.iter().map(|object| print_json(&object.value)).collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn each_input_makes_the_objects() {
        assert_eq!(
            expanded(
                "  inputs: [{a: x, m: 2}, {a: z, m: 3}]\n  resources: [{kind: K, metadata: {name: 'p-<< inputs.a >>'}, m: << inputs.m >>}]\n"
            ),
            Ok(r#"{"kind":"K","m":2,"metadata":{"name":"p-x"}} {"kind":"K","m":3,"metadata":{"name":"p-z"}}"#
                .to_owned())
        );
        let template = "  inputs: [{list: [a, b]}]\n  resourcesTemplate: |\n    <<- range $i := inputs.list >>\n    ---\n    \
                        kind: K\n    metadata: {name: << $i >>, set: << inputs.provider.name | quote >>}\n    text: '{{ a }}'\n    <<- end >>\n";
        assert_eq!(
            expanded(template),
            Ok(r#"{"kind":"K","metadata":{"name":"a","set":"s"},"text":"{{ a }}"} {"kind":"K","metadata":{"name":"b","set":"s"},"text":"{{ a }}"}"#.to_owned())
        );
        // The same object twice is one.
        assert_eq!(
            expanded("  inputs: [{a: x}, {a: y}]\n  resources: [{kind: K}]\n"),
            Ok(r#"{"kind":"K"}"#.to_owned())
        );
        assert_eq!(expanded("  steps: [{name: a, resources: [{kind: K}]}]\n"), Ok(r#"{"kind":"K"}"#.to_owned()));
    }

    #[test]
    fn what_is_not_known_is_said_with_its_reason() {
        assert!(expanded("  inputsFrom: [{name: p}]\n  resources: [{kind: K}]\n").is_err());
        assert!(expanded("  inputs: [{a: x}]\n  resources: [{kind: << inputs.b >>}]\n").is_err());
        let unsupported = expanded("  inputs: [{a: x}]\n  resources: [{kind: << inputs.a | genCA >>}]\n");
        assert!(unsupported.is_err_and(|reason| reason.contains("genCA")));
    }
}
