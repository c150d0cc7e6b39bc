//! The generator `list`.

use std::collections::BTreeMap;

use super::{Evaluation, invalid};
use crate::repository::application::{ReasonCode, StateReason};
use crate::repository::fields;
use crate::repository::manifest::read_value;
use crate::repository::parameters::ParameterSet;
use crate::yaml::Value;

impl Evaluation<'_, '_> {
    /// Elements, then those of the YAML in `elementsYaml`, which a matrix may have rendered.
    pub(super) fn list_elements(&self, list: &Value) -> Result<Vec<ParameterSet>, StateReason> {
        let mut sets = Vec::new();
        for element in fields::items(list, &["elements"]) {
            let set = if self.style.is_go { ParameterSet(element.clone()) } else { flat_element(element)? };
            sets.push(set);
        }
        let Some(text) = fields::text(list, &["elementsYaml"]) else { return Ok(sets) };
        if text.contains("{{") {
            let text = "`elementsYaml` has a parameter that is not known";
            return Err(StateReason::new(ReasonCode::Template, text, None));
        }
        let items = match read_value(text) {
            Some(Value::Seq(items)) => items,
            Some(Value::Null) => Vec::new(),
            None if text.trim().is_empty() => Vec::new(),
            _ => return Err(invalid("`elementsYaml` is not a list")),
        };
        for item in items {
            let Value::Map(entries) = &item else { return Err(invalid("an element is not a mapping")) };
            if !self.style.is_go && entries.values().any(|value| !matches!(value, Value::String(_))) {
                return Err(super::not_evaluated("an element of `elementsYaml` whose values are not all texts"));
            }
            sets.push(ParameterSet(item));
        }
        Ok(sets)
    }
}

/// An element without Go templates: texts, and a mapping `values` of texts.
fn flat_element(element: &Value) -> Result<ParameterSet, StateReason> {
    let mut set = ParameterSet::new();
    for (name, value) in fields::mapping(element, &[]).into_iter().flatten() {
        match value {
            Value::String(text) => set.insert_text(name, text),
            Value::Map(values) if name == "values" => add_nested(values, &mut set)?,
            _ => return Err(invalid(format!("{name} of an element of the generator list is not a text"))),
        }
    }
    Ok(set)
}

fn add_nested(values: &BTreeMap<String, Value>, set: &mut ParameterSet) -> Result<(), StateReason> {
    for (name, value) in values {
        let Value::String(text) = value else {
            return Err(invalid(format!("values.{name} of an element of the generator list is not a text")));
        };
        set.insert_text(&format!("values.{name}"), text);
    }
    Ok(())
}
