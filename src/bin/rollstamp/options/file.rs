//! The options file: where it is looked for, and whether it is ours. The nearest one counts; several are not merged.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

use crate::cli::OptionsFileArgs;
use crate::environment::text_variable;
use crate::exit::Failure;
use crate::files;
use crate::files::describe_error;
use crate::git;
use crate::messages::Messages;
use crate::options::confine::{self, Root};
use crate::options::document::{KIND, OptionsSpec, parse};
use crate::options::parse_error::MAX_BYTES;

/// Name of the file in the current directory.
const DEFAULT_NAME: &str = "rollstamp.yaml";

/// An options file and its content.
#[derive(Default)]
pub struct Loaded {
    /// Path of the file, if there is one.
    pub path: Option<PathBuf>,
    /// Its options.
    pub spec: OptionsSpec,
}

/// Reads the options file that these flags choose: the named one, else the default one if it exists and is ours.
pub fn load(args: &OptionsFileArgs, messages: &Messages) -> Result<Loaded, Failure> {
    match &args.config {
        Some(path) => parse_file(path, &read_any(path).map_err(|error| unreadable(path, &error))?),
        None if args.no_config => Ok(Loaded::default()),
        None => {
            let root = Root::around(Path::new("."));
            let top = git::find_top(Path::new("."));
            let loaded = load_nearest(top.as_deref(), &root, "; or name the options with --config", messages)?;
            // Whoever opens a pull request writes the options that are found in it.
            if text_variable("GITHUB_ACTIONS").as_deref() == Some("true") {
                confine::refuse_key_file(DEFAULT_NAME, &loaded.spec, "the workflow")?;
            }
            Ok(loaded)
        }
    }
}

/// Reads the options file of the default name, for Argo CD, where its author is not the administrator.
pub fn load_default_document(
    repository: &Path,
    messages: &Messages,
) -> Result<(OptionsSpec, Option<PathBuf>), Failure> {
    let Loaded { path, spec } = load_nearest(Some(repository), &Root::repository(repository), "", messages)?;
    confine::refuse_key_file(DEFAULT_NAME, &spec, "the administrator of Argo CD")?;
    Ok((spec, path))
}

/// Reads the nearest options file of the default name, from the current directory up to the top of the repository;
/// without a repository, only that of the current directory.
fn load_nearest(top: Option<&Path>, root: &Root, otherwise: &str, messages: &Messages) -> Result<Loaded, Failure> {
    let directories = top.and_then(count_directories_below).unwrap_or(0);
    let mut path = PathBuf::from(DEFAULT_NAME);
    for _ in 0..=directories {
        let loaded = load_default(&path, root, otherwise, messages)?;
        if loaded.path.is_some() {
            messages.detail(&format!("options file: {}", path.display()));
            return Ok(loaded);
        }
        path = Path::new("..").join(path);
    }
    Ok(Loaded::default())
}

/// Counts the directories from the top of a repository down to the current one; `None` if that is elsewhere.
fn count_directories_below(top: &Path) -> Option<usize> {
    let (top, here) = (top.canonicalize().ok()?, Path::new(".").canonicalize().ok()?);
    Some(here.strip_prefix(top).ok()?.components().count())
}

/// Reads the file of the default name in a directory. An unrelated file of that name is not used, and a note says so. A file that
/// contains our kind or version is ours, and must be valid: a typo in it must not turn all options off in silence.
///
/// `otherwise` is another fix for a file outside of the root.
fn load_default(path: &Path, root: &Root, otherwise: &str, messages: &Messages) -> Result<Loaded, Failure> {
    let name = path.display().to_string();
    if !root.holds(path) {
        return Err(Failure::because(format!("{name} is a symbolic link out of {}{otherwise}", root.name())));
    }
    let text = match files::read_text(path, MAX_BYTES) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Loaded::default()),
        Err(error) => return Err(unreadable(path, &error)),
    };
    if !text.contains("rollstamp.dev/v") && !text.contains(KIND) {
        messages.note(format!("{name} is not an options file, ignored"));
        return Ok(Loaded::default());
    }
    let loaded = parse_file(path, &text)?;
    root.check(&name, &loaded.spec, otherwise)?;
    Ok(loaded)
}

/// Reads a file that the user named, which may be a pipe. At most one byte more than the limit is enough to see that it
/// is exceeded.
fn read_any(path: &Path) -> io::Result<String> {
    let mut bytes = Vec::new();
    File::open(path)?.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    files::decode(bytes)
}

fn unreadable(path: &Path, error: &io::Error) -> Failure {
    let path = path.display();
    Failure::because(format!("{path}: cannot read the options file: {}", describe_error(error)))
}

fn parse_file(path: &Path, text: &str) -> Result<Loaded, Failure> {
    let mut spec = match parse(text) {
        Ok(spec) => spec,
        Err(error) => return Err(Failure::from_error(error.in_file(&path.to_string_lossy()))),
    };
    // Paths in the file are relative to it, wherever the tool is started.
    if let Some(dir) = path.parent() {
        for path in spec.context.iter_mut().chain(&mut spec.secret_key_file).chain(&mut spec.baseline) {
            *path = dir.join(&*path);
        }
        if let Some(rules) = &mut spec.rules {
            rules.resolve_in(dir);
        }
    }
    Ok(Loaded { path: Some(path.to_owned()), spec })
}
