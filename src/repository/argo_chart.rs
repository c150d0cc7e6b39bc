//! Charts as sources of Argo CD: the values files that it reads and the parameters that it sets.

use super::application::{ReasonCode, RenderTool};
use super::argo::{ArgoContext, ArgoSource, EvaluatedApplication, SourceFailure, unknown};
use super::chart;
use super::fields;
use super::kustomization::is_fetchable;
use super::path;
use super::recipe::{HelmStep, HelmValues, escape_commas};
use super::wrapper::print_json;
use crate::yaml::Value;

/// Fields of `helm` that decide nothing about the manifests, or are followed elsewhere.
const OTHER_FIELDS: &[&str] =
    &["ignoreMissingValueFiles", "passCredentials", "skipTests", "skipSchemaValidation", "version"];

impl ArgoContext<'_> {
    pub(super) fn render_chart(
        &self,
        source: ArgoSource<'_>,
        evaluated: &mut EvaluatedApplication,
    ) -> Result<(), SourceFailure> {
        let directory = source.directory;
        if !self.index.is_chart(directory) {
            return unknown(ReasonCode::FileMissing, format!("{} has no Chart.yaml", path::display(directory)));
        }
        evaluated.application.add_tool(RenderTool::Helm);
        let followed = chart::follow_chart(self.index, directory);
        evaluated.hides_declarations |= chart::declares_applications(self.index, &followed.inputs);
        evaluated.application.inputs.extend(followed.inputs);
        evaluated.application.recipe.copies.extend(followed.copies);
        let files = self.follow_values(source, evaluated);
        if let Some(obstacle) = followed.obstacles.into_iter().next() {
            return Err(obstacle);
        }
        let mut step = chart_step(source, files?, evaluated)?;
        step.dependencies = followed.repositories;
        evaluated.hides_declarations |= step.values.iter().any(|values| match values {
            HelmValues::File(file) => chart::declares_applications(self.index, [file]),
            HelmValues::Inline(text) => chart::text_declares_applications(text),
        });
        evaluated.application.add_chart(step);
        Ok(())
    }

    /// Adds the rendering of a chart that is fetched from its repository.
    pub(super) fn fetch_chart(
        &self,
        source: ArgoSource<'_>,
        chart: &str,
        files: ValuesFiles,
        evaluated: &mut EvaluatedApplication,
    ) -> Result<(), SourceFailure> {
        let url = fields::text(source.value, &["repoURL"]).unwrap_or_default();
        // Argo CD writes registries of images without their scheme.
        let repository = if url.contains("://") { url.to_owned() } else { format!("oci://{url}") };
        if !is_fetchable(&repository) || chart.starts_with('-') {
            return unknown(ReasonCode::RemoteChart, format!("the chart {chart} is in {url}"));
        }
        evaluated.application.add_tool(RenderTool::Helm);
        let mut step = chart_step(source, files, evaluated)?;
        step.chart = chart.to_owned();
        step.repository = Some(repository);
        step.version = fields::text(source.value, &["targetRevision"]).map(str::to_owned);
        evaluated.application.add_chart(step);
        Ok(())
    }

    /// Adds the values files of a source to its inputs, and returns them in order.
    pub(super) fn follow_values(
        &self,
        source: ArgoSource<'_>,
        evaluated: &mut EvaluatedApplication,
    ) -> Result<ValuesFiles, SourceFailure> {
        let ignores_missing = fields::is_true(source.value, &["helm", "ignoreMissingValueFiles"]);
        let mut outcome = Ok(());
        let mut files = ValuesFiles::default();
        for written in fields::texts(source.value, &["helm", "valueFiles"]) {
            let written = &replace_build_variables(written, evaluated)?;
            match self.follow_values_file(source, written, evaluated) {
                Ok(found) if found.is_empty() && !ignores_missing => {
                    outcome = unknown(ReasonCode::FileMissing, format!("the values file {written} does not exist"));
                }
                Ok(found) => files.add(found, is_glob(written)),
                Err(failure) => outcome = Err(failure),
            }
        }
        for parameter in fields::items(source.value, &["helm", "fileParameters"]) {
            let Some(written) = fields::text(parameter, &["path"]) else { continue };
            let name = fields::text(parameter, &["name"]).unwrap_or_default();
            match self.follow_values_file(source, written, evaluated)?.first() {
                Some(file) => files.parameters.push(format!("{name}=./{file}")),
                None => outcome = unknown(ReasonCode::FileMissing, format!("the file {written} does not exist")),
            }
        }
        outcome.map(|()| files)
    }

    /// The existing files that an entry of `valueFiles` names. One with `$name/` before it is of the source with that
    /// `ref`.
    fn follow_values_file(
        &self,
        source: ArgoSource<'_>,
        file: &str,
        evaluated: &mut EvaluatedApplication,
    ) -> Result<Vec<String>, SourceFailure> {
        if file.contains("{{") {
            return unknown(ReasonCode::Template, format!("the values file {file} has a parameter that is not known"));
        }
        if file.contains("://") {
            return unknown(ReasonCode::RemoteBase, format!("reads {file}"));
        }
        let located = match file.strip_prefix('$') {
            Some(rest) => {
                let (name, rest) = rest.split_once('/').unwrap_or((rest, ""));
                let Some(referenced) = source.references.get(name) else {
                    return unknown(ReasonCode::Invalid, format!("the values file {file} names no source"));
                };
                self.check_repository(referenced)?;
                path::join("", rest)
            }
            None if file.starts_with('/') => path::join_from_root("", file),
            None => path::join(source.directory, file),
        };
        let Some((whole, links)) = located.and_then(|whole| self.index.resolve_links(&whole)) else {
            return unknown(ReasonCode::NeedsOutsideFile, format!("reads {file}, which is outside of the repository"));
        };
        evaluated.application.inputs.extend(links);
        let mut found = Vec::new();
        if is_glob(&whole) {
            for candidate in self.index.paths() {
                if path::match_pattern(&whole, candidate) == Some(true) {
                    found.push(candidate.to_owned());
                }
            }
        } else if self.index.is_file(&whole) {
            found.push(whole);
        }
        evaluated.application.inputs.extend(found.iter().cloned());
        Ok(found)
    }
}

/// Files that values are read from.
#[derive(Default)]
pub(super) struct ValuesFiles {
    /// Each file, with `true` if a pattern found it.
    values: Vec<(String, bool)>,
    /// Parameters that are files.
    parameters: Vec<String>,
}

impl ValuesFiles {
    /// Adds files. One that is named by itself too keeps the place of its name.
    fn add(&mut self, files: Vec<String>, is_by_pattern: bool) {
        for file in files {
            let known = self.values.iter().position(|(known, _)| *known == file);
            match known {
                Some(_) if is_by_pattern => continue,
                Some(at) if self.values[at].1 => drop(self.values.remove(at)),
                _ => {}
            }
            self.values.push((file, is_by_pattern));
        }
    }
}

fn is_glob(path: &str) -> bool {
    path.contains(['*', '?', '['])
}

/// The rendering of a chart as Argo CD asks for it: values files, then inline values, then parameters.
fn chart_step(
    source: ArgoSource<'_>,
    files: ValuesFiles,
    evaluated: &EvaluatedApplication,
) -> Result<HelmStep, SourceFailure> {
    let application = &evaluated.application;
    let mut step = HelmStep {
        chart: source.directory.to_owned(),
        release: application.name.clone(),
        namespace: application.recipe.namespace.clone(),
        ..HelmStep::default()
    };
    let mut inline = None;
    for (key, value) in fields::mapping(source.value, &["helm"]).into_iter().flatten() {
        let text = || fields::scalar_text(value).unwrap_or_default();
        match key.as_str() {
            "releaseName" if !text().is_empty() => step.release = text(),
            "namespace" if !text().is_empty() => step.namespace = Some(text()),
            "kubeVersion" if !text().is_empty() => step.kube_version = Some(text()),
            "skipCrds" => step.skips_crds = fields::is_true(value, &[]),
            "apiVersions" => {
                let versions = fields::texts(source.value, &["helm", "apiVersions"]);
                step.api_versions = versions.into_iter().map(str::to_owned).collect();
            }
            // The object wins over the text.
            "values" if inline.is_none() && !text().is_empty() => inline = Some(text()),
            "valuesObject" => inline = Some(print_json(value)),
            "values" | "releaseName" | "namespace" | "kubeVersion" | "valueFiles" | "fileParameters" => {}
            "parameters" => step.set = read_parameters(source.value, evaluated)?,
            other if OTHER_FIELDS.contains(&other) => {}
            other => return unknown(ReasonCode::Template, format!("`spec.source.helm.{other}` is not evaluated")),
        }
    }
    step.values.extend(files.values.into_iter().map(|(file, _)| HelmValues::File(file)));
    step.values.extend(inline.map(HelmValues::Inline));
    step.set.extend(files.parameters.into_iter().map(|parameter| ("--set-file", parameter)));
    Ok(step)
}

fn read_parameters(
    source: &Value,
    evaluated: &EvaluatedApplication,
) -> Result<Vec<(&'static str, String)>, SourceFailure> {
    let mut set = Vec::new();
    for parameter in fields::items(source, &["helm", "parameters"]) {
        let name = fields::text(parameter, &["name"]).unwrap_or_default();
        let value = fields::field(parameter, &["value"]).and_then(fields::scalar_text).unwrap_or_default();
        let value = escape_commas(&replace_build_variables(&value, evaluated)?);
        let is_text = fields::is_true(parameter, &["forceString"]);
        set.push((if is_text { "--set-string" } else { "--set" }, format!("{name}={value}")));
    }
    Ok(set)
}

/// Replaces the variables of a build that are known before it.
fn replace_build_variables(text: &str, evaluated: &EvaluatedApplication) -> Result<String, SourceFailure> {
    const PREFIX: &str = "ARGOCD_APP_";
    if !text.contains(PREFIX) {
        return Ok(text.to_owned());
    }
    let application = &evaluated.application;
    let mut replaced = text.to_owned();
    for (name, value) in [
        ("ARGOCD_APP_NAMESPACE", application.recipe.namespace.as_deref()),
        ("ARGOCD_APP_NAME", Some(application.name.as_str())),
    ] {
        if let Some(value) = value {
            replaced = replaced.replace(&format!("${{{name}}}"), value).replace(&format!("${name}"), value);
        }
    }
    if replaced.contains(PREFIX) {
        return unknown(ReasonCode::Variables, format!("{text} has a variable that only Argo CD knows"));
    }
    Ok(replaced)
}
