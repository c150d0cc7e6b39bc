//! Charts of Helm releases of Flux, as far as they are in the repository.

use std::collections::{BTreeMap, BTreeSet};

use super::application::{ApplicationState, ReasonCode, StateReason};
use super::chart;
use super::fields;
use super::flux_artifact::BuiltArtifact;
use super::flux_source::{FluxSources, SourceContent, SourceUser};
use super::index::RepositoryIndex;
use super::kustomization::is_fetchable;
use super::manifest::Manifest;
use super::path;
use super::recipe::FileCopy;
use super::variables::has_variable;
use crate::yaml::Value;

/// A chart in the repository: a directory, or an archive.
#[derive(Default)]
pub(super) struct ReleaseChart {
    pub(super) path: String,
    /// The directory of the repository that it is a copy of.
    pub(super) origin: Option<String>,
    pub(super) inputs: BTreeSet<String>,
    pub(super) obstacles: Vec<(ApplicationState, StateReason)>,
    /// Files of values over those of the chart.
    pub(super) values_files: Vec<String>,
    /// Files that its renderer gets in another place.
    pub(super) copies: Vec<FileCopy>,
    /// The repository of charts that it is fetched from; its path is its name then.
    pub(super) repository: Option<String>,
    pub(super) version: Option<String>,
    /// Repositories that its dependencies are fetched from.
    pub(super) dependencies: Vec<String>,
}

/// The sources of charts.
pub(super) struct ChartContext<'a> {
    index: &'a RepositoryIndex,
    sources: &'a FluxSources<'a>,
    /// Archives of charts by their names.
    archives: BTreeMap<&'a str, &'a str>,
}

/// A chart, or the reason why it cannot be rendered although it is of this repository; `None` for one that is elsewhere.
pub(super) type LocatedChart = Option<Result<ReleaseChart, StateReason>>;

impl<'a> ChartContext<'a> {
    pub(super) fn new(index: &'a RepositoryIndex, sources: &'a FluxSources<'a>) -> ChartContext<'a> {
        let mut archives = BTreeMap::new();
        for file in index.paths().filter(|file| file.ends_with(".tgz") && index.is_file(file)) {
            archives.entry(path::base_name(file)).or_insert(file);
        }
        ChartContext { index, sources, archives }
    }

    /// Finds the chart of a release. `around` holds the objects that are applied with it.
    pub(super) fn locate(&self, spec: &Value, user: SourceUser<'_>, around: &[&Manifest]) -> LocatedChart {
        let Some(reference) = fields::field(spec, &["chartRef"]) else {
            return self.locate_template(fields::field(spec, &["chart", "spec"])?, user);
        };
        let name = fields::text(reference, &["name"])?;
        let namespace = fields::text(reference, &["namespace"]).unwrap_or(user.namespace);
        let user = SourceUser { namespace, ..user };
        match fields::text(reference, &["kind"])? {
            "HelmChart" => {
                let is_it = |manifest: &&&Manifest| {
                    manifest.is("source.toolkit.fluxcd.io", "HelmChart")
                        && manifest.name() == name
                        && manifest.namespace().is_none_or(|other| other == namespace)
                };
                let chart = around.iter().find(is_it)?;
                self.locate_template(fields::field(&chart.value, &["spec"])?, user)
            }
            "ExternalArtifact" => {
                let content = self.sources.resolve(reference, user);
                let SourceContent::Artifact(artifact) = &content else { return None };
                Some(self.follow_artifact(artifact))
            }
            "OCIRepository" => {
                let source = self.sources.find("OCIRepository", name, user)?;
                let address = fields::text(&source.value, &["spec", "url"])?;
                let tag = fields::text(&source.value, &["spec", "ref", "tag"]);
                let semver = fields::text(&source.value, &["spec", "ref", "semver"]);
                let (repository, name) = address.rsplit_once('/')?;
                let archive = tag.and_then(|tag| self.locate_archive(name, tag));
                archive.or_else(|| self.fetch(repository, name, tag.or(semver)))
            }
            _ => None,
        }
    }

    /// Finds the chart that a `HelmChart`, or the template of one, describes.
    fn locate_template(&self, template: &Value, user: SourceUser<'_>) -> LocatedChart {
        let written = fields::text(template, &["chart"])?;
        let reference = fields::field(template, &["sourceRef"])?;
        if has_variable(written) {
            return None;
        }
        if fields::text(reference, &["kind"]) == Some("HelmRepository") {
            let version = fields::text(template, &["version"]);
            let archive = version.and_then(|version| self.locate_archive(written, version));
            return archive.or_else(|| {
                let name = fields::text(reference, &["name"])?;
                let source = self.sources.find("HelmRepository", name, user.in_namespace_of(reference))?;
                let has_own_values = fields::field(template, &["valuesFiles"]).is_some();
                let address = fields::text(&source.value, &["spec", "url"]).filter(|_| !has_own_values)?;
                self.fetch(address, written, version)
            });
        }
        let content = self.sources.resolve(reference, user);
        if let SourceContent::Elsewhere(..) = content {
            return None;
        }
        let directory = self.sources.locate(&content, written);
        Some(directory.and_then(|directory| self.follow(&directory, &content, template)))
    }

    /// Finds the archive of one version of a chart, as `helm pull` names it.
    fn locate_archive(&self, name: &str, version: &str) -> LocatedChart {
        let file = *self.archives.get(format!("{name}-{version}.tgz").as_str())?;
        let inputs = BTreeSet::from([file.to_owned()]);
        Some(Ok(ReleaseChart { path: file.to_owned(), inputs, ..ReleaseChart::default() }))
    }

    /// A chart that helm fetches, where it may.
    fn fetch(&self, repository: &str, name: &str, version: Option<&str>) -> LocatedChart {
        let is_allowed = self.index.fetches && is_fetchable(repository) && !name.starts_with('-');
        if !is_allowed || has_variable(repository) || version.is_some_and(has_variable) {
            return None;
        }
        let repository = Some(repository.to_owned());
        let version = version.map(str::to_owned);
        Some(Ok(ReleaseChart { path: name.to_owned(), repository, version, ..ReleaseChart::default() }))
    }

    fn follow(&self, written: &str, content: &SourceContent, template: &Value) -> Result<ReleaseChart, StateReason> {
        let Some((directory, links)) = self.index.resolve_links(written) else {
            let text = format!("{written} is a link out of the repository");
            return Err(StateReason::new(ReasonCode::NeedsOutsideFile, text, None));
        };
        let mut chart = ReleaseChart { inputs: links.into_iter().collect(), ..ReleaseChart::default() };
        if directory.ends_with(".tgz") && self.index.is_file(&directory) {
            chart.inputs.insert(directory.clone());
        } else if self.index.is_chart(&directory) {
            let followed = chart::follow_chart(self.index, &directory);
            chart.inputs.extend(followed.inputs);
            chart.obstacles = followed.obstacles;
            chart.copies = followed.copies;
            chart.dependencies = followed.repositories;
        } else {
            let text = format!("the chart {} does not exist", path::display(&directory));
            return Err(StateReason::new(ReasonCode::PathMissing, text, None));
        }
        chart.path = directory;
        self.add_values_files(&mut chart, content, template)?;
        Ok(chart)
    }

    /// Follows the one chart that is in an artifact.
    fn follow_artifact(&self, artifact: &BuiltArtifact) -> Result<ReleaseChart, StateReason> {
        let index = &artifact.index;
        let mut charts: Vec<&str> = index.all_directories().filter(|directory| index.is_chart(directory)).collect();
        // Those in a chart are its dependencies.
        charts.retain(|chart| !chart.contains("/charts/"));
        let [chart] = charts[..] else {
            let text = "the artifact does not hold exactly one chart".to_owned();
            return Err(StateReason::new(ReasonCode::UnknownSource, text, None));
        };
        let followed = chart::follow_chart(index, chart);
        let mut copies = artifact.copies_of(&followed.inputs);
        copies.extend(followed.copies.into_iter().map(|copy| FileCopy { from: artifact.origin(&copy.from), ..copy }));
        let inputs = artifact.origins(&followed.inputs);
        Ok(ReleaseChart {
            path: chart.to_owned(),
            origin: Some(artifact.origin_of_directory(chart)),
            inputs,
            obstacles: followed.obstacles,
            copies,
            ..ReleaseChart::default()
        })
    }

    /// Adds the files that stand for the values of the chart, of which its own have to be the first: those are read
    /// in any case.
    fn add_values_files(
        &self,
        chart: &mut ReleaseChart,
        content: &SourceContent,
        template: &Value,
    ) -> Result<(), StateReason> {
        let mut files = fields::texts(template, &["valuesFiles"]);
        files.extend(fields::text(template, &["valuesFile"]));
        let own = path::join(&chart.path, "values.yaml").unwrap_or_default();
        let ignores_missing = fields::is_true(template, &["ignoreMissingValuesFiles"]);
        for (number, written) in files.into_iter().enumerate() {
            let file = self.sources.locate(content, written)?;
            if number == 0 {
                if file != own {
                    let text = "the first of `valuesFiles` is not the chart's values.yaml".to_owned();
                    return Err(StateReason::new(ReasonCode::Values, text, None));
                }
                continue;
            }
            if self.index.is_file(&file) {
                chart.inputs.insert(file.clone());
                chart.values_files.push(file);
            } else if !ignores_missing {
                let text = format!("the values file {written} does not exist");
                return Err(StateReason::new(ReasonCode::FileMissing, text, None));
            }
        }
        Ok(())
    }
}
