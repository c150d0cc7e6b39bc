//! The application, as Argo CD describes it in the environment.

use std::env;
use std::path::{Component, Path, PathBuf};

use crate::environment::text_variable;
use crate::exit::Failure;
use crate::files::describe_error;

/// The application that is rendered, in the current directory.
pub struct PluginApplication {
    /// `ARGOCD_APP_NAME`; `<namespace>_<name>` for one that lives outside of Argo CD's own namespace.
    name: Option<String>,
    /// `ARGOCD_APP_NAMESPACE`: the namespace of objects that name none.
    pub namespace: Option<String>,
    /// `KUBE_VERSION`, such as `1.33`.
    pub kube_version: Option<String>,
    /// `KUBE_API_VERSIONS`, with commas between them.
    pub api_versions: Option<String>,
    /// The repository; the application's directory if Argo CD does not tell its path in the repository.
    pub repository: PathBuf,
    /// The application's directory.
    pub directory: PathBuf,
}

impl PluginApplication {
    /// Reads the environment and the current directory.
    pub fn from_environment() -> Result<PluginApplication, Failure> {
        let directory = match Path::new(".").canonicalize() {
            Ok(directory) => directory,
            Err(error) => {
                return Err(Failure::because(format!(
                    "the current directory cannot be read: {}",
                    describe_error(&error)
                )));
            }
        };
        let below = env::var("ARGOCD_APP_SOURCE_PATH").unwrap_or_default();
        Ok(PluginApplication {
            name: text_variable("ARGOCD_APP_NAME"),
            namespace: text_variable("ARGOCD_APP_NAMESPACE"),
            kube_version: text_variable("KUBE_VERSION"),
            api_versions: text_variable("KUBE_API_VERSIONS"),
            repository: directory_above(&directory, &below),
            directory,
        })
    }

    /// The name that a Helm release gets: without the namespace, since a release may not have `_` in its name.
    pub fn release_name(&self) -> Option<&str> {
        let name = self.name.as_deref()?;
        match name.rsplit_once('_') {
            Some((_, name)) => Some(name),
            None => Some(name),
        }
    }
}

/// Removes a path from the end of a directory, if the directory ends with it.
fn directory_above(directory: &Path, path: &str) -> PathBuf {
    let parts: PathBuf = Path::new(path).components().filter(|part| matches!(part, Component::Normal(_))).collect();
    if !directory.ends_with(&parts) {
        return directory.to_owned();
    }
    directory.ancestors().nth(parts.components().count()).unwrap_or(directory).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_repository_is_above_the_application() {
        for (path, root) in
            [("apps/web", "/tmp/1"), ("./apps/web/", "/tmp/1"), (".", HERE), ("", HERE), ("other", HERE)]
        {
            assert_eq!(directory_above(Path::new(HERE), path), Path::new(root), "{path}");
        }
    }

    const HERE: &str = "/tmp/1/apps/web";
}
