//! Parameters of ApplicationSets: one set of them makes one Application.

use std::collections::BTreeMap;

use super::fields;
use super::go_template::{MissingKey, format_number};
use super::normalize::normalize;
use super::path;
use crate::yaml::Value;

/// A set of parameters: a mapping, of texts alone unless the set has `goTemplate`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ParameterSet(pub(super) Value);

impl ParameterSet {
    pub(super) fn new() -> ParameterSet {
        ParameterSet(Value::Map(BTreeMap::new()))
    }

    pub(super) fn is_empty(&self) -> bool {
        matches!(&self.0, Value::Map(entries) if entries.is_empty())
    }

    pub(super) fn insert(&mut self, name: &str, value: Value) {
        if let Value::Map(entries) = &mut self.0 {
            entries.insert(name.to_owned(), value);
        }
    }

    pub(super) fn insert_text(&mut self, name: &str, text: &str) {
        self.insert(name, Value::String(text.to_owned()));
    }

    /// The parameters as texts, with dots in the names of nested ones.
    pub(super) fn flatten(&self) -> BTreeMap<String, String> {
        let mut flat = BTreeMap::new();
        flatten_into(&mut flat, "", &self.0);
        flat
    }
}

/// Adds the leaves of a value to a flat map, as the verb `%v` of Go prints them.
pub(super) fn flatten_into(flat: &mut BTreeMap<String, String>, name: &str, value: &Value) {
    let below = |key: &str| if name.is_empty() { key.to_owned() } else { format!("{name}.{key}") };
    match value {
        Value::Map(entries) => {
            for (key, value) in entries {
                flatten_into(flat, &below(key), value);
            }
        }
        Value::Seq(items) => {
            for (at, value) in items.iter().enumerate() {
                flatten_into(flat, &below(&at.to_string()), value);
            }
        }
        Value::Number(number) => {
            flat.insert(name.to_owned(), format_number(*number));
        }
        Value::Null => {
            flat.insert(name.to_owned(), "<nil>".to_owned());
        }
        scalar => {
            flat.insert(name.to_owned(), fields::scalar_text(scalar).unwrap_or_default());
        }
    }
}

/// Adds the parameters of a directory, or of the directory of a file, under `path`.
pub(super) fn insert_path(set: &mut ParameterSet, directory: &str, file: Option<&str>, style: &TemplateStyle) {
    let name = |text: &str| if style.prefix.is_empty() { text.to_owned() } else { format!("{}.{text}", style.prefix) };
    let base = path::base_name(directory);
    let segments = directory.split('/');
    let mut texts = vec![
        ("path".to_owned(), directory.to_owned()),
        ("basename".to_owned(), base.to_owned()),
        ("basenameNormalized".to_owned(), normalize(base)),
    ];
    if let Some(file) = file {
        texts.push(("filename".to_owned(), path::base_name(file).to_owned()));
        texts.push(("filenameNormalized".to_owned(), normalize(path::base_name(file))));
    }
    if style.is_go {
        let mut entries = BTreeMap::new();
        for (key, text) in texts {
            entries.insert(key, Value::String(text));
        }
        let segments = segments.map(|segment| Value::String(segment.to_owned())).collect();
        entries.insert("segments".to_owned(), Value::Seq(segments));
        let below = Value::Map(BTreeMap::from([("path".to_owned(), Value::Map(entries.clone()))]));
        if style.prefix.is_empty() {
            set.insert("path", Value::Map(entries));
        } else {
            set.insert(&style.prefix, below);
        }
        return;
    }
    for (key, text) in texts {
        let key = if key == "path" { name("path") } else { name(&format!("path.{key}")) };
        set.insert_text(&key, &text);
    }
    for (at, segment) in segments.enumerate() {
        set.insert_text(&name(&format!("path[{at}]")), segment);
    }
}

/// The style in which a set writes templates and parameters.
#[derive(Clone, Debug, Default)]
pub(super) struct TemplateStyle {
    /// Set for Go templates.
    pub(super) is_go: bool,
    /// The name under which the parameters of a path stand, if not at the top.
    pub(super) prefix: String,
    /// The rule for keys that parameters do not have.
    pub(super) missing_key: MissingKey,
}

/// Replaces `{{ name }}` by parameters. A name that is not one stays as it is.
pub(super) fn replace_parameters(text: &str, parameters: &BTreeMap<String, String>) -> String {
    let mut result = String::new();
    let mut rest = text;
    while let Some((before, from)) = rest.split_once("{{") {
        result.push_str(before);
        let Some((name, after)) = from.split_once("}}") else {
            result.push_str("{{");
            rest = from;
            break;
        };
        match parameters.get(name.trim()) {
            Some(value) => result.push_str(value),
            None => result.push_str(&format!("{{{{{name}}}}}")),
        }
        rest = after;
    }
    result.push_str(rest);
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_parameters_stay_in_the_text() {
        let parameters = BTreeMap::from([("path.basename".to_owned(), "web".to_owned())]);
        for (text, expected) in [
            ("{{path.basename}}-{{ path.basename }}", "web-web"),
            ("{{other}}", "{{other}}"),
            ("{{open", "{{open"),
            ("none", "none"),
        ] {
            assert_eq!(replace_parameters(text, &parameters), expected);
        }
    }

    #[test]
    fn paths_have_parameters_in_both_styles() {
        let mut flat = ParameterSet::new();
        insert_path(&mut flat, "apps/Web_1", None, &TemplateStyle::default());
        let flat = flat.flatten();
        let names: Vec<&str> = flat.keys().map(String::as_str).collect();
        assert_eq!(names, ["path", "path.basename", "path.basenameNormalized", "path[0]", "path[1]"]);
        assert_eq!(flat["path.basenameNormalized"], "web-1");
        let mut go = ParameterSet::new();
        let style = TemplateStyle { is_go: true, prefix: "app".to_owned(), ..TemplateStyle::default() };
        insert_path(&mut go, "apps/web", Some("apps/web/a.yaml"), &style);
        assert_eq!(go.flatten()["app.path.filename"], "a.yaml");
        assert_eq!(go.flatten()["app.path.segments.1"], "web");
    }
}
