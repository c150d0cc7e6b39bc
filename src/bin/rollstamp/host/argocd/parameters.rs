//! The wishes of an application's author: plugin parameters, and environment variables of the same meaning.

mod announce;
mod table;
mod value;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;

use clap::ValueEnum;
use rollstamp::ConfigPattern;
use rollstamp::diagnostic::RunMessage;

pub use announce::announcement;

use crate::cli::{PruneLast, RollOnName, StrategyName};
use crate::exit::Failure;
use crate::options::configs::{ConfigFlags, ConfigPatternText};
use crate::options::document::OptionsSpec;
use crate::values::AnnotationKey;
use table::ENV_PREFIX;
use value::{ParameterValue, parse_parameters};

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
    configs: ConfigFlags,
    no_configs: bool,
    external: Vec<ConfigPattern>,
    no_external: bool,
    context: Vec<String>,
    no_context: bool,
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
        if self.no_configs {
            file.configs.clear();
        }
        file.config_flags = self.configs.clone();
        if self.no_external {
            file.external.clear();
        }
        file.external.extend(self.external.iter().cloned().map(ConfigPatternText));
        if self.no_context {
            file.context.clear();
        }
        file.context.extend(self.context.iter().map(PathBuf::from));
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
            "ignore-config" => self.configs.ignored = value.parse_list()?,
            "keep-name" => self.configs.keeping_name = value.parse_list()?,
            "no-configs" => self.no_configs = value.parse_switch()?,
            "external" => self.external = value.parse_list()?,
            "no-external" => self.no_external = value.parse_switch()?,
            "context" => self.context = value.list,
            "no-context" => self.no_context = value.parse_switch()?,
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

fn decode_variable((name, value): (OsString, OsString)) -> (String, String) {
    (name.to_string_lossy().into_owned(), value.to_string_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use super::table::{Shape, TABLE};
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
                (_, "ignore-config" | "keep-name" | "external") => "Secret/a",
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
            (&[(PARAMETERS, r#"[{"name": "keep", "string": "2"}]"#)], "parameter keep: not possible in Argo CD"),
            (&[("ARGOCD_ENV_ROLLSTAMP_KEEP", "2")], "use `prune-last`, or commit the output of `rollstamp rename"),
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
            external: vec![ConfigPatternText("Secret/a".parse().unwrap())],
            context: vec!["base".into()],
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
            ("ARGOCD_ENV_ROLLSTAMP_NO_CONTEXT", "true"),
            ("ARGOCD_ENV_ROLLSTAMP_NO_EXTERNAL", "true"),
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
