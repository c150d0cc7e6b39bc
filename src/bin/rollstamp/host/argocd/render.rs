//! Which program makes the manifests, and what it is told: what Argo CD's native support would tell it.

use std::env;
use std::path::Path;

use super::application::Application;
use super::helm::{self, Workspace};
use super::parameters::{Parameters, Renderer};
use super::plain;
use crate::exit::Failure;
use crate::input::{self, InputOptions, InputSource};
use crate::messages::Messages;

/// The names that kustomize looks for.
const KUSTOMIZATIONS: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// What is to be read.
pub struct Render {
    /// Who makes the manifests, for messages.
    pub what: &'static str,
    pub from: InputSource,
    /// Files of the renderer, which go away with this.
    pub workspace: Option<Workspace>,
}

/// Finds the renderer and makes everything ready for it.
pub fn prepare(
    asked: &Parameters,
    application: &Application,
    input: &InputOptions,
    messages: &Messages,
) -> Result<Render, Failure> {
    match choose(asked.renderer) {
        Renderer::Kustomize => {
            installed("kustomize")?;
            let from = InputSource::Renderer(input::Renderer::new("kustomize", kustomize(asked)?));
            Ok(Render { what: "kustomize build", from, workspace: None })
        }
        Renderer::Helm => {
            installed("helm")?;
            let (renderer, workspace) = helm::prepare(&asked.helm, application, messages)?;
            Ok(Render { what: "helm template", from: InputSource::Renderer(renderer), workspace: Some(workspace) })
        }
        Renderer::Plain | Renderer::Auto => {
            let found = plain::files(asked.recurse, &input.exclude, input.options_file.as_deref())?;
            for other in found.others {
                let other = other.display();
                messages.note(format!("{other}: left out, it holds no manifest"));
            }
            Ok(Render { what: "the directory", from: InputSource::Paths(found.manifests), workspace: None })
        }
    }
}

fn choose(asked: Renderer) -> Renderer {
    let here = |name: &str| Path::new(name).is_file();
    match asked {
        Renderer::Auto if KUSTOMIZATIONS.into_iter().any(here) => Renderer::Kustomize,
        Renderer::Auto if here(helm::CHART) => Renderer::Helm,
        Renderer::Auto => Renderer::Plain,
        asked => asked,
    }
}

/// A renderer that is missing is a sidecar made from the wrong image.
fn installed(program: &str) -> Result<(), Failure> {
    let path = env::var_os("PATH").unwrap_or_default();
    if env::split_paths(&path).any(|directory| directory.join(program).is_file()) {
        return Ok(());
    }
    Err(Failure::because(format!(
        "this application needs {program}, which is not in PATH; run the plugin from the image variant that holds it \
         (Dockerfile.{program}), or choose another `renderer`"
    )))
}

/// Options that an application's author may give. The others run programs, read outside of the repository or write
/// files: in Argo CD, too, they are the administrator's.
const KUSTOMIZE_OPTIONS: [&str; 5] =
    ["--enable-helm", "--helm-api-versions", "--helm-kube-version", "--reorder", "--enable-managedby-label"];
/// Options of the administrator, set on the sidecar itself and parted by blanks.
const ADMINISTRATOR: &str = "ROLLSTAMP_KUSTOMIZE_OPTIONS";

fn kustomize(asked: &Parameters) -> Result<Vec<String>, Failure> {
    for option in asked.kustomize_options.iter().filter(|option| option.starts_with('-')) {
        let name = option.split('=').next().unwrap_or_default();
        if !KUSTOMIZE_OPTIONS.contains(&name) {
            let known = KUSTOMIZE_OPTIONS.join(", ");
            return Err(Failure::because(format!(
                "kustomize-options: {name} is none of {known}; others are for the administrator to set in \
                 {ADMINISTRATOR} on the plugin's sidecar"
            )));
        }
    }
    let administrator = env::var(ADMINISTRATOR).unwrap_or_default();
    let fixed = ["build", "."].into_iter().chain(administrator.split_whitespace());
    Ok(fixed.map(str::to_owned).chain(asked.kustomize_options.iter().cloned()).collect())
}
