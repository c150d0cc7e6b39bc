//! The wishes of an application's author: plugin parameters, and environment variables of the same meaning.

mod announce;
mod table;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt::Display;
use std::str::FromStr;

use clap::ValueEnum;
use rollstamp::diagnostic::RunMessage;
use serde::Deserialize;

pub use announce::announcement;

use crate::cli::{PruneLast, RollOnName, StrategyName};
use crate::exit::Failure;
use crate::options::document::OptionsSpec;
use crate::options::value::AnnotationKey;
use table::{ENV_PREFIX, ParameterRow, Shape};

/// The variable with the parameters as JSON: unset without a plugin block, `null` with an empty one.
const PARAMETERS: &str = "ARGOCD_APP_PARAMETERS";

/// The choice of what makes manifests of an application's directory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum RendererChoice {
    /// By the files in the directory.
    #[default]
    Auto,
    /// None: the files are manifests.
    Plain,
    /// `kustomize build`.
    Kustomize,
    /// `helm template`.
    Helm,
}

/// Everything that was asked for, by parameter. What was not is left to the options file and its defaults.
#[derive(Debug, Default, PartialEq)]
pub struct Parameters {
    pub renderer: RendererChoice,
    pub recurse: bool,
    pub kustomize_options: Vec<String>,
    pub helm: HelmParameters,
    strategy: Option<StrategyName>,
    roll_on: Option<RollOnName>,
    annotation: Option<AnnotationKey>,
    prune_last: Option<PruneLast>,
    exclude: Vec<String>,
    no_exclude: bool,
    strict: Option<bool>,
    skip_invalid: Option<bool>,
    allow_empty: Option<bool>,
    immutable: Option<bool>,
    rename_jobs: Option<bool>,
}

/// The parameters of `helm template`.
#[derive(Debug, Default, PartialEq)]
pub struct HelmParameters {
    pub release_name: Option<String>,
    pub values_files: Vec<String>,
    pub values: Option<String>,
    pub set: BTreeMap<String, String>,
    pub set_string: BTreeMap<String, String>,
    pub skip_crds: bool,
}

impl Parameters {
    /// Reads the environment that Argo CD gives to a plugin. A parameter wins over a variable of the same meaning.
    ///
    /// # Errors
    /// Everything that is wrong with them: an unknown name, a value of the wrong shape, an unknown word.
    pub fn read(environment: impl Iterator<Item = (OsString, OsString)>) -> Result<Parameters, Failure> {
        let mut wrong = Vec::new();
        let mut values: BTreeMap<&'static str, ParameterValue> = BTreeMap::new();
        let environment: BTreeMap<String, String> = environment.map(decode_variable).collect();
        for (variable, value) in &environment {
            let Some(name) = variable.strip_prefix(ENV_PREFIX) else { continue };
            match ParameterValue::from_variable(name, variable, value) {
                Ok(Some((row, value))) => drop(values.insert(row.name, value)),
                Ok(None) => {}
                Err(sentence) => wrong.push(RunMessage(format!("{variable}: {sentence}"))),
            }
        }
        match parse_parameters(environment.get(PARAMETERS).map(String::as_str).unwrap_or_default()) {
            Err(sentence) => wrong.push(RunMessage(sentence)),
            Ok(parameters) => {
                for parameter in parameters {
                    let name = parameter.name.clone();
                    match ParameterValue::from_parameter(parameter) {
                        Ok(Some((row, value))) => drop(values.insert(row.name, value)),
                        Ok(None) => {}
                        Err(sentence) => wrong.push(RunMessage(format!("parameter {name}: {sentence}"))),
                    }
                }
            }
        }
        let mut read = Parameters::default();
        for (name, value) in values {
            let from = value.from.clone();
            if let Err(sentence) = read.set(name, value) {
                wrong.push(RunMessage(format!("{from}: {sentence}")));
            }
        }
        if wrong.is_empty() { Ok(read) } else { Err(Failure::all(wrong)) }
    }

    /// Overrides the options of the application's own file.
    pub fn override_spec(&self, file: &mut OptionsSpec) {
        if self.no_exclude {
            file.exclude.clear();
        }
        file.strategy = self.strategy.or(file.strategy);
        file.roll_on = self.roll_on.or(file.roll_on);
        file.annotation = self.annotation.clone().or(file.annotation.take());
        file.prune_last = self.prune_last.or(file.prune_last);
        file.exclude.extend(self.exclude.iter().cloned());
        file.strict = self.strict.unwrap_or(file.strict);
        file.skip_invalid = self.skip_invalid.unwrap_or(file.skip_invalid);
        file.allow_empty = self.allow_empty.unwrap_or(file.allow_empty);
        file.immutable = self.immutable.unwrap_or(file.immutable);
        file.rename_jobs = self.rename_jobs.unwrap_or(file.rename_jobs);
    }

    /// Sets one parameter. Every row of the table has its arm; a row without one is caught by a test.
    fn set(&mut self, name: &str, value: ParameterValue) -> Result<(), String> {
        match name {
            "strategy" => self.strategy = Some(value.parse_word()?),
            "renderer" => self.renderer = value.parse_word()?,
            "roll-on" => self.roll_on = Some(value.parse_word()?),
            "annotation" => self.annotation = Some(value.parse_text()?),
            "prune-last" => self.prune_last = Some(value.parse_word()?),
            "strict" => self.strict = Some(value.parse_switch()?),
            "skip-invalid" => self.skip_invalid = Some(value.parse_switch()?),
            "allow-empty" => self.allow_empty = Some(value.parse_switch()?),
            "immutable" => self.immutable = Some(value.parse_switch()?),
            "rename-jobs" => self.rename_jobs = Some(value.parse_switch()?),
            "exclude" => self.exclude = value.list,
            "no-exclude" => self.no_exclude = value.parse_switch()?,
            "recurse" => self.recurse = value.parse_switch()?,
            "kustomize-options" => self.kustomize_options = value.list,
            "helm-release-name" => self.helm.release_name = Some(value.text),
            "helm-values-files" => self.helm.values_files = value.list,
            "helm-values" => self.helm.values = Some(value.text),
            "helm-set" => self.helm.set = value.map,
            "helm-set-string" => self.helm.set_string = value.map,
            "helm-skip-crds" => self.helm.skip_crds = value.parse_switch()?,
            _ => return Err("is in the table and nowhere else".to_owned()),
        }
        Ok(())
    }
}

/// A parameter as Argo CD sends it: its name, and one of the other three.
#[derive(Deserialize)]
struct JsonParameter {
    name: String,
    string: Option<String>,
    array: Option<Vec<String>>,
    map: Option<BTreeMap<String, String>>,
}

fn decode_variable((name, value): (OsString, OsString)) -> (String, String) {
    (name.to_string_lossy().into_owned(), value.to_string_lossy().into_owned())
}

/// Parses the JSON list, and refuses a parameter that is in it twice.
fn parse_parameters(json: &str) -> Result<Vec<JsonParameter>, String> {
    if json.trim().is_empty() {
        return Ok(Vec::new());
    }
    let parameters = match serde_json::from_str::<Option<Vec<JsonParameter>>>(json) {
        Ok(parameters) => parameters.unwrap_or_default(),
        Err(error) => {
            return Err(format!("{PARAMETERS} must be a JSON list of parameters, as Argo CD sets it: {error}"));
        }
    };
    for (index, parameter) in parameters.iter().enumerate() {
        if parameters[..index].iter().any(|before| before.name == parameter.name) {
            return Err(format!("parameter {}: set twice; remove one", parameter.name));
        }
    }
    Ok(parameters)
}

/// A value of the shape that its row asks for, and where it comes from.
#[derive(Default)]
struct ParameterValue {
    from: String,
    text: String,
    list: Vec<String>,
    map: BTreeMap<String, String>,
}

/// A row and its value; `None` if the value is empty, by which a form says that nothing was chosen.
type RowValue = Result<Option<(&'static ParameterRow, ParameterValue)>, String>;

impl ParameterValue {
    fn from_parameter(parameter: JsonParameter) -> RowValue {
        let row = table::by_name(&parameter.name)?;
        let from = format!("parameter {}", row.name);
        let empty = ParameterValue { from, ..ParameterValue::default() };
        let value = match (row.shape, parameter.string, parameter.array, parameter.map) {
            (Shape::Text | Shape::Switch, Some(text), None, None) => ParameterValue { text, ..empty },
            (Shape::List, None, Some(list), None) => ParameterValue { list, ..empty },
            (Shape::Map, None, None, Some(map)) => ParameterValue { map, ..empty },
            (_, None, None, None) => return Ok(None),
            _ => return Err(format!("wrong type; write its value under `{}:`", row.shape.field())),
        };
        Ok(value.unless_empty(row))
    }

    /// Parses a variable, which is one string: a list is separated by whitespace, a map has a line `key=value` for each
    /// entry.
    fn from_variable(name: &str, variable: &str, value: &str) -> RowValue {
        let row = table::by_variable(name)?;
        let empty = ParameterValue { from: variable.to_owned(), ..ParameterValue::default() };
        let value = match row.shape {
            Shape::Text | Shape::Switch => ParameterValue { text: value.to_owned(), ..empty },
            Shape::List => ParameterValue { list: value.split_whitespace().map(str::to_owned).collect(), ..empty },
            Shape::Map => {
                let mut map = BTreeMap::new();
                for line in value.lines() {
                    match line.split_once('=') {
                        _ if line.trim().is_empty() => {}
                        Some((key, value)) => drop(map.insert(key.trim().to_owned(), value.to_owned())),
                        None => return Err(format!("{line:?} is not `key=value`; write one on each line")),
                    }
                }
                ParameterValue { map, ..empty }
            }
        };
        Ok(value.unless_empty(row))
    }

    fn unless_empty(self, row: &'static ParameterRow) -> Option<(&'static ParameterRow, ParameterValue)> {
        let empty = self.text.trim().is_empty() && self.list.is_empty() && self.map.is_empty();
        (!empty).then_some((row, self))
    }

    fn parse_word<T: ValueEnum>(&self) -> Result<T, String> {
        if let Ok(word) = T::from_str(self.text.trim(), false) {
            return Ok(word);
        }
        let words = T::value_variants().iter().filter_map(ValueEnum::to_possible_value);
        let words: Vec<String> = words.map(|word| word.get_name().to_owned()).collect();
        Err(format!("unknown value {:?}; expected one of {}", self.text, words.join(", ")))
    }

    fn parse_text<T: FromStr<Err: Display>>(&self) -> Result<T, String> {
        self.text.trim().parse().map_err(|error: T::Err| error.to_string())
    }

    fn parse_switch(&self) -> Result<bool, String> {
        match self.text.trim() {
            "true" => Ok(true),
            "false" => Ok(false),
            other => Err(format!("must be true or false, not {other:?}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::table::TABLE;
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Parameters, String> {
        let environment = variables.iter().map(|(name, value)| (OsString::from(name), OsString::from(value)));
        Parameters::read(environment).map_err(|failure| match failure {
            Failure::Errors(errors) => errors.iter().map(|error| error.sentence()).collect::<Vec<_>>().join("\n"),
            Failure::AlreadyReported => String::new(),
        })
    }

    #[test]
    fn parameters_are_absent_in_three_ways() {
        for json in [&[][..], &[(PARAMETERS, "null")], &[(PARAMETERS, "[]")], &[(PARAMETERS, "")]] {
            assert_eq!(read(json), Ok(Parameters::default()), "{json:?}");
        }
    }

    #[test]
    fn every_row_of_the_table_is_read() {
        for row in TABLE {
            let value = match (row.shape, row.name) {
                (Shape::Switch, _) => "true",
                (Shape::Map, _) => "a=b",
                (_, "strategy") => "rename",
                (_, "renderer") => "helm",
                (_, "roll-on") => "frozen",
                (_, "prune-last") => "argocd",
                _ => "a",
            };
            let variable = format!("{ENV_PREFIX}{}", row.name.to_uppercase().replace('-', "_"));
            let read = read(&[(&variable, value)]);
            assert!(read.as_ref().is_ok_and(|read| *read != Parameters::default()), "{}: {read:?}", row.name);
        }
    }

    #[test]
    fn a_parameter_wins_over_a_variable() {
        let json = r#"[{"name": "renderer", "string": "helm"}, {"name": "helm-set", "map": {"a.b": "c"}}]"#;
        let read = read(&[(PARAMETERS, json), ("ARGOCD_ENV_ROLLSTAMP_RENDERER", "plain")]).unwrap();
        assert_eq!(read.renderer, RendererChoice::Helm);
        assert_eq!(read.helm.set, BTreeMap::from([("a.b".to_owned(), "c".to_owned())]));
    }

    #[test]
    fn an_empty_value_is_none() {
        let json = r#"[{"name": "annotation", "string": ""}, {"name": "exclude", "array": []}, {"name": "strict"}]"#;
        assert_eq!(read(&[(PARAMETERS, json), ("ARGOCD_ENV_ROLLSTAMP_STRICT", "")]), Ok(Parameters::default()));
    }

    #[test]
    fn parameters_with_errors_are_all_named() {
        for (variables, said) in [
            (&[(PARAMETERS, r#"[{"name": "rollOn", "string": "any"}]"#)][..], "unknown; did you mean roll-on?"),
            (&[(PARAMETERS, r#"[{"name": "strategie", "string": "x"}]"#)], "unknown; did you mean strategy?"),
            (
                &[(PARAMETERS, r#"[{"name": "colour", "string": "x"}]"#)],
                "parameter colour: unknown; expected one of strategy,",
            ),
            (&[(PARAMETERS, r#"[{"name": "strict", "array": ["true"]}]"#)], "write its value under `string:`"),
            (
                &[(PARAMETERS, r#"[{"name": "strict", "string": "yes"}]"#)],
                "parameter strict: must be true or false, not \"yes\"",
            ),
            (
                &[(PARAMETERS, r#"[{"name": "roll-on", "string": "x"}]"#)],
                "parameter roll-on: unknown value \"x\"; expected one of any, frozen",
            ),
            (
                &[(PARAMETERS, r#"[{"name": "strict", "string": "true"}, {"name": "strict", "string": "true"}]"#)],
                "parameter strict: set twice",
            ),
            (&[(PARAMETERS, "{")], "ARGOCD_APP_PARAMETERS must be a JSON list"),
            (&[("ARGOCD_ENV_ROLLSTAMP_ROLLON", "any")], "did you mean ARGOCD_ENV_ROLLSTAMP_ROLL_ON?"),
            (&[("ARGOCD_ENV_ROLLSTAMP_HELM_SET", "a")], "ARGOCD_ENV_ROLLSTAMP_HELM_SET: \"a\" is not `key=value`"),
            (&[("ARGOCD_ENV_ROLLSTAMP_ANNOTATION", "a b")], "ARGOCD_ENV_ROLLSTAMP_ANNOTATION: invalid name \"a b\""),
        ] {
            let wrong = read(variables).unwrap_err();
            assert!(wrong.contains(said), "{wrong}");
        }
        let json = r#"[{"name": "x", "string": "1"}, {"name": "strict", "string": "1"}]"#;
        assert_eq!(read(&[(PARAMETERS, json)]).unwrap_err().lines().count(), 2);
        assert!(read(&[("ARGOCD_ENV_OTHER", "x"), ("ROLLSTAMP_SECRET_KEY_FILE", "x")]).is_ok());
    }

    #[test]
    fn parameters_win_over_the_options_file() {
        let mut file =
            OptionsSpec { strict: true, immutable: true, exclude: vec!["a".to_owned()], ..OptionsSpec::default() };
        let json = r#"[{"name": "strict", "string": "false"}, {"name": "exclude", "array": ["b"]}]"#;
        read(&[(PARAMETERS, json)]).unwrap().override_spec(&mut file);
        assert_eq!((file.strict, file.immutable, file.exclude), (false, true, vec!["a".to_owned(), "b".to_owned()]));
    }

    /// Each option of the file that has a parameter is set back by it.
    #[test]
    fn parameters_set_the_options_file_back() {
        let mut file = OptionsSpec {
            strategy: Some(StrategyName::Rename),
            roll_on: Some(RollOnName::Frozen),
            annotation: Some("checksum/config".parse().unwrap()),
            prune_last: Some(PruneLast::Argocd),
            exclude: vec!["a".to_owned()],
            strict: true,
            skip_invalid: true,
            allow_empty: true,
            immutable: true,
            rename_jobs: true,
            ..OptionsSpec::default()
        };
        let mut variables = vec![
            ("ARGOCD_ENV_ROLLSTAMP_STRATEGY", "stamp"),
            ("ARGOCD_ENV_ROLLSTAMP_ROLL_ON", "any"),
            ("ARGOCD_ENV_ROLLSTAMP_ANNOTATION", "rollstamp.dev/checksum"),
            ("ARGOCD_ENV_ROLLSTAMP_PRUNE_LAST", "none"),
            ("ARGOCD_ENV_ROLLSTAMP_NO_EXCLUDE", "true"),
        ];
        for switch in ["STRICT", "SKIP_INVALID", "ALLOW_EMPTY", "IMMUTABLE", "RENAME_JOBS"] {
            variables.push((format!("ARGOCD_ENV_ROLLSTAMP_{switch}").leak(), "false"));
        }
        read(&variables).unwrap().override_spec(&mut file);
        let expected = OptionsSpec {
            strategy: Some(StrategyName::Stamp),
            roll_on: Some(RollOnName::Any),
            annotation: Some(AnnotationKey::default()),
            prune_last: Some(PruneLast::None),
            ..OptionsSpec::default()
        };
        assert_eq!(file, expected);
    }
}
