//! The programs that render applications, found once, and the environment that they get.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Duration;

use rollstamp::repository::{RenderStep, StepPrograms};

use super::process::{RenderCommand, run_renderer};
use super::tree::RenderTree;
use crate::environment::text_variable;
use crate::programs;

/// The programs of this machine.
pub struct RendererPrograms {
    /// Kustomize, with `true` if it is the one in kubectl.
    kustomize: Option<(PathBuf, bool)>,
    helm: Option<PathBuf>,
    /// The PATH in which renderers find programs of their own.
    path: OsString,
    /// The repository, no file of which is taken for a program.
    repository: PathBuf,
    kustomize_version: OnceLock<Option<String>>,
    helm_version: OnceLock<Option<String>>,
}

/// An address at which nothing answers.
const NO_PROXY: &str = "http://127.0.0.1:9";

/// Variables by which programs find the network.
const NETWORK_VARIABLES: [&str; 10] = [
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "http_proxy",
    "https_proxy",
    "all_proxy",
    "no_proxy",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
];

impl RendererPrograms {
    /// Finds the programs outside of a repository. `ROLLSTAMP_KUSTOMIZE` names another kustomize.
    pub fn find(repository: &Path) -> RendererPrograms {
        let find = |name: &str| programs::find_outside(name.as_ref(), Some(repository)).ok();
        let kustomize = match text_variable("ROLLSTAMP_KUSTOMIZE") {
            Some(name) => find(&name).map(|path| (path, is_kubectl(name.as_ref()))),
            None => find("kustomize").map(|path| (path, false)).or(find("kubectl").map(|path| (path, true))),
        };
        let helm = find("helm");
        RendererPrograms {
            kustomize,
            helm,
            path: programs::trusted_path(Some(repository)),
            repository: repository.to_owned(),
            kustomize_version: OnceLock::new(),
            helm_version: OnceLock::new(),
        }
    }

    /// The program that renders a step; an error is the name of the one that is missing.
    pub fn program_of(&self, step: &RenderStep) -> Result<Option<&Path>, &'static str> {
        match step {
            RenderStep::Files(_) | RenderStep::Command(_) => Ok(None),
            RenderStep::Kustomize(step) if step.inflates_charts && self.helm.is_none() => Err("helm"),
            RenderStep::Kustomize(_) => self.kustomize.as_ref().map(|(path, _)| Some(&**path)).ok_or("kustomize"),
            RenderStep::Helm(_) => self.helm.as_deref().map(Some).ok_or("helm"),
        }
    }

    /// The kustomize that changes what charts render to.
    pub fn post_renderer(&self) -> Option<&Path> {
        self.kustomize.as_ref().map(|(path, _)| &**path)
    }

    /// The versions of the programs that render a step, in their own words; none where they do not say.
    pub fn version_of(&self, step: &RenderStep, timeout: Duration) -> Option<String> {
        let helm = || {
            let version = self
                .helm_version
                .get_or_init(|| self.read_version(self.helm.as_deref()?, &["version", "--short"], timeout));
            version.clone()
        };
        let kustomize = || {
            let (program, is_kubectl) = self.kustomize.as_ref()?;
            let arguments: &[&str] = if *is_kubectl { &["version", "--client"] } else { &["version"] };
            self.kustomize_version.get_or_init(|| self.read_version(program, arguments, timeout)).clone()
        };
        match step {
            RenderStep::Files(_) | RenderStep::Command(_) => None,
            RenderStep::Helm(step) if !step.post_renderers.is_empty() => Some(format!("{} {}", helm()?, kustomize()?)),
            RenderStep::Helm(_) => helm(),
            RenderStep::Kustomize(step) if step.inflates_charts => Some(format!("{} {}", kustomize()?, helm()?)),
            RenderStep::Kustomize(_) => kustomize(),
        }
    }

    /// Runs a program that prints its version. One that does not end, or not well, has none.
    fn read_version(&self, program: &Path, arguments: &[&str], timeout: Duration) -> Option<String> {
        let mut environment: Vec<(OsString, OsString)> = vec![("PATH".into(), self.path.clone())];
        environment.extend(system_root().map(|root| ("SYSTEMROOT".into(), root)));
        let command = RenderCommand {
            program,
            arguments: arguments.iter().copied().map(str::to_owned).collect(),
            environment: &environment,
            directory: &std::env::temp_dir(),
            timeout,
        };
        let text = String::from_utf8(run_renderer(&command).ok()?).ok()?.trim().to_owned();
        (!text.is_empty()).then(|| format!("{} {text}", program.display()))
    }

    /// The programs as arguments name them.
    pub fn for_arguments(&self) -> StepPrograms<'_> {
        StepPrograms {
            uses_kubectl: self.kustomize.as_ref().is_some_and(|(_, is_kubectl)| *is_kubectl),
            helm: self.helm.as_deref().and_then(Path::to_str).unwrap_or("helm"),
        }
    }

    /// The program of a command of the user: a file of the repository, as it was copied, or a program outside of it.
    pub fn find_command(&self, name: &str, tree: &RenderTree) -> Result<PathBuf, String> {
        if name.split('/').any(|segment| segment == "..") || name.starts_with('/') {
            return Err(format!("{name} is not a file of the repository"));
        }
        if name.contains('/') {
            return Ok(tree.files().join(name));
        }
        programs::find_outside(name.as_ref(), Some(&self.repository)).map_err(|_| format!("{name} is not installed"))
    }

    /// The environment of a renderer that fetches something: no credentials either, but the network as the user has it.
    pub fn fetching_environment(&self, tree: &RenderTree) -> Vec<(OsString, OsString)> {
        let mut variables = self.environment(tree);
        variables.retain(|(_, value)| value != NO_PROXY);
        variables.retain(|(name, _)| name != "GIT_ALLOW_PROTOCOL");
        variables.push(("GIT_ALLOW_PROTOCOL".into(), "https:http".into()));
        for name in NETWORK_VARIABLES {
            variables.extend(std::env::var_os(name).map(|value| (name.into(), value)));
        }
        variables
    }

    /// The whole environment of a renderer: nothing of ours but the PATH, no credentials, and no network as
    /// far as variables can prevent it.
    pub fn environment(&self, tree: &RenderTree) -> Vec<(OsString, OsString)> {
        let mut variables: Vec<(OsString, OsString)> = vec![("PATH".into(), self.path.clone())];
        let home = tree.path("home");
        for name in ["HOME", "USERPROFILE", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"] {
            variables.push((name.into(), home.clone().into()));
        }
        for name in ["HELM_CACHE_HOME", "HELM_CONFIG_HOME", "HELM_DATA_HOME", "HELM_PLUGINS"] {
            variables.push((name.into(), home.clone().into()));
        }
        for name in ["TMPDIR", "TMP", "TEMP"] {
            variables.push((name.into(), tree.path("tmp").into()));
        }
        variables.push(("KUBECONFIG".into(), home.join("none").into()));
        for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"] {
            variables.push((name.into(), NO_PROXY.into()));
        }
        for (name, value) in [
            ("LANG", "C"),
            ("HELM_NO_PLUGINS", "1"),
            ("GIT_ALLOW_PROTOCOL", "none"),
            ("GIT_TERMINAL_PROMPT", "0"),
            ("GIT_CONFIG_NOSYSTEM", "1"),
            ("GIT_CONFIG_GLOBAL", "/dev/null"),
        ] {
            variables.push((name.into(), value.into()));
        }
        variables.extend(system_root().map(|root| ("SYSTEMROOT".into(), root)));
        variables
    }
}

/// The directory of Windows, without which programs do not start there.
fn system_root() -> Option<OsString> {
    if cfg!(windows) { std::env::var_os("SYSTEMROOT") } else { None }
}

fn is_kubectl(program: &OsStr) -> bool {
    Path::new(program).file_stem() == Some("kubectl".as_ref())
}
