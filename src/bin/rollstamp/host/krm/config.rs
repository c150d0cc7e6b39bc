//! The options that stand in a functionConfig.

use std::collections::BTreeMap;

use rollstamp::rules::find_excessive_nesting;
use rollstamp::yaml::Value;
use serde::Deserialize;
use serde_json::{Map, Value as Json, json};

use crate::exit::Failure;
use crate::options::document::{API_VERSION, KIND, OptionsSpec, parse};

/// The options of a functionConfig: the `spec` of a Rollstamp, the `data` of a ConfigMap, or none.
pub fn read(config: Option<Value>) -> Result<OptionsSpec, Failure> {
    let config = match config.map(|config| config.to_json()) {
        None | Some(Json::Null) => return Ok(OptionsSpec::default()),
        Some(config) => config,
    };
    let version = config["apiVersion"].as_str().unwrap_or_default();
    let document = match (version, config["kind"].as_str().unwrap_or_default()) {
        ("v1", "ConfigMap") => {
            let Ok(data) = Option::<BTreeMap<String, String>>::deserialize(&config["data"]) else {
                return Err(Failure::because(
                    "functionConfig: data of a ConfigMap must be strings; quote numbers and booleans",
                ));
            };
            let mut spec = Map::new();
            for (field, text) in data.unwrap_or_default() {
                let value = value_of_text(&field, &text);
                spec.insert(field, value);
            }
            json!({"apiVersion": API_VERSION, "kind": KIND, "spec": spec})
        }
        (API_VERSION, KIND) => config,
        (version, kind) => {
            return Err(Failure::because(format!(
                "the functionConfig is {kind} of {version}; use {KIND} of {API_VERSION}, or a ConfigMap"
            )));
        }
    };
    parse(&document.to_string()).map_err(|wrong| Failure::because(format!("functionConfig: {}", wrong.sentence)))
}

/// The value of a field of the options that is written as a string: the string itself where the field takes one, else
/// its value as YAML.
fn value_of_text(field: &str, text: &str) -> Json {
    let as_text = Json::from(text);
    if takes_value(field, &as_text) || find_excessive_nesting(text).is_some() {
        return as_text;
    }
    match serde_yaml::from_str(text) {
        Ok(as_yaml) if takes_value(field, &as_yaml) => as_yaml,
        _ => as_text,
    }
}

fn takes_value(field: &str, value: &Json) -> bool {
    OptionsSpec::deserialize(json!({field: value})).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(yaml: &str) -> Result<OptionsSpec, String> {
        let text = format!("{yaml}\n");
        let document = rollstamp::yaml::read_documents(&text, &Default::default()).pop().unwrap();
        let rollstamp::yaml::DocumentContent::Tree(tree) = document.content else { panic!("no document") };
        let value = Value::from_node(tree.root(&text), &Default::default()).unwrap();
        read(Some(value)).map_err(|failure| match failure {
            Failure::Errors(errors) => errors[0].sentence(),
            Failure::AlreadyReported => String::new(),
        })
    }

    #[test]
    fn a_config_map_says_the_same_in_strings() {
        let spec = "{namespace: '123', strict: true, rollOn: frozen, maxDepth: 50, exclude: [a, b]}";
        let data = "{namespace: '123', strict: 'true', rollOn: frozen, maxDepth: '50', exclude: '[a, b]'}";
        let expected = of(&format!("{{apiVersion: rollstamp.dev/v1, kind: Rollstamp, spec: {spec}}}")).unwrap();
        assert_eq!(of(&format!("{{apiVersion: v1, kind: ConfigMap, data: {data}}}")), Ok(expected));
        assert_eq!(of("{apiVersion: v1, kind: ConfigMap}"), Ok(OptionsSpec::default()));
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (config, said) in [
            (
                "{apiVersion: v1, kind: ConfigMap, data: {roll-on: any}}",
                "functionConfig: spec: unknown field `roll-on`; did you mean `rollOn`?",
            ),
            (
                "{apiVersion: v1, kind: ConfigMap, data: {strict: maybe}}",
                "functionConfig: spec.strict: invalid type: string \"maybe\", expected a boolean",
            ),
            (
                "{apiVersion: v1, kind: ConfigMap, data: {strict: true}}",
                "functionConfig: data of a ConfigMap must be strings; quote numbers and booleans",
            ),
            (
                "{apiVersion: v1, kind: Secret}",
                "the functionConfig is Secret of v1; use Rollstamp of rollstamp.dev/v1, or a ConfigMap",
            ),
        ] {
            assert_eq!(of(config), Err(said.to_owned()));
        }
    }
}
