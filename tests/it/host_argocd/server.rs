//! Argo CD's plugin server, step by step: it reads a plugin.yaml once, copies the repository for each call, runs the
//! plugin's commands in the application's directory, and makes objects of what `generate` prints.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde::Deserialize;
use serde_json::{Value as Json, json};
use serde_yaml::Value;

use super::decoder;

/// A plugin.yaml. Argo CD ignores a field that it does not know; here it is a mistake.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Plugin {
    #[serde(rename = "apiVersion")]
    _api_version: String,
    pub kind: String,
    pub metadata: Metadata,
    pub spec: Spec,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Metadata {
    pub name: String,
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Spec {
    pub version: Option<String>,
    pub init: Option<Argv>,
    pub generate: Argv,
    pub discover: Option<Discover>,
    pub parameters: Option<Parameters>,
    #[serde(default)]
    pub preserve_file_mode: bool,
    #[serde(default)]
    pub provide_git_creds: bool,
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Argv {
    pub command: Vec<String>,
    #[serde(default)]
    pub args: Vec<String>,
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Discover {
    pub file_name: Option<String>,
    pub find: Option<Find>,
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Find {
    pub glob: Option<String>,
    #[serde(default)]
    pub command: Vec<String>,
    #[serde(default)]
    pub args: Vec<String>,
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Parameters {
    #[serde(default, rename = "static")]
    pub fixed: Vec<Announced>,
    pub dynamic: Option<Argv>,
}

/// A parameter as a plugin announces it.
#[derive(Debug, Deserialize, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Announced {
    pub name: String,
    pub title: Option<String>,
    pub tooltip: Option<String>,
    #[serde(default)]
    pub required: bool,
    pub item_type: Option<String>,
    pub collection_type: Option<String>,
    pub string: Option<String>,
    pub array: Option<Vec<String>>,
    pub map: Option<std::collections::BTreeMap<String, String>>,
}

/// The `plugin` block of an Application. None of its fields need be there.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Block {
    pub name: Option<String>,
    #[serde(default)]
    pub env: Vec<EnvEntry>,
    pub parameters: Option<Vec<Json>>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnvEntry {
    pub name: String,
    pub value: String,
}

/// An application: a directory of a repository.
pub struct App<'a> {
    pub repository: &'a Path,
    pub path: &'a str,
    pub plugin: Option<Block>,
}

impl App<'_> {
    /// A plugin block with these parameters.
    pub fn with(repository: &Path, path: &'static str, parameters: Json) -> App<'static> {
        let parameters = parameters.as_array().cloned();
        let plugin = Some(Block { parameters, ..Block::default() });
        App { repository: Box::leak(repository.to_owned().into_boxed_path()), path, plugin }
    }
}

/// The server with its plugin, in its sidecar.
pub struct Server {
    plugin: Plugin,
    /// PATH of the sidecar.
    path: String,
    /// Variables of the sidecar.
    pub env: Vec<(String, String)>,
    pub deadline: Duration,
    /// Where copies of repositories are made, and what else lies in the sidecar's /tmp.
    pub tmp: tempfile::TempDir,
}

/// What a command of the plugin came to.
struct Ended {
    stdout: String,
}

impl Server {
    /// Starts it with a plugin.yaml, and with programs in these directories.
    pub fn start(plugin: &Path, programs: &[PathBuf]) -> Server {
        let plugin: Plugin = serde_yaml::from_str(&fs::read_to_string(plugin).unwrap()).unwrap();
        assert_eq!(plugin.kind, "ConfigManagementPlugin");
        assert!(!plugin.metadata.name.is_empty() && !plugin.spec.generate.command.is_empty());
        let own = Path::new(env!("CARGO_BIN_EXE_rollstamp")).parent().unwrap().to_owned();
        let path: Vec<PathBuf> = programs.iter().cloned().chain([own, "/usr/bin".into(), "/bin".into()]).collect();
        Server {
            plugin,
            path: std::env::join_paths(path).unwrap().into_string().unwrap(),
            env: Vec::new(),
            deadline: Duration::from_secs(60),
            tmp: tempfile::tempdir().unwrap(),
        }
    }

    /// Takes every other program out of the sidecar.
    pub fn only_our_program(&mut self) {
        self.path = Path::new(env!("CARGO_BIN_EXE_rollstamp")).parent().unwrap().to_str().unwrap().to_owned();
    }

    /// Whether the plugin takes an application that names no plugin.
    pub fn discovers(&self, app: &App<'_>) -> bool {
        let Some(discover) = &self.plugin.spec.discover else { return false };
        let here = self.receive(app);
        let directory = here.path().join(app.path);
        if let Some(pattern) = &discover.file_name {
            let pattern = directory.join(pattern);
            return glob::glob(pattern.to_str().unwrap()).unwrap().next().is_some();
        }
        let find = discover.find.as_ref().unwrap();
        if let Some(pattern) = &find.glob {
            return glob::glob(directory.join(pattern).to_str().unwrap()).unwrap().next().is_some();
        }
        let argv = Argv { command: find.command.clone(), args: find.args.clone() };
        !self.run(&argv, &directory, &self.told(app)).unwrap().stdout.is_empty()
    }

    /// The objects of an application, or what the user interface shows.
    pub fn generate(&self, app: &App<'_>) -> Result<Vec<Value>, String> {
        decoder::objects(&self.render(app)?)
    }

    /// What `generate` prints.
    pub fn render(&self, app: &App<'_>) -> Result<String, String> {
        let here = self.receive(app);
        let directory = here.path().join(app.path);
        let env = self.told(app);
        if let Some(init) = &self.plugin.spec.init {
            self.run(init, &directory, &env)?;
        }
        Ok(self.run(&self.plugin.spec.generate, &directory, &env)?.stdout)
    }

    /// The parameters that the plugin announces for an application, which is told less then.
    pub fn announced(&self, app: &App<'_>) -> Vec<Announced> {
        let here = self.receive(app);
        let Some(parameters) = &self.plugin.spec.parameters else { return Vec::new() };
        let mut env = self.told(app);
        env.retain(|(name, _)| {
            !name.starts_with("KUBE_") && name != "ARGOCD_APP_NAMESPACE" && !name.starts_with("ARGOCD_APP_REVISION")
        });
        let dynamic = parameters.dynamic.as_ref().unwrap();
        let ended = self.run(dynamic, &here.path().join(app.path), &env).unwrap();
        serde_json::from_str(&ended.stdout).unwrap()
    }

    /// A copy of the repository for one call: files 0644, directories 0755, removed afterwards.
    fn receive(&self, app: &App<'_>) -> tempfile::TempDir {
        let work = self.tmp.path().join("_cmp_server");
        fs::create_dir_all(&work).unwrap();
        let copy = tempfile::tempdir_in(work).unwrap();
        copy_tree(app.repository, copy.path());
        copy
    }

    /// The environment of a call, on top of the sidecar's.
    fn told(&self, app: &App<'_>) -> Vec<(String, String)> {
        let mut env: Vec<(String, String)> = [
            ("ARGOCD_APP_NAME", "web"),
            ("ARGOCD_APP_NAMESPACE", "prod"),
            ("ARGOCD_APP_PROJECT_NAME", "default"),
            ("ARGOCD_APP_REVISION", "0123456789abcdef0123456789abcdef01234567"),
            ("ARGOCD_APP_REVISION_SHORT", "0123456"),
            ("ARGOCD_APP_REVISION_SHORT_8", "01234567"),
            ("ARGOCD_APP_SOURCE_PATH", app.path),
            ("ARGOCD_APP_SOURCE_REPO_URL", "https://git.example.com/team/web.git"),
            ("ARGOCD_APP_SOURCE_TARGET_REVISION", "main"),
            ("KUBE_VERSION", "1.31"),
            ("KUBE_API_VERSIONS", "v1,apps/v1,apps/v1/Deployment"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec();
        let Some(block) = &app.plugin else { return env };
        env.extend(block.env.iter().map(|entry| (format!("ARGOCD_ENV_{}", entry.name), entry.value.clone())));
        // Without parameters Argo CD writes `null`.
        env.push(("ARGOCD_APP_PARAMETERS".to_owned(), json!(block.parameters).to_string()));
        for parameter in block.parameters.iter().flatten() {
            if let (Some(name), Some(value)) = (parameter["name"].as_str(), parameter["string"].as_str()) {
                let name = name.to_uppercase().replace(|c: char| !c.is_ascii_alphanumeric(), "_");
                env.push((format!("PARAM_{name}"), value.to_owned()));
            }
        }
        env
    }

    /// Runs a command without a shell, in a process group of its own. At the deadline it is killed, the rest of its
    /// group is asked to end. The error is what a user gets to see.
    fn run(&self, argv: &Argv, directory: &Path, env: &[(String, String)]) -> Result<Ended, String> {
        let words: Vec<&String> = argv.command.iter().chain(&argv.args).collect();
        let (stdout, stderr) = (tempfile::NamedTempFile::new().unwrap(), tempfile::NamedTempFile::new().unwrap());
        let mut command = Command::new("/usr/bin/env");
        command.arg("--").args(&words).current_dir(directory).stdin(Stdio::null()).process_group(0);
        command.stdout(stdout.reopen().unwrap()).stderr(stderr.reopen().unwrap());
        command.env_clear().env("PATH", &self.path).env("HOME", self.tmp.path()).env("TMPDIR", self.tmp.path());
        command.envs(self.env.iter().cloned()).envs(env.iter().cloned());
        let mut child = command.spawn().unwrap();
        let started = Instant::now();
        let status = loop {
            if let Some(status) = child.try_wait().unwrap() {
                break status;
            }
            if started.elapsed() > self.deadline {
                child.kill().unwrap();
                let group = format!("-{}", child.id());
                Command::new("kill").args(["-TERM", "--", &group]).stderr(Stdio::null()).status().unwrap();
                break child.wait().unwrap();
            }
            std::thread::sleep(Duration::from_millis(5));
        };
        let stderr = fs::read_to_string(stderr.path()).unwrap();
        if status.success() {
            Ok(Ended { stdout: fs::read_to_string(stdout.path()).unwrap() })
        } else {
            Err(format!("{words:?} failed {status}: {}", stderr.trim()))
        }
    }
}

fn copy_tree(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        let kind = entry.file_type().unwrap();
        if kind.is_dir() {
            fs::create_dir(&target).unwrap();
            copy_tree(&entry.path(), &target);
        } else if kind.is_symlink() {
            std::os::unix::fs::symlink(fs::read_link(entry.path()).unwrap(), &target).unwrap();
        } else {
            fs::copy(entry.path(), &target).unwrap();
            fs::set_permissions(&target, fs::Permissions::from_mode(0o644)).unwrap();
        }
    }
}
