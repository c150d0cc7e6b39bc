//! `rollstamp kustomize install`, `uninstall` and `init`.

use std::env;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use crate::cli::{InitArgs, PluginHomeArgs, StrategyName};
use crate::environment::path_variable;
use crate::exit::{Failure, Outcome};
use crate::files::describe_error;
use crate::messages::Messages;
use crate::options::document::{API_VERSION, KIND};
use crate::output;

/// The variable that names the directory of plugins.
const PLUGIN_HOME: &str = "KUSTOMIZE_PLUGIN_HOME";

/// Links this program to where kustomize looks for the plugin, and prints the path of the link.
pub fn install_plugin(args: &PluginHomeArgs, messages: &Messages) -> Result<Outcome, Failure> {
    let home = absolute_home(args)?;
    let path = plugin_path(&home);
    refuse_other_file(&path)?;
    if let Err(error) = link_program(&path) {
        return Err(Failure::because(format!("{}: {}", path.display(), describe_error(&error))));
    }
    output::print(&format!("{}\n", path.display()))?;
    if args.plugin_home.is_some() {
        let home = home.display();
        messages.note(format!("set {PLUGIN_HOME}={home}, so that kustomize finds it there"));
    }
    Ok(Outcome::Done)
}

/// Removes the link and the directories that were made for it, and prints the path of the link.
pub fn uninstall_plugin(args: &PluginHomeArgs, messages: &Messages) -> Result<Outcome, Failure> {
    let home = absolute_home(args)?;
    let path = plugin_path(&home);
    refuse_other_file(&path)?;
    match fs::remove_file(&path) {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            messages.note(format!("{}: not installed, so there is nothing to remove", path.display()));
            return Ok(Outcome::Done);
        }
        Err(error) => return Err(Failure::because(format!("{}: {}", path.display(), describe_error(&error)))),
        Ok(()) => {}
    }
    for directory in path.ancestors().skip(1).take_while(|directory| *directory != home) {
        // Other plugins may be in it.
        if fs::remove_dir(directory).is_err() {
            break;
        }
    }
    output::print(&format!("{}\n", path.display()))?;
    Ok(Outcome::Done)
}

/// The directory of plugins that the command line names, or that of kustomize, as an absolute path.
fn absolute_home(args: &PluginHomeArgs) -> Result<PathBuf, Failure> {
    let Some(home) = args.plugin_home.clone().or_else(|| plugin_home(&path_variable)) else {
        return Err(Failure::because("neither KUSTOMIZE_PLUGIN_HOME nor HOME is set; use --plugin-home DIR"));
    };
    Ok(std::path::absolute(&home).unwrap_or(home))
}

/// The path at which kustomize looks for the plugin in a directory of plugins.
fn plugin_path(home: &Path) -> PathBuf {
    home.join(API_VERSION).join(KIND.to_lowercase()).join(KIND)
}

/// Refuses to touch a file in the place of the link. Where links need rights that few have, a copy cannot be told from
/// such a file.
fn refuse_other_file(path: &Path) -> Result<(), Failure> {
    if cfg!(unix) && !path.is_symlink() && fs::symlink_metadata(path).is_ok() {
        let path = path.display();
        return Err(Failure::because(format!("{path} exists and is not a symbolic link; move it and try again")));
    }
    Ok(())
}

/// The first directory that exists of those where kustomize looks; else that which is named, or the usual one.
fn plugin_home(variable: &dyn Fn(&str) -> Option<PathBuf>) -> Option<PathBuf> {
    let named = variable(PLUGIN_HOME);
    if named.is_some() {
        return named;
    }
    let mut all = Vec::new();
    if let Some(config) = variable("XDG_CONFIG_HOME") {
        all.push(config.join("kustomize/plugin"));
    }
    if let Some(home) = variable("HOME") {
        all.push(home.join(".config/kustomize/plugin"));
        all.push(home.join("kustomize/plugin"));
    }
    let existing = all.iter().find(|directory| directory.is_dir());
    existing.or(all.first()).cloned()
}

fn link_program(path: &Path) -> io::Result<()> {
    let program = env::current_exe()?;
    if let Some(directory) = path.parent() {
        fs::create_dir_all(directory)?;
    }
    link(&program, path)
}

/// Puts a link in the place of an older one in one step.
#[cfg(unix)]
fn link(program: &Path, path: &Path) -> io::Result<()> {
    let new = path.with_extension(format!("new-{}", std::process::id()));
    match fs::remove_file(&new) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    std::os::unix::fs::symlink(program, &new)?;
    fs::rename(&new, path)
}

/// Links need rights that few have here, so the program is copied.
#[cfg(not(unix))]
fn link(program: &Path, path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => fs::copy(program, path).map(|_| ()),
    }
}

/// Prints a configuration, and says what to write into kustomization.yaml.
pub fn print_plugin_config(args: &InitArgs, messages: &Messages) -> Result<Outcome, Failure> {
    let strategy = match args.strategy {
        StrategyName::Stamp => "stamp",
        StrategyName::Rename => "rename",
    };
    let name = if args.check { "rollstamp-check" } else { "rollstamp" };
    let function = if args.krm {
        "  annotations:\n    config.kubernetes.io/function: |\n      exec:\n        path: rollstamp-krm\n"
    } else {
        ""
    };
    let check = if args.check { "  check: true\n  strict: true\n" } else { "" };
    output::print(&format!(
        "apiVersion: {API_VERSION}\nkind: {KIND}\nmetadata:\n  name: {name}\n{function}spec:\n  strategy: {strategy}\n{check}"
    ))?;
    let field = if args.check { "validators" } else { "transformers" };
    let flags = if args.krm { "--enable-alpha-plugins --enable-exec" } else { "--enable-alpha-plugins" };
    messages.summary(&format!(
        "save this as {name}.yaml next to the outermost kustomization.yaml, add there\n\n{field}:\n- {name}.yaml\n\nand \
         build with `kustomize build {flags} .`"
    ));
    Ok(Outcome::Done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_plugin_is_installed_where_kustomize_looks() {
        let dir = tempfile::tempdir().unwrap();
        let home = |variables: &[(&str, &str)]| {
            let variables: Vec<(String, PathBuf)> =
                variables.iter().map(|(name, path)| (name.to_string(), dir.path().join(path))).collect();
            let found = plugin_home(&|name| variables.iter().find(|(n, _)| n == name).map(|(_, path)| path.clone()));
            found.map(|path| path.strip_prefix(dir.path()).unwrap().to_owned())
        };
        assert_eq!(home(&[]), None);
        assert_eq!(home(&[("HOME", "h")]).as_deref(), Some(Path::new("h/.config/kustomize/plugin")));
        assert_eq!(home(&[("HOME", "h"), ("XDG_CONFIG_HOME", "x")]).as_deref(), Some(Path::new("x/kustomize/plugin")));
        fs::create_dir_all(dir.path().join("h/kustomize/plugin")).unwrap();
        assert_eq!(home(&[("HOME", "h"), ("XDG_CONFIG_HOME", "x")]).as_deref(), Some(Path::new("h/kustomize/plugin")));
        assert_eq!(home(&[("HOME", "h"), (PLUGIN_HOME, "k")]).as_deref(), Some(Path::new("k")));
    }
}
