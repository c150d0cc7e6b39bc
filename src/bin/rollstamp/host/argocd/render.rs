//! The program that renders the manifests, with the arguments that Argo CD's native support would give it.

use std::env;
use std::path::Path;

use super::application::PluginApplication;
use super::helm::{self, Workspace};
use super::parameters::{Parameters, RendererChoice};
use super::plain;
use crate::exit::Failure;
use crate::input::{self, InputOptions, InputSource};
use crate::messages::Messages;
use crate::programs;

/// The names that kustomize looks for.
const KUSTOMIZATIONS: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// An input source that is ready to be read.
pub struct PreparedRender {
    /// The origin of the manifests, for messages.
    pub origin: &'static str,
    /// The place that the manifests come from.
    pub from: InputSource,
    /// Files of the renderer, which go away with this.
    pub workspace: Option<Workspace>,
}

/// Finds the renderer and makes everything ready for it.
pub fn prepare_render(
    parameters: &Parameters,
    application: &PluginApplication,
    input: &InputOptions,
    messages: &Messages,
) -> Result<PreparedRender, Failure> {
    match choose_renderer(parameters.renderer) {
        RendererChoice::Kustomize => {
            find_installed("kustomize", application)?;
            let env = vec![("PATH".into(), programs::trusted_path(Some(&application.repository)))];
            let renderer =
                input::Renderer { env, ..input::Renderer::new("kustomize", kustomize_arguments(parameters)?) };
            let from = InputSource::Renderer(renderer);
            Ok(PreparedRender { origin: "kustomize build", from, workspace: None })
        }
        RendererChoice::Helm => {
            find_installed("helm", application)?;
            let (renderer, workspace) = helm::prepare_helm(&parameters.helm, application, messages)?;
            Ok(PreparedRender {
                origin: "helm template",
                from: InputSource::Renderer(renderer),
                workspace: Some(workspace),
            })
        }
        RendererChoice::Plain | RendererChoice::Auto => {
            let directory = plain::find_files(parameters.recurse, input, &application.repository)?;
            for other in directory.others {
                let other = other.display();
                messages.note(format!("{other}: skipped: not a manifest"));
            }
            Ok(PreparedRender {
                origin: "the directory",
                from: InputSource::Paths(directory.manifests),
                workspace: None,
            })
        }
    }
}

fn choose_renderer(choice: RendererChoice) -> RendererChoice {
    match choice {
        RendererChoice::Auto if KUSTOMIZATIONS.map(Path::new).into_iter().any(Path::is_file) => {
            RendererChoice::Kustomize
        }
        RendererChoice::Auto if Path::new(helm::CHART).is_file() => RendererChoice::Helm,
        RendererChoice::Auto => RendererChoice::Plain,
        choice => choice,
    }
}

/// Finds a renderer outside of the application's repository. One that is missing is a sidecar made from the wrong image.
fn find_installed(program: &str, application: &PluginApplication) -> Result<(), Failure> {
    match programs::find_outside(program.as_ref(), Some(&application.repository)) {
        Ok(_) => Ok(()),
        Err(error) if error.is_ignored() => Err(Failure::because(error.to_string())),
        Err(_) => Err(Failure::because(format!(
            "this application needs {program}, which is not in PATH; run the plugin from the image variant that contains \
             it (Dockerfile.{program}), or choose another `renderer`"
        ))),
    }
}

/// Options that an application's author may give. The others run programs, read outside of the repository or write
/// files: in Argo CD, too, they are the administrator's.
const KUSTOMIZE_OPTIONS: [&str; 5] =
    ["--enable-helm", "--helm-api-versions", "--helm-kube-version", "--reorder", "--enable-managedby-label"];
/// Options of the administrator, set on the sidecar itself, separated by whitespace.
const ADMINISTRATOR: &str = "ROLLSTAMP_KUSTOMIZE_OPTIONS";

fn kustomize_arguments(parameters: &Parameters) -> Result<Vec<String>, Failure> {
    for option in &parameters.kustomize_options {
        let name = option.split('=').next().unwrap_or_default();
        if option.starts_with('-') && !KUSTOMIZE_OPTIONS.contains(&name) {
            let known = KUSTOMIZE_OPTIONS.join(", ");
            return Err(Failure::because(format!(
                "kustomize-options: {name} is not allowed; expected one of {known}; the administrator can set others in \
                 {ADMINISTRATOR} on the plugin's sidecar"
            )));
        }
    }
    let administrator = env::var(ADMINISTRATOR).unwrap_or_default();
    let fixed = ["build", "."].into_iter().chain(administrator.split_whitespace());
    Ok(fixed.map(str::to_owned).chain(parameters.kustomize_options.iter().cloned()).collect())
}
