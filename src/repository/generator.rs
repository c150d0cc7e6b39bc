//! Generators of ApplicationSets that can be evaluated without a cluster.
//!
//! Source: `applicationset/generators` of Argo CD.

mod clusters;
mod combine;
mod git;
mod list;

use std::collections::BTreeMap;

use super::application::{ReasonCode, StateReason};
use super::argo::ArgoContext;
use super::fields;
use super::parameters::{ParameterSet, TemplateStyle};
use super::set_template::render_text;
use crate::yaml::Value;

/// The most Applications that one set may make.
const MAX_SETS: usize = 10_000;

/// Generators that are evaluated, in the order in which Argo CD takes those of one entry.
const EVALUATED: [&str; 5] = ["list", "clusters", "git", "matrix", "merge"];

/// Results of generators: sets of parameters, each with the template that is merged over that of the ApplicationSet.
pub(super) struct Generated {
    pub(super) sets: Vec<(ParameterSet, Option<Value>)>,
    /// Files whose content the parameters are from.
    pub(super) inputs: Vec<String>,
    /// Patterns whose files differ between the two matchers that Argo CD has.
    pub(super) ambiguous_patterns: Vec<String>,
    /// The reason why there may be other sets.
    pub(super) uncertainty: Option<String>,
}

/// Evaluates the generators of an ApplicationSet.
///
/// # Errors
/// Generators that are not evaluated, or that Argo CD refuses.
pub(super) fn generate(
    context: &ArgoContext<'_>,
    set: &Value,
    style: &TemplateStyle,
) -> Result<Generated, StateReason> {
    let mut generated =
        Generated { sets: Vec::new(), inputs: Vec::new(), ambiguous_patterns: Vec::new(), uncertainty: None };
    for generator in fields::items(set, &["spec", "generators"]) {
        let template = EVALUATED.into_iter().find_map(|kind| fields::field(generator, &[kind, "template"]));
        let sets = Evaluation { context, style, generated: &mut generated }.evaluate(generator)?;
        for set in sets {
            generated.sets.push((set, template.cloned()));
        }
        check_number(generated.sets.len())?;
    }
    Ok(generated)
}

fn check_number(sets: usize) -> Result<(), StateReason> {
    if sets > MAX_SETS {
        let text = format!("it makes more than {MAX_SETS} Applications");
        return Err(StateReason::new(ReasonCode::Generator, text, None));
    }
    Ok(())
}

struct Evaluation<'e, 'g> {
    context: &'e ArgoContext<'e>,
    style: &'e TemplateStyle,
    generated: &'g mut Generated,
}

impl Evaluation<'_, '_> {
    fn evaluate(&mut self, generator: &Value) -> Result<Vec<ParameterSet>, StateReason> {
        for (name, _) in fields::mapping(generator, &[]).into_iter().flatten() {
            if !EVALUATED.contains(&name.as_str()) && name != "selector" {
                return Err(not_evaluated(&format!("the generator {name}")));
            }
        }
        let mut sets = Vec::new();
        for kind in EVALUATED {
            let Some(body) = fields::field(generator, &[kind]) else { continue };
            sets.extend(match kind {
                "list" => self.list_elements(body)?,
                "clusters" => self.clusters(body)?,
                "git" => self.git_entries(body)?,
                "matrix" => self.matrix(body)?,
                _ => self.merge(body)?,
            });
            check_number(sets.len())?;
        }
        if let Some(selector) = fields::field(generator, &["selector"]) {
            let mut selected = Vec::new();
            for set in sets {
                if selects(selector, &set.flatten())? {
                    selected.push(set);
                }
            }
            sets = selected;
        }
        Ok(sets)
    }

    /// Adds the `values` of a generator, which are templates over its parameters.
    fn add_values(&self, generator: &Value, set: &mut ParameterSet) -> Result<(), StateReason> {
        let Some(values) = fields::mapping(generator, &["values"]) else { return Ok(()) };
        let mut rendered = BTreeMap::new();
        for (name, value) in values {
            let text = fields::scalar_text(value).unwrap_or_default();
            rendered.insert(name.clone(), render_text(&text, set, self.style)?);
        }
        if !self.style.is_go {
            for (name, text) in rendered {
                set.insert_text(&format!("values.{name}"), &text);
            }
        } else if !rendered.is_empty() {
            set.insert("values", texts_value(rendered));
        }
        Ok(())
    }
}

/// A mapping of texts as a value.
fn texts_value(texts: BTreeMap<String, String>) -> Value {
    Value::Map(texts.into_iter().map(|(name, text)| (name, Value::String(text))).collect())
}

/// Decides whether a label selector selects flat parameters.
fn selects(selector: &Value, parameters: &BTreeMap<String, String>) -> Result<bool, StateReason> {
    for (name, value) in fields::mapping(selector, &["matchLabels"]).into_iter().flatten() {
        if parameters.get(name) != fields::scalar_text(value).as_ref() {
            return Ok(false);
        }
    }
    for expression in fields::items(selector, &["matchExpressions"]) {
        let value = parameters.get(fields::text(expression, &["key"]).unwrap_or_default());
        let values = fields::texts(expression, &["values"]);
        let is_listed = value.is_some_and(|value| values.contains(&value.as_str()));
        let holds = match fields::text(expression, &["operator"]) {
            Some("In") => is_listed,
            Some("NotIn") => !is_listed,
            Some("Exists") => value.is_some(),
            Some("DoesNotExist") => value.is_none(),
            _ => return Err(not_evaluated("an operator of a selector")),
        };
        if !holds {
            return Ok(false);
        }
    }
    Ok(true)
}

fn not_evaluated(form: &str) -> StateReason {
    StateReason::new(ReasonCode::Generator, format!("{form} is not evaluated"), None)
}

fn invalid(text: impl Into<String>) -> StateReason {
    StateReason::new(ReasonCode::Invalid, text.into(), None)
}
