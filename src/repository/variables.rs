//! FluxVariables of Flux, `${NAME}`, in the fields of objects that declare applications.

use std::collections::BTreeMap;

/// The values of variables, and whether there are others whose values are not in the repository.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FluxVariables {
    pub(super) values: BTreeMap<String, String>,
    pub(super) is_incomplete: bool,
}

/// The label and annotation that keep an object from it.
const DISABLED: &str = "kustomize.toolkit.fluxcd.io/substitute: disabled";

impl FluxVariables {
    /// Returns `true` if there are variables whose values are not in the repository.
    pub fn has_unknown_values(&self) -> bool {
        self.is_incomplete
    }

    /// Returns `true` if nothing is replaced.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty() && !self.is_incomplete
    }

    /// Replaces the variables in the documents of a text, but not in those that are kept from it.
    pub fn substitute_documents(&self, text: &str) -> String {
        let mut result = String::new();
        for (number, document) in text.split("\n---\n").enumerate() {
            if number > 0 {
                result.push_str("\n---\n");
            }
            if document.contains(DISABLED) {
                result.push_str(document);
            } else {
                result.push_str(&self.substitute(document));
            }
        }
        result
    }

    /// Replaces the variables in a text. One whose value is not known stays as it is.
    pub(super) fn substitute(&self, text: &str) -> String {
        if self.is_empty() {
            return text.to_owned();
        }
        let mut result = String::new();
        let mut rest = text;
        while let Some(at) = rest.find("${") {
            let (before, from) = rest.split_at(at);
            let Some(end) = from.find('}') else { break };
            let (variable, after) = (&from[..=end], &from[end + 1..]);
            if let Some(before) = before.strip_suffix('$') {
                // `$${x}` is the text `${x}`.
                result.push_str(before);
                result.push_str(variable);
            } else {
                result.push_str(before);
                match self.value_of(&variable[2..end]) {
                    Some(value) => result.push_str(&value),
                    None => result.push_str(variable),
                }
            }
            rest = after;
        }
        result.push_str(rest);
        result
    }

    /// The value of what stands between the braces: a name, perhaps with a default.
    fn value_of(&self, expression: &str) -> Option<String> {
        let end =
            expression.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(expression.len());
        let (name, operator) = expression.split_at(end);
        let default = operator.strip_prefix(":=").or(operator.strip_prefix(":-")).or(operator.strip_prefix('='));
        if !operator.is_empty() && default.is_none() {
            return None;
        }
        match (self.values.get(name), default) {
            (Some(value), None) => Some(value.clone()),
            (Some(value), Some(_)) if !value.is_empty() => Some(value.clone()),
            (Some(_), Some(default)) => Some(default.to_owned()),
            (None, Some(default)) if !self.is_incomplete => Some(default.to_owned()),
            (None, _) => None,
        }
    }
}

/// Returns `true` if a variable stands in a text.
pub(super) fn has_variable(text: &str) -> bool {
    text.contains("${")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_variables_are_replaced_and_others_stay() {
        let values = [("env", "prod"), ("empty", "")].map(|(name, value)| (name.to_owned(), value.to_owned()));
        let mut variables = FluxVariables { values: BTreeMap::from(values), is_incomplete: false };
        for (text, expected) in [
            ("./apps/${env}", "./apps/prod"),
            ("${env:-dev}/${empty:=dev}/${other:-dev}", "prod/dev/dev"),
            ("${other}", "${other}"),
            ("$${env} $env ${env", "${env} $env ${env"),
            ("${env/p/q}", "${env/p/q}"),
        ] {
            assert_eq!(variables.substitute(text), expected, "{text}");
        }
        variables.is_incomplete = true;
        assert_eq!(variables.substitute("${other:-dev}"), "${other:-dev}");
        assert_eq!(FluxVariables::default().substitute("$${env}"), "$${env}");
    }
}
