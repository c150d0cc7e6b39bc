//! Renders applications: one process each, several at once. One that cannot be rendered is a result with its reason.

use std::collections::{BTreeMap, HashMap};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use rollstamp::repository::{Application, ApplicationState, ReasonCode, RenderStep, StateReason};

use super::cache::{RenderCache, RenderingParts, hash_inputs, key_of};
use super::process::{ProcessFailure, RenderCommand, run_renderer};
use super::programs::RendererPrograms;
use super::secrets::may_quote_secret;
use super::side::RepositorySide;
use super::tree::{InputFiles, RenderTree, read_inputs};
use crate::exit::Failure;
use crate::files::{self, describe_error};
use crate::options::RenderLimits;
use crate::progress::Progress;
use crate::threads;

/// The programs that render, with their limits and the renderings that are known already.
#[derive(Clone, Copy)]
pub struct Renderers<'a> {
    pub programs: &'a RendererPrograms,
    pub limits: RenderLimits,
    pub cache: Option<&'a RenderCache>,
}

impl Renderers<'_> {
    /// Returns the programs without the renderings that are known.
    pub fn without_cache(self) -> Self {
        Renderers { cache: None, ..self }
    }
}

/// The keys of steps in the cache, and the texts that are there.
#[derive(Default)]
struct CachedSteps {
    keys: HashMap<(usize, usize), String>,
    texts: HashMap<(usize, usize), String>,
}

impl CachedSteps {
    fn find(
        side: &RepositorySide,
        applications: &[&Application],
        renderers: Renderers<'_>,
        files: &InputFiles,
    ) -> CachedSteps {
        let mut known = CachedSteps::default();
        let Some(cache) = renderers.cache else { return known };
        let arguments = renderers.programs.for_arguments();
        for (index, application) in applications.iter().enumerate() {
            if !is_renderable(application) || !needs_tool(application) {
                continue;
            }
            let inputs = hash_inputs(side, application, files);
            for (number, step) in application.recipe.steps.iter().enumerate() {
                // What is fetched can be another each time.
                if step.fetches() {
                    continue;
                }
                let Some(version) = renderers.programs.version_of(step, renderers.limits.timeout) else { continue };
                let generated = format!("generated/{number}");
                let mut words = step.arguments(&generated, arguments);
                words.extend(step.post_render_arguments(&generated, arguments).unwrap_or_default());
                let key = key_of(&RenderingParts {
                    version: &version,
                    arguments: &words,
                    generated: &step.generated_files(),
                    inputs: &inputs,
                });
                if let Some(text) = cache.find(&key) {
                    known.texts.insert((index, number), text);
                }
                known.keys.insert((index, number), key);
            }
        }
        known
    }

    fn has_all(&self, index: usize, application: &Application) -> bool {
        let is_known = |(number, step): (usize, &RenderStep)| {
            matches!(step, RenderStep::Files(_)) || self.texts.contains_key(&(index, number))
        };
        application.recipe.steps.iter().enumerate().all(is_known)
    }

    fn text(&self, index: usize, number: usize) -> Option<&str> {
        self.texts.get(&(index, number)).map(String::as_str)
    }

    fn key(&self, index: usize, number: usize) -> Option<&str> {
        self.keys.get(&(index, number)).map(String::as_str)
    }
}

/// A text of an application: a file, or what a renderer printed.
pub struct RenderedText {
    /// The path of the file; none for what a renderer printed.
    pub file: Option<String>,
    pub text: String,
}

/// The manifests of an application, or the reason why there are none.
pub type Rendering = Result<Vec<RenderedText>, StateReason>;

/// Renders applications of one side, each with its result at its own index.
pub fn render_applications(
    side: &RepositorySide,
    applications: &[&Application],
    renderers: Renderers<'_>,
    progress: &Progress,
) -> Result<Vec<Rendering>, Failure> {
    let mut with_tool: Vec<&Application> = Vec::new();
    for application in applications {
        if is_renderable(application) && needs_tool(application) {
            with_tool.push(application);
        }
    }
    let files = read_inputs(side, &with_tool)?;
    let known = CachedSteps::find(side, applications, renderers, &files);
    let mut missing: Vec<&Application> = Vec::new();
    for (index, application) in applications.iter().enumerate() {
        if is_renderable(application) && needs_tool(application) && !known.has_all(index, application) {
            missing.push(application);
        }
    }
    let tree = if missing.is_empty() { None } else { Some(RenderTree::create(side, &missing, &files)?) };
    let environment = tree.as_ref().map(|tree| renderers.programs.environment(tree)).unwrap_or_default();
    let fetching = tree.as_ref().map(|tree| renderers.programs.fetching_environment(tree)).unwrap_or_default();
    let run = ApplicationRender {
        side,
        tree: tree.as_ref(),
        renderers,
        known: &known,
        environment: &environment,
        fetching_environment: &fetching,
    };
    let numbered: Vec<(usize, &Application)> = applications.iter().copied().enumerate().collect();
    let results = threads::map_on(renderers.limits.jobs, &numbered, |&(index, application)| {
        let rendering = run.render(index, application);
        progress.count_item();
        rendering
    });
    if let Some(cache) = renderers.cache {
        cache.shrink();
    }
    Ok(results)
}

/// Returns `true` if something of an application can be rendered from the files of the repository.
pub fn is_renderable(application: &Application) -> bool {
    let has_parts = !application.recipe.steps.is_empty();
    has_parts
        && matches!(application.state, ApplicationState::Ok | ApplicationState::Approximate | ApplicationState::Partial)
}

/// The reason why an application is not rendered.
pub fn reason_of(application: &Application) -> StateReason {
    let first = application.reasons.first().cloned();
    first.unwrap_or_else(|| StateReason {
        code: ReasonCode::Invalid,
        text: "nothing declares how it is rendered".to_owned(),
        place: application.declared_by().cloned(),
    })
}

fn needs_tool(application: &Application) -> bool {
    application.recipe.steps.iter().any(|step| !matches!(step, RenderStep::Files(_)))
}

struct ApplicationRender<'a> {
    side: &'a RepositorySide,
    tree: Option<&'a RenderTree>,
    renderers: Renderers<'a>,
    known: &'a CachedSteps,
    environment: &'a [(OsString, OsString)],
    /// The environment of renderers that fetch something.
    fetching_environment: &'a [(OsString, OsString)],
}

impl ApplicationRender<'_> {
    fn render(&self, index: usize, application: &Application) -> Rendering {
        if !is_renderable(application) {
            return Err(reason_of(application));
        }
        let mut texts = Vec::new();
        for (number, step) in application.recipe.steps.iter().enumerate() {
            match step {
                RenderStep::Files(paths) => texts.extend(self.read_files(paths)?),
                _ => texts.push(self.run_step(index, number, step, application)?),
            }
        }
        let variables = &application.recipe.variables;
        if !variables.is_empty() {
            for rendered in &mut texts {
                rendered.text = variables.substitute_documents(&rendered.text);
            }
        }
        Ok(texts)
    }

    fn read_files(&self, paths: &[String]) -> Result<Vec<RenderedText>, StateReason> {
        let read = self.side.read_files(&paths.iter().map(String::as_str).collect());
        let mut read: BTreeMap<String, Vec<u8>> =
            read.map_err(|error| StateReason { code: ReasonCode::Unreadable, text: error.to_string(), place: None })?;
        let mut texts = Vec::new();
        for path in paths {
            let text = read.remove(path).and_then(|bytes| files::decode(bytes).ok());
            let Some(text) = text else {
                let text = format!("{path} cannot be read as text");
                return Err(StateReason { code: ReasonCode::Unreadable, text, place: None });
            };
            texts.push(RenderedText { file: Some(path.clone()), text });
        }
        Ok(texts)
    }

    fn run_step(
        &self,
        index: usize,
        number: usize,
        step: &RenderStep,
        application: &Application,
    ) -> Result<RenderedText, StateReason> {
        let failed = |code, text: String| StateReason { code, text, place: None };
        if let Some(text) = self.known.text(index, number) {
            return Ok(RenderedText { file: None, text: text.to_owned() });
        }
        let Some(tree) = self.tree else {
            return Err(failed(ReasonCode::Unreadable, "its files were not read".to_owned()));
        };
        let program = self.find_program(step, tree)?;
        self.fetch_dependencies(&program, step, tree, application)?;
        let generated = tree
            .write_generated(index, number, step)
            .map_err(|error| failed(ReasonCode::Failed, describe_error(&error)))?;
        let arguments = step.arguments(&generated, self.renderers.programs.for_arguments());
        let run = |program: &Path, arguments: Vec<String>| {
            let command = RenderCommand {
                program,
                arguments,
                environment: if step.fetches() { self.fetching_environment } else { self.environment },
                directory: &tree.files(),
                timeout: self.renderers.limits.timeout,
            };
            run_renderer(&command)
        };
        let explain = |tool, failure| self.explain_failure(failure, (tool, tree), step, application);
        let mut output = run(&program, arguments).map_err(|failure| explain(tool_name(step), failure))?;
        if let Some(arguments) = step.post_render_arguments(&generated, self.renderers.programs.for_arguments()) {
            let program = self.renderers.programs.post_renderer();
            let program = program.ok_or_else(|| failed(ReasonCode::NoTool, "kustomize is not installed".to_owned()))?;
            tree.write_release(&generated, &output)
                .map_err(|error| failed(ReasonCode::Failed, describe_error(&error)))?;
            output = run(program, arguments).map_err(|failure| explain("kustomize", failure))?;
        }
        match String::from_utf8(output) {
            Ok(text) => {
                if let (Some(cache), Some(key)) = (self.renderers.cache, self.known.key(index, number)) {
                    cache.keep(key, &text);
                }
                Ok(RenderedText { file: None, text })
            }
            Err(_) => Err(failed(ReasonCode::Failed, "its output is not UTF-8".to_owned())),
        }
    }

    /// The program that renders a step.
    fn find_program(&self, step: &RenderStep, tree: &RenderTree) -> Result<PathBuf, StateReason> {
        let failed = |code, text: String| StateReason { code, text, place: None };
        if let RenderStep::Command(command) = step {
            let name = command.first().map(String::as_str).unwrap_or_default();
            let program = self.renderers.programs.find_command(name, tree);
            let program = program.map_err(|text| failed(ReasonCode::NoTool, text))?;
            if name.contains('/') {
                let made = tree.allow_execution(name);
                made.map_err(|error| failed(ReasonCode::Failed, format!("{name}: {}", describe_error(&error))))?;
            }
            return Ok(program);
        }
        match self.renderers.programs.program_of(step) {
            Ok(Some(program)) => Ok(program.to_owned()),
            Ok(None) => Err(failed(ReasonCode::Invalid, "nothing renders it".to_owned())),
            Err(name) => Err(failed(ReasonCode::NoTool, format!("{name} is not installed"))),
        }
    }

    /// Puts the dependencies of a chart into the copy of it, from the repositories that it names.
    fn fetch_dependencies(
        &self,
        program: &Path,
        step: &RenderStep,
        tree: &RenderTree,
        application: &Application,
    ) -> Result<(), StateReason> {
        let RenderStep::Helm(chart) = step else { return Ok(()) };
        if chart.dependencies.is_empty() {
            return Ok(());
        }
        let mut environment = self.fetching_environment.to_vec();
        environment.extend(tree.write_chart_repositories(&chart.dependencies));
        let command = RenderCommand {
            program,
            arguments: ["dependency", "build", &format!("./{}", chart.chart)].map(str::to_owned).to_vec(),
            environment: &environment,
            directory: &tree.files(),
            timeout: self.renderers.limits.timeout,
        };
        let built = run_renderer(&command);
        built.map(drop).map_err(|failure| self.explain_failure(failure, ("helm", tree), step, application))
    }

    fn explain_failure(
        &self,
        failure: ProcessFailure,
        (tool, tree): (&str, &RenderTree),
        step: &RenderStep,
        application: &Application,
    ) -> StateReason {
        let (code, text) = match failure {
            ProcessFailure::TimedOut => {
                let seconds = self.renderers.limits.timeout.as_secs();
                (ReasonCode::TimedOut, format!("{tool} did not end within {seconds} s (--render-timeout)"))
            }
            ProcessFailure::TooLarge => (ReasonCode::Failed, format!("{tool} printed more than 64 MiB")),
            ProcessFailure::NotStarted(error) => {
                (ReasonCode::Failed, format!("{tool} cannot be run: {}", describe_error(&error)))
            }
            ProcessFailure::Failed(messages) => {
                let line = shorten_message(&messages, &tree.path(""));
                let is_withheld = holds_secrets(step) || may_quote_secret(&line, self.side, application);
                let line =
                    if is_withheld { "its message may quote a Secret, so it is withheld".to_owned() } else { line };
                (ReasonCode::Failed, format!("{tool} failed: {line}"))
            }
        };
        StateReason { code, text, place: None }
    }
}

fn tool_name(step: &RenderStep) -> &str {
    match step {
        RenderStep::Helm(_) => "helm",
        RenderStep::Command(command) => command.first().map_or("", String::as_str),
        RenderStep::Files(_) | RenderStep::Kustomize(_) => "kustomize",
    }
}

/// Returns `true` if values of Secrets are part of a step itself.
fn holds_secrets(step: &RenderStep) -> bool {
    matches!(step, RenderStep::Helm(step) if step.holds_secrets)
}

/// The error among a renderer's messages, with paths as they are in the repository: the first line that is marked as one,
/// else the last line.
fn shorten_message(messages: &str, directory: &Path) -> String {
    const MAX_LENGTH: usize = 300;
    let lines: Vec<&str> = messages.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let marked = lines.iter().find(|line| line.to_ascii_lowercase().starts_with("error:"));
    let mut line = marked.or(lines.last()).map_or("it printed no message", |line| line).to_owned();
    let real = files::real_path(directory);
    for root in [real.as_path(), directory] {
        let root = root.to_string_lossy();
        let root = root.trim_end_matches('/');
        line = line.replace(&format!("{root}/tree/"), "").replace(root, "");
    }
    let line = line.trim_start_matches("Error: ").trim_start_matches("error: ");
    match line.char_indices().nth(MAX_LENGTH) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    }
}
