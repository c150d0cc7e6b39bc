//! Values of Helm releases of Flux, merged as helm-controller does (`fluxcd/pkg chartutil/values.go` and `merge.go`).

use std::collections::BTreeMap;

use super::fields;
use super::manifest::read_values;
use crate::content::decode_base64;
use crate::yaml::{Number, Value};

/// A reference of a release to values in a ConfigMap or Secret.
#[derive(Debug, PartialEq)]
pub(super) struct ValuesReference<'v> {
    pub(super) kind: &'v str,
    pub(super) name: &'v str,
    pub(super) key: &'v str,
    /// The place of a single value, in the syntax of `--set`.
    target_path: Option<&'v str>,
    is_literal: bool,
    pub(super) is_optional: bool,
}

/// Lists that are made longer than this by an index are a mistake: Helm's own limit.
const MAX_LIST_INDEX: usize = 65_536;

impl<'v> ValuesReference<'v> {
    /// Reads an entry of `spec.valuesFrom`.
    pub(super) fn read(entry: &'v Value) -> ValuesReference<'v> {
        let text = |key| fields::text(entry, &[key]);
        ValuesReference {
            kind: text("kind").unwrap_or_default(),
            name: text("name").unwrap_or_default(),
            key: text("valuesKey").unwrap_or("values.yaml"),
            target_path: text("targetPath"),
            is_literal: fields::is_true(entry, &["literal"]),
            is_optional: fields::is_true(entry, &["optional"]),
        }
    }

    /// Adds what the reference leads to. `inline` are the values of the release itself, which a single value is set over.
    ///
    /// # Errors
    /// A description of what is not evaluated, without the value.
    pub(super) fn add_to(&self, values: &mut Value, text: &str, inline: &Value) -> Result<(), String> {
        if let Some(path) = self.target_path {
            merge_values(values, inline);
            return set_value(values, path, text, self.is_literal)
                .ok_or_else(|| format!("the value of {} {} for {path} is not evaluated", self.kind, self.name));
        }
        let documents = read_values(text).unwrap_or_default();
        match documents.into_iter().next() {
            Some(parsed @ Value::Map(_)) => merge_values(values, &parsed),
            None if text.trim().is_empty() => {}
            _ => return Err(format!("the values in {} {} cannot be read", self.kind, self.name)),
        }
        Ok(())
    }
}

/// The text of a key of a ConfigMap or Secret.
pub(super) fn text_of_key(config: &Value, key: &str) -> Option<String> {
    if fields::text(config, &["kind"]) == Some("ConfigMap") {
        return fields::field(config, &["data", key]).and_then(fields::scalar_text);
    }
    if let Some(text) = fields::field(config, &["stringData", key]) {
        return fields::scalar_text(text);
    }
    let encoded = fields::text(config, &["data", key])?;
    String::from_utf8(decode_base64(encoded.as_bytes())?).ok()
}

/// Merges mappings; all else is replaced, also by null, with which Helm removes a default.
pub(super) fn merge_values(values: &mut Value, over: &Value) {
    let (Value::Map(entries), Value::Map(changes)) = (&mut *values, over) else {
        *values = over.clone();
        return;
    };
    for (key, change) in changes {
        match (entries.get_mut(key), change) {
            (Some(before @ Value::Map(_)), Value::Map(_)) => merge_values(before, change),
            _ => drop(entries.insert(key.clone(), change.clone())),
        }
    }
}

/// A step on the way to a value.
#[derive(Debug, PartialEq)]
enum SetStep {
    Key(String),
    Index(usize),
}

/// Sets a value as `--set PATH=TEXT` does, or as a text. `None` for a form of it that is not evaluated.
fn set_value(values: &mut Value, path: &str, text: &str, is_literal: bool) -> Option<()> {
    let steps = read_path(path)?;
    let value = if is_literal { Value::String(text.to_owned()) } else { read_set_value(text)? };
    let mut place = values;
    for step in steps {
        place = match step {
            SetStep::Key(key) => {
                if !matches!(place, Value::Map(_)) {
                    *place = Value::Map(BTreeMap::new());
                }
                let Value::Map(entries) = place else { return None };
                entries.entry(key).or_insert(Value::Null)
            }
            SetStep::Index(index) => {
                if matches!(place, Value::Null) {
                    *place = Value::Seq(Vec::new());
                }
                let Value::Seq(items) = place else { return None };
                if items.len() <= index {
                    items.resize(index + 1, Value::Null);
                }
                items.get_mut(index)?
            }
        };
    }
    *place = value;
    Some(())
}

/// Reads `a.b\.c[0].d`.
fn read_path(path: &str) -> Option<Vec<SetStep>> {
    let mut steps = Vec::new();
    let mut key = String::new();
    let mut letters = path.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => key.push(letters.next()?),
            '.' | '[' => {
                if !key.is_empty() {
                    steps.push(SetStep::Key(std::mem::take(&mut key)));
                }
                if letter == '[' {
                    let number: String = letters.by_ref().take_while(|letter| *letter != ']').collect();
                    steps.push(SetStep::Index(number.parse().ok().filter(|index| *index <= MAX_LIST_INDEX)?));
                }
            }
            ',' | '=' | '{' => return None,
            _ => key.push(letter),
        }
    }
    if !key.is_empty() {
        steps.push(SetStep::Key(key));
    }
    (!steps.is_empty()).then_some(steps)
}

/// Reads the text behind the equals sign of `--set`. A quoted one stays a text.
fn read_set_value(text: &str) -> Option<Value> {
    let is_quoted_by = |quote| text.starts_with(quote) && text.ends_with(quote);
    if is_quoted_by('\'') || is_quoted_by('"') {
        return Some(Value::String(remove_escapes(text.trim_matches(['\'', '"']))?));
    }
    let text = remove_escapes(text)?;
    Some(match text.as_str() {
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        "null" => Value::Null,
        _ if text == "0" || !text.starts_with('0') => match text.parse::<i64>() {
            Ok(number) => Value::Number(Number::Int(i128::from(number))),
            Err(_) => Value::String(text),
        },
        _ => Value::String(text),
    })
}

/// Removes backslashes. `None` for several values and lists.
fn remove_escapes(text: &str) -> Option<String> {
    if text.starts_with('{') {
        return None;
    }
    let mut plain = String::new();
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => plain.push(letters.next()?),
            ',' => return None,
            _ => plain.push(letter),
        }
    }
    Some(plain)
}

#[cfg(test)]
mod tests {
    use super::super::manifest::read_value;
    use super::super::wrapper::print_json;
    use super::*;

    /// The values of references, each an entry with the text that it leads to, and of the release.
    fn merged(references: &[(&str, &str)], inline: &str) -> Result<String, String> {
        let inline = read_value(inline).unwrap();
        let mut values = Value::Map(BTreeMap::new());
        for (entry, text) in references {
            let entry = read_value(entry).unwrap();
            ValuesReference::read(&entry).add_to(&mut values, text, &inline)?;
        }
        merge_values(&mut values, &inline);
        Ok(print_json(&values))
    }

    #[test]
    fn later_values_win_and_those_of_the_release_most() {
        let from = |text| ("{kind: ConfigMap, name: a}", text);
        assert_eq!(
            merged(&[from("a: {b: 1, c: 1}\nl: [1, 2]\n"), from("a: {b: 2}\nl: [3]\nx: 1\n")], "a: {d: 4}\nx: null\n"),
            Ok(r#"{"a":{"b":2,"c":1,"d":4},"l":[3],"x":null}"#.to_owned())
        );
        assert_eq!(merged(&[from("")], "a: 1\n"), Ok(r#"{"a":1}"#.to_owned()));
        assert_eq!(merged(&[from("- a\n")], "a: 1\n"), Err("the values in ConfigMap a cannot be read".to_owned()));
    }

    #[test]
    fn single_values_are_set_as_helm_sets_them() {
        let set = |path: &str, text| {
            let entry = format!("{{kind: Secret, name: a, targetPath: '{path}'}}");
            merged(&[(&entry, text)], "a: {b: 1}\n")
        };
        for (path, text, expected) in [
            ("a.c", "3", r#"{"a":{"b":1,"c":3}}"#),
            ("a.c", "'3'", r#"{"a":{"b":1,"c":"3"}}"#),
            ("a.c", "007", r#"{"a":{"b":1,"c":"007"}}"#),
            ("a.c", "true", r#"{"a":{"b":1,"c":true}}"#),
            ("a.c\\.d", "x\\,y", r#"{"a":{"b":1,"c.d":"x,y"}}"#),
            ("l[1].x", "v", r#"{"a":{"b":1},"l":[null,{"x":"v"}]}"#),
            // What the release itself says is merged last.
            ("a.b", "9", r#"{"a":{"b":1}}"#),
        ] {
            assert_eq!(set(path, text).as_deref(), Ok(expected), "{path}={text}");
        }
        for text in ["a,b=c", "{a,b}"] {
            assert!(set("a.c", text).is_err_and(|message| !message.contains(text)), "{text}");
        }
        let literal = "{kind: Secret, name: a, targetPath: c, literal: true}";
        assert_eq!(merged(&[(literal, "{a,b}")], "{}"), Ok(r#"{"c":"{a,b}"}"#.to_owned()));
    }

    #[test]
    fn secrets_are_decoded() {
        let secret = read_value("kind: Secret\ndata: {a: YQ==}\nstringData: {b: b}\n").unwrap();
        assert_eq!(text_of_key(&secret, "a").as_deref(), Some("a"));
        assert_eq!(text_of_key(&secret, "b").as_deref(), Some("b"));
        assert_eq!(text_of_key(&secret, "c"), None);
    }
}
