//! Recipes: the commands that render an application, and the files that are made for them. Nothing is run here.
//!
//! A command runs in a directory that holds the files of the repository. The files that are made for a step lie in a
//! directory of its own, from which [`PATH_TO_FILES`] leads to those of the repository.

use super::variables::FluxVariables;

/// The path from the generated files of a step to the files of the repository.
pub const PATH_TO_FILES: &str = "../../../tree";

/// The rendering of an application.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recipe {
    /// The parts, in order. Of one object in two parts the last one counts.
    pub steps: Vec<RenderStep>,
    /// The namespace of objects that name none.
    pub namespace: Option<String>,
    /// Variables of Flux that are replaced in what is rendered.
    pub variables: FluxVariables,
    /// Files that renderers get in more than one place.
    pub copies: Vec<FileCopy>,
}

/// A file of the repository under another path, too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileCopy {
    /// The path in the repository.
    pub from: String,
    /// The other path, from the root of the repository.
    pub to: String,
}

/// A part of an application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RenderStep {
    /// Files that are manifests as they stand.
    Files(Vec<String>),
    /// A build of kustomize.
    Kustomize(KustomizeStep),
    /// A chart.
    Helm(Box<HelmStep>),
    /// A command of the user, with its arguments.
    Command(Vec<String>),
}

/// A build of kustomize.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KustomizeStep {
    /// The directory of the kustomization.
    pub directory: String,
    /// The kustomization that is made around it, if its declaration adds something.
    pub wrapper: Option<String>,
    /// Set if charts are inflated, all of which are in the repository, unless something is fetched.
    pub inflates_charts: bool,
    /// Set if something is fetched.
    pub fetches: bool,
}

/// A rendering of a chart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HelmStep {
    /// The directory of the chart.
    pub chart: String,
    /// The name of the release.
    pub release: String,
    /// The namespace of the release.
    pub namespace: Option<String>,
    /// The values, later ones over earlier ones.
    pub values: Vec<HelmValues>,
    /// Single values, each with its flag.
    pub set: Vec<(&'static str, String)>,
    /// The version of Kubernetes that the templates see.
    pub kube_version: Option<String>,
    /// The API versions that the templates see.
    pub api_versions: Vec<String>,
    /// Set if definitions of kinds are left out.
    pub skips_crds: bool,
    /// Set if the hooks that test the release are left out.
    pub skips_tests: bool,
    /// Set if all hooks are left out.
    pub skips_hooks: bool,
    /// Kustomizations that change what the chart renders to, in order.
    pub post_renderers: Vec<String>,
    /// Set if the values hold those of Secrets.
    pub holds_secrets: bool,
    /// The repository of charts that the chart is fetched from; the chart is a name then.
    pub repository: Option<String>,
    /// The version of a chart that is fetched.
    pub version: Option<String>,
    /// Repositories from which the dependencies of the chart are fetched before it is rendered.
    pub dependencies: Vec<String>,
}

/// Values of a chart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HelmValues {
    /// A file of the repository.
    File(String),
    /// A text.
    Inline(String),
}

/// The programs that commands name.
#[derive(Clone, Copy, Debug)]
pub struct StepPrograms<'a> {
    /// Set if kustomize is the one in kubectl.
    pub uses_kubectl: bool,
    /// The program that kustomize runs for charts.
    pub helm: &'a str,
}

impl RenderStep {
    /// The files that are made for the step, by their names.
    pub fn generated_files(&self) -> Vec<(String, &str)> {
        match self {
            RenderStep::Files(_) | RenderStep::Command(_) => Vec::new(),
            RenderStep::Kustomize(step) => {
                let wrapper = step.wrapper.as_deref();
                wrapper.map(|text| ("kustomization.yaml".to_owned(), text)).into_iter().collect()
            }
            RenderStep::Helm(step) => {
                let mut files = Vec::new();
                for (number, values) in step.values.iter().enumerate() {
                    if let HelmValues::Inline(text) = values {
                        files.push((values_file(number), text.as_str()));
                    }
                }
                for (number, text) in step.post_renderers.iter().enumerate() {
                    files.push((format!("{}/kustomization.yaml", post_renderer(number)), text.as_str()));
                }
                files
            }
        }
    }

    /// Returns `true` if something is fetched for the step.
    pub fn fetches(&self) -> bool {
        match self {
            RenderStep::Files(_) | RenderStep::Command(_) => false,
            RenderStep::Kustomize(step) => step.fetches,
            RenderStep::Helm(step) => step.repository.is_some() || !step.dependencies.is_empty(),
        }
    }

    /// The arguments of the program that renders the step, where its generated files lie in a directory; empty for
    /// files that no program reads.
    pub fn arguments(&self, generated: &str, programs: StepPrograms<'_>) -> Vec<String> {
        match self {
            RenderStep::Files(_) => Vec::new(),
            RenderStep::Command(command) => command.iter().skip(1).cloned().collect(),
            RenderStep::Kustomize(step) => step.arguments(generated, programs),
            RenderStep::Helm(step) => step.arguments(generated),
        }
    }

    /// The arguments of the kustomize that changes what a chart renders to, which is to lie in [`RELEASE_FILE`] among the
    /// generated files; `None` if nothing does.
    pub fn post_render_arguments(&self, generated: &str, programs: StepPrograms<'_>) -> Option<Vec<String>> {
        let RenderStep::Helm(step) = self else { return None };
        let last = step.post_renderers.len().checked_sub(1)?;
        let kustomize = KustomizeStep { wrapper: step.post_renderers.last().cloned(), ..KustomizeStep::default() };
        Some(kustomize.arguments(&format!("{generated}/{}", post_renderer(last)), programs))
    }
}

impl KustomizeStep {
    fn arguments(&self, generated: &str, programs: StepPrograms<'_>) -> Vec<String> {
        let directory = if self.wrapper.is_some() { generated.to_owned() } else { written_path(&self.directory) };
        let verb = if programs.uses_kubectl { "kustomize" } else { "build" };
        // Nothing is there but the files that the build reads, all of which are in the repository.
        let mut arguments: Vec<String> =
            [verb, &directory, "--load-restrictor", "LoadRestrictionsNone"].map(str::to_owned).to_vec();
        if self.inflates_charts {
            arguments.extend(["--enable-helm", "--helm-command", programs.helm].map(str::to_owned));
        }
        arguments
    }
}

/// The scheme of charts in a registry of images.
const OCI: &str = "oci://";

impl HelmStep {
    /// The chart: a directory, a name in a repository, or an address.
    fn chart_argument(&self) -> String {
        match &self.repository {
            None => written_path(&self.chart),
            Some(registry) if registry.starts_with(OCI) => format!("{}/{}", registry.trim_end_matches('/'), self.chart),
            Some(_) => self.chart.clone(),
        }
    }

    fn arguments(&self, generated: &str) -> Vec<String> {
        let mut arguments = vec!["template".to_owned(), self.release.clone(), self.chart_argument()];
        let mut add = |flag: &str, value: &str| arguments.extend([flag.to_owned(), value.to_owned()]);
        match &self.repository {
            Some(repository) if !repository.starts_with(OCI) => add("--repo", repository),
            _ => {}
        }
        if let Some(version) = &self.version {
            add("--version", version);
        }
        if let Some(namespace) = &self.namespace {
            add("--namespace", namespace);
        }
        if let Some(version) = &self.kube_version {
            add("--kube-version", version);
        }
        for (number, values) in self.values.iter().enumerate() {
            match values {
                HelmValues::File(file) => add("--values", &written_path(file)),
                HelmValues::Inline(_) => add("--values", &format!("{generated}/{}", values_file(number))),
            }
        }
        for (flag, value) in &self.set {
            add(flag, value);
        }
        for version in &self.api_versions {
            add("--api-versions", version);
        }
        for (is_set, flag) in
            [(!self.skips_crds, "--include-crds"), (self.skips_tests, "--skip-tests"), (self.skips_hooks, "--no-hooks")]
        {
            if is_set {
                arguments.push(flag.to_owned());
            }
        }
        arguments
    }
}

/// The generated file for what a chart renders to, if it is changed by post-renderers.
pub const RELEASE_FILE: &str = "release.yaml";

fn post_renderer(number: usize) -> String {
    format!("post-{number}")
}

/// The path from a post-renderer to what it changes.
pub(super) fn post_renderer_input(number: usize) -> String {
    match number.checked_sub(1) {
        None => format!("../{RELEASE_FILE}"),
        Some(before) => format!("../{}", post_renderer(before)),
    }
}

fn values_file(number: usize) -> String {
    format!("values-{number}.yaml")
}

/// A path that no program takes for a flag.
fn written_path(path: &str) -> String {
    format!("./{path}")
}

/// The length of the longest name of a release: Helm's own limit.
pub const MAX_RELEASE_NAME: usize = 53;

/// Returns `true` for a name that Helm takes for a release, and that is not a flag.
pub fn is_release_name(name: &str) -> bool {
    let has_allowed_letters = name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.'));
    let is_allowed_at_ends = !name.starts_with(['-', '.']) && !name.ends_with(['-', '.']);
    !name.is_empty() && name.len() <= MAX_RELEASE_NAME && has_allowed_letters && is_allowed_at_ends
}

/// Escapes commas that are not escaped yet, as Argo CD does: helm splits values at commas, except in a list `{a,b}`.
pub fn escape_commas(value: &str) -> String {
    if value.starts_with('{') && value.ends_with('}') {
        return value.to_owned();
    }
    let mut escaped = String::new();
    for letter in value.chars() {
        if letter == ',' && !escaped.ends_with('\\') {
            escaped.push('\\');
        }
        escaped.push(letter);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROGRAMS: StepPrograms<'_> = StepPrograms { uses_kubectl: false, helm: "helm" };

    #[test]
    fn names_from_manifests_are_never_flags() {
        let step = KustomizeStep { directory: "-o".to_owned(), ..KustomizeStep::default() };
        assert_eq!(RenderStep::Kustomize(step).arguments("g", PROGRAMS)[..2], ["build", "./-o"]);
        let step = HelmStep {
            chart: "--debug".to_owned(),
            release: "web".to_owned(),
            values: vec![HelmValues::Inline("a: 1\n".to_owned()), HelmValues::File("-f".to_owned())],
            ..HelmStep::default()
        };
        let expected =
            ["template", "web", "./--debug", "--values", "g/values-0.yaml", "--values", "./-f", "--include-crds"];
        assert_eq!(RenderStep::Helm(Box::new(step)).arguments("g", PROGRAMS), expected);
        for name in ["-f", "", "{{ env }}", "Web", "a_b", "web-"] {
            assert!(!is_release_name(name), "{name}");
        }
        assert!(is_release_name("web-1.eu"));
    }
}
