//! The programs that render applications, found once, and the environment that they get.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use rollstamp::repository::{RenderStep, StepPrograms};

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
}

/// An address at which nothing answers.
const NO_PROXY: &str = "http://127.0.0.1:9";

impl RendererPrograms {
    /// Finds the programs outside of a repository. `ROLLSTAMP_KUSTOMIZE` names another kustomize.
    pub fn find(repository: &Path) -> RendererPrograms {
        let find = |name: &str| programs::find_outside(name.as_ref(), Some(repository)).ok();
        let kustomize = match text_variable("ROLLSTAMP_KUSTOMIZE") {
            Some(name) => find(&name).map(|path| (path, is_kubectl(name.as_ref()))),
            None => find("kustomize").map(|path| (path, false)).or(find("kubectl").map(|path| (path, true))),
        };
        let helm = find("helm");
        RendererPrograms { kustomize, helm, path: programs::trusted_path(Some(repository)) }
    }

    /// The program that renders a step; an error is the name of the one that is missing.
    pub fn program_of(&self, step: &RenderStep) -> Result<Option<&Path>, &'static str> {
        match step {
            RenderStep::Files(_) => Ok(None),
            RenderStep::Kustomize(step) if step.inflates_charts && self.helm.is_none() => Err("helm"),
            RenderStep::Kustomize(_) => self.kustomize.as_ref().map(|(path, _)| Some(&**path)).ok_or("kustomize"),
            RenderStep::Helm(_) => self.helm.as_deref().map(Some).ok_or("helm"),
        }
    }

    /// The programs as arguments name them.
    pub fn for_arguments(&self) -> StepPrograms<'_> {
        StepPrograms {
            uses_kubectl: self.kustomize.as_ref().is_some_and(|(_, is_kubectl)| *is_kubectl),
            helm: self.helm.as_deref().and_then(Path::to_str).unwrap_or("helm"),
        }
    }

    /// The whole environment of a renderer: nothing of ours but the way to programs, no credentials, and no network as
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
        // Programs on Windows do not start without it.
        if cfg!(windows)
            && let Some(root) = std::env::var_os("SYSTEMROOT")
        {
            variables.push(("SYSTEMROOT".into(), root));
        }
        variables
    }
}

fn is_kubectl(program: &OsStr) -> bool {
    Path::new(program).file_stem() == Some("kubectl".as_ref())
}
