//! The options file: where it is looked for, and whether it is ours.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

use rollstamp::diagnostic::{Diagnostic, RunMessage};

use crate::cli::OptionsFileArgs;
use crate::exit::Failure;
use crate::messages::{Messages, reason};
use crate::options::document::{KIND, MAX_BYTES, OptionsSpec, parse};

/// Looked for in the current directory.
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
        Some(path) => loaded(path, &read(path).map_err(|error| cannot_read(path, &error))?),
        None if args.no_config => Ok(Loaded::default()),
        None => load_default(Path::new(DEFAULT_NAME), messages),
    }
}

/// Reads the options file of the default name, for a host that has no flag to name another.
pub fn default_document(messages: &Messages) -> Result<(OptionsSpec, Option<PathBuf>), Failure> {
    let Loaded { path, spec } = load_default(Path::new(DEFAULT_NAME), messages)?;
    Ok((spec, path))
}

/// A file of the default name that has nothing to do with us is not used, and a note says so. Once it speaks of our
/// kind or version it is ours, and must be right: a typo in it must not turn all options off in silence.
fn load_default(path: &Path, messages: &Messages) -> Result<Loaded, Failure> {
    let text = match read(path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Loaded::default()),
        Err(error) => return Err(cannot_read(path, &error)),
    };
    if !text.contains("rollstamp.dev/v") && !text.contains(KIND) {
        messages.note(format!("{DEFAULT_NAME} is not an options file and is not used as one"));
        return Ok(Loaded::default());
    }
    loaded(path, &text)
}

/// At most one byte more than the limit: enough to see that it is exceeded.
fn read(path: &Path) -> io::Result<String> {
    let mut bytes = Vec::new();
    File::open(path)?.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    String::from_utf8(bytes).map_err(|_| io::Error::new(ErrorKind::InvalidData, "not UTF-8"))
}

fn cannot_read(path: &Path, error: &io::Error) -> Failure {
    let path = path.display();
    Failure::because(format!("{path}: cannot read the options file: {}", reason(error)))
}

fn loaded(path: &Path, text: &str) -> Result<Loaded, Failure> {
    let shown = path.to_string_lossy();
    let mut spec = parse(text).map_err(|wrong| {
        Failure::Errors(vec![match wrong.at {
            Some(position) => Diagnostic::at_position(shown.clone(), position, RunMessage(wrong.sentence)),
            None => Diagnostic::general(RunMessage(format!("{shown}: {}", wrong.sentence))),
        }])
    })?;
    // A path in the file means the same from wherever the tool is started.
    if let Some(dir) = path.parent() {
        spec.secret_key_file = spec.secret_key_file.map(|key| dir.join(key));
        spec.rules.iter_mut().for_each(|rules| rules.resolve_in(dir));
    }
    Ok(Loaded { path: Some(path.to_owned()), spec })
}
