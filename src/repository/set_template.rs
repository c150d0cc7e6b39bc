//! Templates of ApplicationSets.

use std::collections::BTreeMap;

use super::application::{ReasonCode, StateReason};
use super::fields;
use super::go_template::{MissingKey, TemplateFailure, render_go_template};
use super::parameters::{ParameterSet, TemplateStyle, replace_parameters};
use crate::yaml::Value;

/// The style of the templates of a set.
///
/// # Errors
/// An option of Go templates that is not known.
pub(super) fn read_template_style(set: &Value) -> Result<TemplateStyle, StateReason> {
    let mut style = TemplateStyle { is_go: fields::is_true(set, &["spec", "goTemplate"]), ..TemplateStyle::default() };
    for option in fields::texts(set, &["spec", "goTemplateOptions"]) {
        style.missing_key = match option {
            "missingkey=error" => MissingKey::Error,
            "missingkey=zero" => MissingKey::Zero,
            "missingkey=default" | "missingkey=invalid" => MissingKey::NoValue,
            _ => {
                let text = format!("the option {option} of Go templates is not known");
                return Err(StateReason::new(ReasonCode::Template, text, None));
            }
        };
    }
    Ok(style)
}

/// Renders a text of a template with a set of parameters.
///
/// # Errors
/// A Go template that fails, or that uses what is not evaluated.
pub(super) fn render_text(text: &str, set: &ParameterSet, style: &TemplateStyle) -> Result<String, StateReason> {
    if !style.is_go {
        return Ok(replace_parameters(text, &set.flatten()));
    }
    render_go_template(text, &set.0, style.missing_key).map_err(failure_reason)
}

fn failure_reason(failure: TemplateFailure) -> StateReason {
    let (code, text) = match failure {
        TemplateFailure::Invalid(text) | TemplateFailure::MissingKey(text) => {
            (ReasonCode::Invalid, format!("the template fails: {text}"))
        }
        TemplateFailure::Unsupported(form) => (ReasonCode::Template, format!("{form} is not evaluated")),
    };
    StateReason::new(code, text, None)
}

/// Renders every text of a template. Without parameters it stays as it is.
///
/// # Errors
/// As [`render_text`].
pub(super) fn render_value(template: &Value, set: &ParameterSet, style: &TemplateStyle) -> Result<Value, StateReason> {
    if set.is_empty() {
        return Ok(template.clone());
    }
    Ok(match template {
        Value::String(text) => Value::String(render_text(text, set, style)?),
        Value::Seq(items) => {
            let mut rendered = Vec::new();
            for item in items {
                rendered.push(render_value(item, set, style)?);
            }
            Value::Seq(rendered)
        }
        Value::Map(entries) => {
            let mut rendered = BTreeMap::new();
            for (key, value) in entries {
                rendered.insert(render_text(key, set, style)?, render_value(value, set, style)?);
            }
            Value::Map(rendered)
        }
        other => other.clone(),
    })
}

/// Renders the texts of the second generator of a matrix with a set of the first one. Of `values`, which are templates
/// over the generator's own parameters, too, texts that need those stay as they are.
///
/// # Errors
/// As [`render_text`].
pub(super) fn render_generator(
    generator: &Value,
    set: &ParameterSet,
    style: &TemplateStyle,
) -> Result<Value, StateReason> {
    let Value::Map(kinds) = generator else { return render_value(generator, set, style) };
    let mut rendered = BTreeMap::new();
    for (kind, body) in kinds {
        let children = fields::field(body, &["generators"]);
        let mut new = match kind.as_str() {
            "list" => render_value(body, set, style)?,
            _ => render_value(&without_own_fields(body), set, style)?,
        };
        if let (Some(Value::Seq(children)), "matrix" | "merge") = (children, kind.as_str()) {
            let mut items = Vec::new();
            for child in children {
                items.push(render_generator(child, set, style)?);
            }
            fields::set(&mut new, &["generators"], Value::Seq(items));
        }
        if let (Some(values), false) = (fields::mapping(body, &["values"]), kind == "list") {
            fields::set(&mut new, &["values"], render_values(values, set, style)?);
        }
        rendered.insert(kind.clone(), new);
    }
    Ok(Value::Map(rendered))
}

/// A generator without the fields that are rendered by rules of their own.
fn without_own_fields(body: &Value) -> Value {
    let mut body = body.clone();
    if let Value::Map(entries) = &mut body {
        entries.remove("values");
        entries.remove("generators");
    }
    body
}

fn render_values(
    values: &BTreeMap<String, Value>,
    set: &ParameterSet,
    style: &TemplateStyle,
) -> Result<Value, StateReason> {
    let mut rendered = BTreeMap::new();
    for (name, value) in values {
        let new = match value {
            Value::String(text) if style.is_go => match render_go_template(text, &set.0, MissingKey::Error) {
                Err(TemplateFailure::MissingKey(_)) => value.clone(),
                result => Value::String(result.map_err(failure_reason)?),
            },
            value => render_value(value, set, style)?,
        };
        rendered.insert(name.clone(), new);
    }
    Ok(Value::Map(rendered))
}
