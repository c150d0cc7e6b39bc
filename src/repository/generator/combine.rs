//! The generators `matrix` and `merge`, which combine others.

use std::collections::BTreeMap;

use super::{Evaluation, check_number, invalid};
use crate::repository::application::{ReasonCode, StateReason};
use crate::repository::fields;
use crate::repository::parameters::ParameterSet;
use crate::repository::set_template::render_generator;
use crate::yaml::Value;

impl Evaluation<'_, '_> {
    /// Every set of the first generator with every one of the second, in which the first one's parameters are rendered.
    pub(super) fn matrix(&mut self, matrix: &Value) -> Result<Vec<ParameterSet>, StateReason> {
        let [first, second] = fields::items(matrix, &["generators"]) else {
            return Err(invalid("a matrix needs two generators"));
        };
        let mut sets = Vec::new();
        for outer in self.evaluate_child(first)? {
            let second = if outer.is_empty() { second.clone() } else { render_generator(second, &outer, self.style)? };
            for inner in self.evaluate_child(&second)? {
                sets.push(self.combine(&outer, inner)?);
                check_number(sets.len())?;
            }
        }
        Ok(sets)
    }

    /// One set of two: with Go templates the first one's values win, else they must be equal.
    fn combine(&self, outer: &ParameterSet, inner: ParameterSet) -> Result<ParameterSet, StateReason> {
        let mut set = inner;
        if self.style.is_go {
            merge_values(&mut set.0, &outer.0);
            return Ok(set);
        }
        for (name, text) in outer.flatten() {
            let new = Value::String(text);
            if fields::field(&set.0, &[name.as_str()]).is_some_and(|old| *old != new) {
                return Err(invalid(format!("the generators of a matrix give {name} different values")));
            }
            set.insert(&name, new);
        }
        Ok(set)
    }

    /// The sets of the first generator, over which those of the others with the same keys are merged.
    pub(super) fn merge(&mut self, merge: &Value) -> Result<Vec<ParameterSet>, StateReason> {
        let keys = fields::texts(merge, &["mergeKeys"]);
        let generators = fields::items(merge, &["generators"]);
        let [first, others @ ..] = generators else { return Err(invalid("a merge needs two generators")) };
        if keys.is_empty() || others.is_empty() {
            return Err(invalid("a merge needs keys and two generators"));
        }
        let mut overrides = Vec::new();
        for other in others {
            overrides.push(index_by_keys(self.evaluate_child(other)?, &keys)?);
        }
        let (mut base, reason) = match self.evaluate_child(first) {
            Ok(base) => (base, None),
            Err(reason) if reason.code == ReasonCode::Clusters => (Vec::new(), Some(reason)),
            Err(reason) => return Err(reason),
        };
        self.infer_clusters(first, &keys, &overrides, &mut base)?;
        if let (Some(reason), true) = (reason, base.is_empty()) {
            return Err(reason);
        }
        let mut base = index_by_keys(base, &keys)?;
        for sets in overrides {
            for (key, set) in &mut base {
                let Some(changes) = sets.get(key) else { continue };
                if self.style.is_go {
                    merge_values(&mut set.0, &changes.0);
                } else if let Value::Map(entries) = &changes.0 {
                    for (name, value) in entries {
                        set.insert(name, value.clone());
                    }
                }
            }
        }
        Ok(base.into_values().collect())
    }

    /// Evaluates a generator in another one, of which there is one in each entry.
    fn evaluate_child(&mut self, generator: &Value) -> Result<Vec<ParameterSet>, StateReason> {
        let kinds =
            fields::mapping(generator, &[]).into_iter().flatten().filter(|(kind, _)| *kind != "selector").count();
        if kinds != 1 {
            return Err(invalid("a generator inside of another one is not one generator"));
        }
        self.evaluate(generator)
    }
}

/// Sets by the values of keys, written as JSON.
pub(super) type KeyedSets = BTreeMap<String, ParameterSet>;

fn index_by_keys(sets: Vec<ParameterSet>, keys: &[&str]) -> Result<KeyedSets, StateReason> {
    let mut indexed = BTreeMap::new();
    for set in sets {
        let mut values = Vec::new();
        for key in keys {
            values.push(fields::field(&set.0, &[key]).map_or(serde_json::Value::Null, Value::to_json));
        }
        let key = serde_json::Value::Array(values).to_string();
        if indexed.insert(key, set).is_some() {
            return Err(invalid(format!(
                "a generator of a merge has several sets with the same {}",
                keys.join(" and ")
            )));
        }
    }
    Ok(indexed)
}

/// Merges mappings; of anything else the new value wins.
fn merge_values(value: &mut Value, changes: &Value) {
    let (Value::Map(entries), Value::Map(changes)) = (&mut *value, changes) else {
        *value = changes.clone();
        return;
    };
    for (key, change) in changes {
        match entries.get_mut(key) {
            Some(old) => merge_values(old, change),
            None => drop(entries.insert(key.clone(), change.clone())),
        }
    }
}
