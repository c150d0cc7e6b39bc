//! Patches of kustomize on objects that declare applications: merge patches and JSON patches on plain fields.
//!
//! No kind here has a schema that kustomize knows, so a strategic merge patch merges mappings and replaces lists.

use std::collections::BTreeMap;

use super::fields;
use super::manifest::{Manifest, read_values};
use crate::yaml::Value;

/// Outcome of a patch for an object.
#[derive(Debug, PartialEq)]
pub(super) enum Patched {
    /// The patch is for other objects.
    Unchanged,
    /// The object has this value now.
    Changed(Value),
    /// The object is removed.
    Deleted,
    /// The patch is of a form that is not evaluated.
    Unsupported(String),
}

/// Applies the text of a patch to an object. Without a target it is for the object that it names.
pub(super) fn apply_patch(text: &str, target: Option<&Value>, object: &Manifest) -> Patched {
    let Some(patches) = read_values(text) else {
        return Patched::Unsupported("a patch that cannot be read".to_owned());
    };
    let mut outcome = Patched::Unchanged;
    for patch in &patches {
        let is_meant = match target {
            Some(target) => match selects(target, object) {
                Some(is_meant) => is_meant,
                None => return Patched::Unsupported("the target of a patch".to_owned()),
            },
            None => names(patch, object),
        };
        if !is_meant {
            continue;
        }
        let before = if let Patched::Changed(value) = outcome { value } else { object.value.clone() };
        outcome = apply_one(patch, before);
        if !matches!(outcome, Patched::Changed(_)) {
            return outcome;
        }
    }
    outcome
}

fn apply_one(patch: &Value, mut value: Value) -> Patched {
    match patch {
        Value::Seq(operations) => {
            for operation in operations {
                if apply_operation(operation, &mut value).is_none() {
                    return Patched::Unsupported("an operation of a JSON patch".to_owned());
                }
            }
        }
        Value::Map(entries) if entries.contains_key("$patch") => {
            return match fields::text(patch, &["$patch"]) {
                Some("delete") => Patched::Deleted,
                _ => Patched::Unsupported("a patch with `$patch`".to_owned()),
            };
        }
        Value::Map(_) => {
            if has_directive(patch) {
                return Patched::Unsupported("a patch with `$patch`".to_owned());
            }
            let before = value.clone();
            merge(&mut value, patch);
            // A patch with a target may name another object; kustomize lets no patch change these.
            for path in [&["kind"][..], &["metadata", "name"], &["metadata", "namespace"]] {
                if let Some(kept) = fields::field(&before, path) {
                    fields::set(&mut value, path, kept.clone());
                }
            }
        }
        _ => return Patched::Unsupported("a patch that is neither a mapping nor a list".to_owned()),
    }
    Patched::Changed(value)
}

/// Merges a JSON merge patch into a value: mappings are merged, null removes, all else is replaced.
pub(super) fn merge(value: &mut Value, patch: &Value) {
    let Value::Map(changes) = patch else {
        *value = patch.clone();
        return;
    };
    if !matches!(value, Value::Map(_)) {
        *value = Value::Map(BTreeMap::new());
    }
    let Value::Map(entries) = value else { return };
    for (key, change) in changes {
        if *change == Value::Null {
            entries.remove(key);
        } else {
            merge(entries.entry(key.clone()).or_insert(Value::Null), change);
        }
    }
}

pub(super) fn has_directive(value: &Value) -> bool {
    match value {
        Value::Map(entries) => entries.iter().any(|(key, item)| key.starts_with('$') || has_directive(item)),
        Value::Seq(items) => items.iter().any(has_directive),
        _ => false,
    }
}

/// Returns `true` if a patch names the object: by kind, group, name and, where both have one, namespace.
fn names(patch: &Value, object: &Manifest) -> bool {
    let version = fields::text(patch, &["apiVersion"]).unwrap_or_default();
    let group = version.split_once('/').map_or("", |(group, _)| group);
    let namespace = fields::text(patch, &["metadata", "namespace"]);
    group == object.group()
        && fields::text(patch, &["kind"]) == Some(object.kind())
        && fields::text(patch, &["metadata", "name"]) == Some(object.name())
        && (namespace.is_none() || object.namespace().is_none() || namespace == object.namespace())
}

/// Decides whether a target selects an object. `None` for a selector that cannot be read.
fn selects(target: &Value, object: &Manifest) -> Option<bool> {
    let version = fields::text(&object.value, &["apiVersion"]).unwrap_or_default();
    let version = version.rsplit('/').next().unwrap_or_default();
    for (key, actual) in [
        ("group", object.group()),
        ("version", version),
        ("kind", object.kind()),
        ("name", object.name()),
        ("namespace", object.namespace().unwrap_or_default()),
    ] {
        let Some(pattern) = fields::text(target, &[key]) else { continue };
        // Each is an expression that matches the whole.
        let expression = regex_lite::Regex::new(&format!("^(?:{pattern})$")).ok()?;
        if !expression.is_match(actual) {
            return Some(false);
        }
    }
    for (key, path) in [("labelSelector", "labels"), ("annotationSelector", "annotations")] {
        let Some(selector) = fields::text(target, &[key]) else { continue };
        if !select_labels(selector, fields::mapping(&object.value, &["metadata", path]))? {
            return Some(false);
        }
    }
    Some(true)
}

/// Evaluates a selector such as `a=b,c!=d,e,!f,g in (h,i),j notin (k)`. `None` for one that cannot be read.
fn select_labels(selector: &str, labels: Option<&BTreeMap<String, Value>>) -> Option<bool> {
    let value_of = |key: &str| labels.and_then(|labels| labels.get(key.trim())).and_then(fields::scalar_text);
    for requirement in split_requirements(selector) {
        let requirement = requirement.trim();
        let set = requirement.split_once(" in ").map(|(key, set)| (key, set, true));
        let set = set.or_else(|| requirement.split_once(" notin ").map(|(key, set)| (key, set, false)));
        let holds = if let Some((key, set, is_listed)) = set {
            let values = set.trim().strip_prefix('(')?.strip_suffix(')')?;
            let value = value_of(key);
            let is_in = value.is_some_and(|value| values.split(',').any(|listed| listed.trim() == value));
            is_in == is_listed
        } else if let Some((key, value)) = requirement.split_once("!=") {
            value_of(one_word(key)?).as_deref() != Some(one_word(value)?)
        } else if let Some((key, value)) = requirement.split_once("==").or(requirement.split_once('=')) {
            value_of(one_word(key)?).as_deref() == Some(one_word(value)?)
        } else if one_word(requirement).is_none() {
            return None;
        } else if let Some(key) = requirement.strip_prefix('!') {
            value_of(key).is_none()
        } else {
            value_of(requirement).is_some()
        };
        if !holds {
            return Some(false);
        }
    }
    Some(true)
}

/// A word without the whitespace around it; `None` for several.
fn one_word(text: &str) -> Option<&str> {
    let word = text.trim();
    (!word.contains(|letter: char| letter.is_whitespace() || matches!(letter, '(' | ')' | '='))).then_some(word)
}

/// The requirements of a selector, which commas separate outside of parentheses.
fn split_requirements(selector: &str) -> Vec<&str> {
    let (mut parts, mut depth, mut start) = (Vec::new(), 0, 0);
    for (at, letter) in selector.char_indices() {
        match letter {
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&selector[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&selector[start..]);
    parts
}

/// Applies one operation of a JSON patch; `None` if it is not evaluated here, or fails.
fn apply_operation(operation: &Value, value: &mut Value) -> Option<()> {
    let pointer = fields::text(operation, &["path"])?;
    let keys: Vec<String> =
        pointer.strip_prefix('/')?.split('/').map(|key| key.replace("~1", "/").replace("~0", "~")).collect();
    let (last, parents) = keys.split_last()?;
    let mut holder = value;
    for key in parents {
        holder = match holder {
            Value::Map(entries) => entries.get_mut(key)?,
            Value::Seq(items) => items.get_mut(key.parse::<usize>().ok()?)?,
            _ => return None,
        };
    }
    let new = fields::field(operation, &["value"]).cloned();
    let operation = fields::text(operation, &["op"])?;
    match holder {
        Value::Map(entries) => match operation {
            "add" => drop(entries.insert(last.clone(), new?)),
            "replace" => *entries.get_mut(last)? = new?,
            "remove" => drop(entries.remove(last)?),
            "test" => return (entries.get(last)? == &new?).then_some(()),
            _ => return None,
        },
        Value::Seq(items) => match operation {
            "add" if last == "-" => items.push(new?),
            "add" => {
                let at = last.parse::<usize>().ok().filter(|at| *at <= items.len())?;
                items.insert(at, new?);
            }
            "replace" => *items.get_mut(last.parse::<usize>().ok()?)? = new?,
            "remove" => {
                let at = last.parse::<usize>().ok().filter(|at| *at < items.len())?;
                items.remove(at);
            }
            _ => return None,
        },
        _ => return None,
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileLine;

    fn object() -> Manifest {
        let text = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: web, labels: {team: a}}\n\
                    spec: {path: ./web, list: [1, 2]}\n";
        let value = super::super::manifest::read_value(text).unwrap();
        Manifest { value, place: FileLine { file: String::new(), line: 1 }, uncertainty: None }
    }

    fn path_after(text: &str, target: Option<&str>) -> Result<String, Patched> {
        let target = target.map(|text| super::super::manifest::read_value(text).unwrap());
        match apply_patch(text, target.as_ref(), &object()) {
            Patched::Changed(value) => Ok(fields::text(&value, &["spec", "path"]).unwrap_or("none").to_owned()),
            other => Err(other),
        }
    }

    const MERGE: &str =
        "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: web}\nspec: {path: ./new}\n";

    #[test]
    fn patches_change_the_objects_that_they_are_for() {
        assert_eq!(path_after(MERGE, None), Ok("./new".to_owned()));
        assert_eq!(path_after(&MERGE.replace("name: web", "name: other"), None), Err(Patched::Unchanged));
        // With a target, the name in the patch does not count.
        let any = MERGE.replace("name: web", "name: any");
        assert_eq!(path_after(&any, Some("kind: Kustomization\nlabelSelector: team=a")), Ok("./new".to_owned()));
        assert_eq!(path_after(&any, Some("kind: Kustomization\nlabelSelector: team!=a")), Err(Patched::Unchanged));
        assert_eq!(path_after(&any, Some("name: w.*")), Ok("./new".to_owned()));
        assert_eq!(path_after(&any, Some("name: w")), Err(Patched::Unchanged));
        assert_eq!(path_after(&any, Some("labelSelector: 'team in (b, a),!other'")), Ok("./new".to_owned()));
        assert_eq!(path_after(&any, Some("labelSelector: team notin (b,a)")), Err(Patched::Unchanged));
        assert_eq!(
            path_after(&any, Some("labelSelector: team is a")),
            Err(Patched::Unsupported("the target of a patch".to_owned()))
        );
    }

    #[test]
    fn json_patches_change_single_fields() {
        let target = Some("kind: Kustomization");
        let replace = "- {op: replace, path: /spec/path, value: ./json}\n";
        assert_eq!(path_after(replace, target), Ok("./json".to_owned()));
        assert_eq!(path_after("- {op: remove, path: /spec/path}\n", target), Ok("none".to_owned()));
        assert!(matches!(
            path_after("- {op: move, path: /spec/path, from: /a}\n", target),
            Err(Patched::Unsupported(_))
        ));
    }

    #[test]
    fn directives_delete_or_are_not_evaluated() {
        let delete = MERGE.replace("spec: {path: ./new}", "$patch: delete");
        assert_eq!(path_after(&delete, None), Err(Patched::Deleted));
        let inner = MERGE.replace("path: ./new", "$patch: replace");
        assert!(matches!(path_after(&inner, None), Err(Patched::Unsupported(_))));
    }
}
