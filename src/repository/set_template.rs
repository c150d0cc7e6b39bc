//! Templates of ApplicationSets.

use super::application::{ReasonCode, StateReason};
use super::parameters::{ParameterSet, TemplateStyle, replace_parameters};
use crate::yaml::Value;

/// Renders a text of a template with a set of parameters.
///
/// # Errors
/// A form of Go templates that is not evaluated.
pub(super) fn render_text(text: &str, set: &ParameterSet, style: &TemplateStyle) -> Result<String, StateReason> {
    if style.is_go {
        if text.contains("{{") {
            return Err(StateReason::new(ReasonCode::Template, "Go templates are not evaluated", None));
        }
        return Ok(text.to_owned());
    }
    Ok(replace_parameters(text, &set.flatten()))
}

/// Renders every text of a template.
///
/// # Errors
/// As [`render_text`].
pub(super) fn render_value(template: &Value, set: &ParameterSet, style: &TemplateStyle) -> Result<Value, StateReason> {
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
            let mut rendered = std::collections::BTreeMap::new();
            for (key, value) in entries {
                rendered.insert(render_text(key, set, style)?, render_value(value, set, style)?);
            }
            Value::Map(rendered)
        }
        other => other.clone(),
    })
}
