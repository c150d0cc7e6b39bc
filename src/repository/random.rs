//! Values that templates of charts make anew at every rendering: random passwords, certificates, the time. They are found
//! by rendering the same files twice, and taken from one rendering into another, so that they are no change.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::fields;
use super::wrapper::print_json;
use crate::escape::escape;
use crate::source::Source;
use crate::yaml::{self, DocumentContent, Limits, Value};

/// Functions of templates whose result is another at every call (sprig and Helm).
const FUNCTIONS: &[&str] = &[
    "ago",
    "bcrypt",
    "encryptAES",
    "genCA",
    "genCAWithKey",
    "genPrivateKey",
    "genSelfSignedCert",
    "genSelfSignedCertWithKey",
    "genSignedCert",
    "genSignedCertWithKey",
    "htpasswd",
    "now",
    "randAlpha",
    "randAlphaNum",
    "randAscii",
    "randBytes",
    "randInt",
    "randNumeric",
    "shuffle",
    "uuidv4",
];

/// Returns `true` if an action in a text of templates calls a function whose result is another at every call.
pub fn names_random_function(text: &str) -> bool {
    text.split("{{").skip(1).any(|rest| {
        let action = rest.split("}}").next().unwrap_or_default();
        let mut words = action.split(|letter: char| !letter.is_alphanumeric() && letter != '_' && letter != '.');
        words.any(|word| FUNCTIONS.contains(&word))
    })
}

/// A field of an object, by its keys from the root on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RandomField {
    object: RenderedName,
    path: Vec<String>,
}

/// Kind, namespace and name of an object in a rendering.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct RenderedName {
    kind: String,
    namespace: String,
    name: String,
}

impl RenderedName {
    fn of(object: &Value) -> RenderedName {
        let text = |path: &[&str]| fields::text(object, path).unwrap_or_default().to_owned();
        RenderedName {
            kind: text(&["kind"]),
            namespace: text(&["metadata", "namespace"]),
            name: text(&["metadata", "name"]),
        }
    }
}

/// Prints `Secret/shop/web data.password`, without the value.
impl fmt::Display for RandomField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let RenderedName { kind, namespace, name } = &self.object;
        let namespace = if namespace.is_empty() { String::new() } else { format!("{namespace}/") };
        write!(f, "{} {}", escape(&format!("{kind}/{namespace}{name}")), escape(&self.path.join(".")))
    }
}

/// An object whose name is random, and the part of its name that is not.
struct RandomName {
    object: Value,
    prefix: String,
}

/// The random values of a rendering.
#[derive(Default)]
pub struct RandomValues {
    values: BTreeMap<RandomField, Value>,
    /// The objects of the rendering.
    known: BTreeSet<RenderedName>,
    names: Vec<RandomName>,
}

impl RandomValues {
    /// Compares two renderings of the same files. The values are those of the first.
    pub fn find(first: &[&str], second: &[&str]) -> RandomValues {
        let (first, second) = (read_objects(first), read_objects(second));
        let mut found = RandomValues { known: first.iter().map(RenderedName::of).collect(), ..RandomValues::default() };
        let mut waiting: BTreeMap<RenderedName, Vec<&Value>> = BTreeMap::new();
        for object in second.iter().rev() {
            waiting.entry(RenderedName::of(object)).or_default().push(object);
        }
        let mut alone = Vec::new();
        for object in &first {
            match waiting.get_mut(&RenderedName::of(object)).and_then(Vec::pop) {
                Some(other) => found.compare(object, other),
                None => alone.push(object),
            }
        }
        // What has another name each time is the next of its kind.
        for object in alone {
            let name = RenderedName::of(object);
            let is_like = |other: &RenderedName| other.kind == name.kind && other.namespace == name.namespace;
            let other = waiting.iter_mut().filter(|(other, _)| is_like(other)).find_map(|(_, others)| others.pop());
            if let Some(other) = other {
                let prefix = common_prefix(&name.name, &RenderedName::of(other).name).to_owned();
                found.compare(object, other);
                found.names.push(RandomName { object: object.clone(), prefix });
            }
        }
        found
    }

    fn compare(&mut self, object: &Value, other: &Value) {
        let name = RenderedName::of(object);
        let mut paths = Vec::new();
        collect_differences(object, other, &mut Vec::new(), &mut paths);
        for path in paths {
            if let Some(value) = value_at(object, &path) {
                self.values.insert(RandomField { object: name.clone(), path }, value.clone());
            }
        }
    }

    /// The fields that differ, sorted.
    pub fn fields(&self) -> impl Iterator<Item = &RandomField> {
        self.values.keys()
    }

    /// Returns `true` if the renderings are the same.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Puts the values into another rendering, where it has the same fields.
    pub fn put_into(&self, text: &str) -> String {
        let limits = Limits::default();
        let source = Source::new("", text);
        let text = source.padded();
        let mut used = BTreeSet::new();
        let mut result = String::new();
        let mut copied = 0;
        for document in yaml::read_documents(text, &limits) {
            let DocumentContent::Tree(tree) = document.content else { continue };
            let Ok(before) = Value::from_node(tree.root(text), &limits) else { continue };
            let mut object = before.clone();
            self.name_again(&mut object, &mut used);
            let name = RenderedName::of(&object);
            for (field, value) in self.values.iter().filter(|(field, _)| field.object == name) {
                if let Some(place) = value_at_mut(&mut object, &field.path) {
                    *place = value.clone();
                }
            }
            if object != before {
                result.push_str(&text[copied..document.range.start]);
                result.push_str(&format!("---\n{}\n", print_json(&object)));
                copied = document.range.end;
            }
        }
        result.push_str(&text[copied..]);
        result
    }

    /// Gives an object with a random name that of the same object in this rendering.
    fn name_again(&self, object: &mut Value, used: &mut BTreeSet<usize>) {
        let name = RenderedName::of(object);
        if self.known.contains(&name) {
            return;
        }
        for (number, random) in self.names.iter().enumerate() {
            let other = RenderedName::of(&random.object);
            let is_it = other.kind == name.kind
                && other.namespace == name.namespace
                && !random.prefix.is_empty()
                && name.name.starts_with(&random.prefix);
            if is_it && used.insert(number) {
                fields::set(object, &["metadata", "name"], Value::String(other.name));
                return;
            }
        }
    }
}

fn read_objects(texts: &[&str]) -> Vec<Value> {
    let limits = Limits::default();
    let mut objects = Vec::new();
    for text in texts {
        let source = Source::new("", *text);
        for document in yaml::read_documents(source.padded(), &limits) {
            if let DocumentContent::Tree(tree) = document.content {
                objects.extend(Value::from_node(tree.root(source.padded()), &limits));
            }
        }
    }
    objects
}

/// The beginning that two names have in common, to the end of a word: the first letters of random words may be the same.
fn common_prefix<'n>(one: &'n str, other: &str) -> &'n str {
    let length = one.bytes().zip(other.bytes()).take_while(|(a, b)| a == b).count();
    let end = one.bytes().take(length).rposition(|byte| matches!(byte, b'-' | b'.')).map_or(length, |at| at + 1);
    one.get(..end).unwrap_or_default()
}

/// Collects the paths of scalars that differ, and of lists and mappings that do not have the same members.
fn collect_differences(one: &Value, other: &Value, path: &mut Vec<String>, found: &mut Vec<Vec<String>>) {
    match (one, other) {
        (Value::Map(a), Value::Map(b)) if a.keys().eq(b.keys()) => {
            for (key, value) in a {
                path.push(key.clone());
                collect_differences(value, &b[key], path, found);
                path.pop();
            }
        }
        (Value::Seq(a), Value::Seq(b)) if a.len() == b.len() => {
            for (number, (value, other)) in a.iter().zip(b).enumerate() {
                path.push(number.to_string());
                collect_differences(value, other, path, found);
                path.pop();
            }
        }
        _ if one == other => {}
        _ => found.push(path.clone()),
    }
}

fn value_at<'v>(value: &'v Value, path: &[String]) -> Option<&'v Value> {
    let mut value = value;
    for key in path {
        value = match value {
            Value::Map(entries) => entries.get(key)?,
            Value::Seq(items) => items.get(key.parse::<usize>().ok()?)?,
            _ => return None,
        };
    }
    Some(value)
}

fn value_at_mut<'v>(value: &'v mut Value, path: &[String]) -> Option<&'v mut Value> {
    let mut value = value;
    for key in path {
        value = match value {
            Value::Map(entries) => entries.get_mut(key)?,
            Value::Seq(items) => items.get_mut(key.parse::<usize>().ok()?)?,
            _ => return None,
        };
    }
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_named_in_actions() {
        for text in ["a: {{ randAlphaNum 8 }}", "{{- $ca := genCA \"a\" 1 -}}", "x {{ a }} {{ now | date \"2006\" }}"] {
            assert!(names_random_function(text), "{text}");
        }
        for text in ["randAlphaNum", "{{ .Values.now }}", "{{ $nowhere }} now {{/**/}}", "{{ printf \"knowing\" }}"] {
            assert!(!names_random_function(text), "{text}");
        }
    }

    const FIRST: &str = "\
kind: Secret
metadata: {name: web}
data: {a: one, b: same}
---
kind: Pod
metadata: {name: test-abc}
spec: {list: [1, {x: one}]}
";

    #[test]
    fn values_that_differ_between_two_renderings_are_those_of_the_first() {
        let second = FIRST.replace("one", "two").replace("abc", "xyz");
        let random = RandomValues::find(&[FIRST], &[&second]);
        let names: Vec<String> = random.fields().map(ToString::to_string).collect();
        assert_eq!(names, ["Pod/test-abc metadata.name", "Pod/test-abc spec.list.1.x", "Secret/web data.a"]);
        let base = FIRST.replace("one", "three").replace("abc", "mno").replace("same", "other");
        let expected = FIRST.replace("same", "other");
        let aligned = random.put_into(&base);
        assert_eq!(read_objects(&[&aligned]).len(), 2);
        assert!(read_objects(&[&aligned]) == read_objects(&[&expected]), "{aligned}");
        // What is the same twice is left as it is written.
        assert!(RandomValues::find(&[FIRST], &[FIRST]).is_empty());
        assert_eq!(RandomValues::default().put_into(FIRST), FIRST);
    }
}
