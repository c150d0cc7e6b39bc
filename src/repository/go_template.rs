//! Go templates, as ApplicationSets with `goTemplate` use them: the language of Go's `text/template` with a part of the
//! functions of sprig. What is not evaluated here is refused by name, and never guessed.

mod arguments;
mod eval;
mod functions;
mod lexer;
mod parser;
mod value;
mod yaml_text;

use self::eval::Evaluator;
use self::parser::parse_template;
use self::value::{GoValue, format_float};
use crate::yaml::{Number, Value};

/// The reason why a template has no result.
#[derive(Debug, PartialEq)]
pub(super) enum TemplateFailure {
    /// Go refuses it, too.
    Invalid(String),
    /// Go refuses it, since a mapping lacks a key, or a value that is not a mapping has none.
    MissingKey(String),
    /// A form that is not evaluated here.
    Unsupported(String),
}

impl TemplateFailure {
    fn missing_key(text: String) -> TemplateFailure {
        TemplateFailure::MissingKey(text)
    }

    fn invalid(text: impl Into<String>) -> TemplateFailure {
        TemplateFailure::Invalid(text.into())
    }

    fn unsupported(text: impl Into<String>) -> TemplateFailure {
        TemplateFailure::Unsupported(text.into())
    }
}

/// The rule for a key that a mapping does not have: the option `missingkey` of `goTemplateOptions`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum MissingKey {
    /// Prints `<no value>`.
    #[default]
    NoValue,
    /// Takes the zero value of the mapping's type.
    Zero,
    /// Fails.
    Error,
}

/// Renders a template with parameters.
///
/// # Errors
/// A template that Go refuses, or that uses what is not evaluated; one that takes too many steps or prints too much.
pub(super) fn render_go_template(
    template: &str,
    parameters: &Value,
    missing_key: MissingKey,
) -> Result<String, TemplateFailure> {
    if !template.contains("{{") {
        return Ok(template.to_owned());
    }
    let nodes = parse_template(template)?;
    let root = GoValue::from_value(parameters);
    Evaluator::new(&root, missing_key).render(&nodes)
}

/// The text of a parameter that is a number, which came through JSON, as Go prints it.
pub(super) fn format_number(number: Number) -> String {
    match number {
        Number::Int(number) => format_float(number as f64),
        Number::Float(number) => format_float(number),
    }
}

#[cfg(test)]
mod tests;
