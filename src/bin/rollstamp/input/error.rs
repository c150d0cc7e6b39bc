//! Errors and notes about reading the input.

use std::ffi::OsString;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use rollstamp::diagnostic::{Diagnostic, RunMessage, Severity};
use rollstamp::source::{Position, WideEncoding};

use crate::files::describe_error;
use crate::git::GitError;
use crate::paths::or_dot;
use crate::programs::ProgramNotFound;
use crate::values::Size;

/// A reason why something could not be read.
#[derive(Debug)]
pub enum InputError {
    /// A PATH that does not exist.
    NotFound(PathBuf),
    /// A symbolic link whose target is not there.
    BrokenLink(PathBuf),
    /// A pattern that matches nothing.
    NoMatch(String),
    /// A pattern that cannot be parsed, and the reason.
    BadPattern(String, &'static str),
    /// A file or directory that cannot be read.
    Unreadable(PathBuf, io::Error),
    /// A text that is larger than the limit.
    TooLarge(String, Size),
    /// A stream that is larger than the limit.
    StreamTooLarge(String, Size),
    /// A relevant text that is not UTF-8.
    NotUtf8(String, Position),
    /// A stream in UTF-16 or UTF-32.
    WideStream(String, WideEncoding),
    /// A renderer that was not found.
    ProgramNotFound(ProgramNotFound),
    /// A renderer that could not be started.
    NoRenderer(OsString, io::Error),
    /// A renderer that failed, and how.
    RendererFailed(OsString, String),
    /// A renderer that has ended, while a program that it started may still print.
    OutputHeld(OsString),
    /// A BASE that is the name of a file and of a revision.
    PathAndRevision(String),
    /// A BASE that is neither a path nor a revision, with the reason for the latter.
    NoBase(String, GitError),
    /// A revision as BASE, without paths to read from it.
    RevisionWithoutPaths,
    /// No document on standard input.
    EmptyStdin,
    /// No document from a renderer.
    EmptyRender(OsString),
    /// No files at all, but this many skipped, and the note on the first of them.
    NoFiles { skipped: usize, note: Option<String> },
    /// Files, and no document in any of them.
    NoDocuments { files: usize },
}

impl InputError {
    /// Returns `true` if something is there that cannot be read.
    pub fn is_about_content(&self) -> bool {
        matches!(self, InputError::Unreadable(..) | InputError::TooLarge(..) | InputError::NotUtf8(..))
    }
}

impl fmt::Display for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            InputError::NotFound(path) => {
                let help = if is_word(path) { "; a command goes after `--`" } else { "" };
                write!(f, "{}: no such file or directory{help}", path.display())
            }
            InputError::BrokenLink(path) => write!(f, "{}: broken symbolic link", path.display()),
            InputError::NoMatch(pattern) => write!(f, "{pattern}: the pattern matches no files"),
            InputError::BadPattern(pattern, why) => write!(f, "{pattern}: invalid pattern: {}", why.to_lowercase()),
            InputError::Unreadable(path, error) => {
                write!(f, "{}: cannot be read: {}", path.display(), describe_error(error))
            }
            InputError::TooLarge(name, limit) => {
                let help = "raise the limit with --max-file-size, or skip the file with --exclude";
                write!(f, "{name}: larger than {limit}; {help}")
            }
            InputError::StreamTooLarge(name, limit) => {
                write!(f, "{}: larger than {limit}; raise the limit with --max-stream-size", name_stream(name))
            }
            InputError::NotUtf8(..) => {
                write!(f, "not UTF-8 from here on; convert the file, or skip it with --exclude or --skip-invalid")
            }
            InputError::WideStream(name, encoding) => {
                write!(f, "{} is {encoding}; {}", name_stream(name), convert(*encoding))
            }
            InputError::NoRenderer(program, error) => {
                write!(f, "cannot run {}: {}", program.display(), describe_error(error))
            }
            InputError::ProgramNotFound(error) => write!(f, "{error}"),
            InputError::RendererFailed(program, how) => write!(f, "{} failed: {how}", program.display()),
            InputError::OutputHeld(program) => write!(f, "{} {OUTPUT_HELD}", program.display()),
            InputError::PathAndRevision(name) => {
                write!(f, "--base {name}: both a file and a revision have this name; write ./{name} or git:{name}")
            }
            InputError::NoBase(name, error) => write!(f, "--base {name}: {error}"),
            InputError::RevisionWithoutPaths => {
                write!(
                    f,
                    "--base with a revision needs PATHs to read from it; to compare two renders, use --base-command"
                )
            }
            InputError::EmptyStdin => write!(f, "standard input contains no document{EMPTY}"),
            InputError::EmptyRender(program) => write!(f, "{} printed no document{EMPTY}", program.display()),
            InputError::NoFiles { skipped: 0, .. } => write!(f, "no *.yaml, *.yml or *.json files found{EMPTY}"),
            InputError::NoFiles { skipped, note } => {
                let first = note.as_ref().map(|note| format!(", the first: {note}")).unwrap_or_default();
                write!(f, "no file could be read ({skipped} skipped{first}){EMPTY}")
            }
            InputError::NoDocuments { files: 1 } => write!(f, "the file contains no document{EMPTY}"),
            InputError::NoDocuments { files } => write!(f, "the {files} files contain no document{EMPTY}"),
        }
    }
}

/// The name of a stream as people know it.
fn name_stream(label: &str) -> &str {
    if label == "-" { "standard input" } else { label }
}

impl From<InputError> for Diagnostic {
    fn from(error: InputError) -> Diagnostic {
        let message = RunMessage(error.to_string());
        match error {
            InputError::NotUtf8(name, position) => Diagnostic::at_position(name, position, message),
            _ => Diagnostic::general(message),
        }
    }
}

const OUTPUT_HELD: &str = "has ended, but a program that it started still holds its standard output; start that one with its \
                           output elsewhere";

const EMPTY: &str = "; if this is intended, use --allow-empty";

/// Describes how to convert a text to UTF-8.
fn convert(encoding: WideEncoding) -> String {
    format!("convert it to UTF-8, for example with `iconv -f {} -t UTF-8`", encoding.name())
}

/// Returns `true` if a PATH that does not exist looks like the name of a program rather than that of a file.
fn is_word(path: &Path) -> bool {
    path.extension().is_none() && path.components().count() == 1
}

/// A note about reading the input.
#[derive(Debug, PartialEq, Eq)]
pub enum InputNote {
    /// Symbolic links inside a tree: how many, and the first.
    LinksNotFollowed(usize, PathBuf),
    /// Manifest files and directories that ignore files name: how many, and the first.
    Ignored(usize, PathBuf),
    /// A pattern of `--exclude` that matches nothing.
    ExcludedNothing(String),
    /// A directory without manifests, while others have some.
    NothingIn(PathBuf),
    /// UTF-16 or UTF-32.
    WideEncoding(String, WideEncoding),
    /// Encrypted by git-crypt.
    GitCrypt(String),
    /// A pointer of Git LFS instead of a text.
    LfsPointer(String),
    /// A repository inside the repository.
    Submodule(PathBuf),
    /// A PATH that a revision does not have, and the revision.
    NotInRevision(PathBuf, String),
    /// Not UTF-8, and irrelevant or under `--skip-invalid`.
    NotUtf8(String, Position),
}

impl InputNote {
    /// Returns `true` if something is there that is not read.
    pub fn is_about_content(&self) -> bool {
        use InputNote::{ExcludedNothing, Ignored, LinksNotFollowed, NotInRevision, NothingIn};
        !matches!(self, LinksNotFollowed(..) | Ignored(..) | ExcludedNothing(_) | NothingIn(_) | NotInRevision(..))
    }
}

impl fmt::Display for InputNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            InputNote::LinksNotFollowed(1, first) => {
                write!(f, "{}: symbolic link not followed; pass it as a PATH to read it", first.display())
            }
            InputNote::LinksNotFollowed(count, first) => {
                let first = first.display();
                write!(f, "{count} symbolic links not followed (first: {first}); pass them as PATHs to read them")
            }
            InputNote::Ignored(1, first) => {
                write!(f, "{}: ignored by .gitignore or its like; `--no-ignore` reads it", first.display())
            }
            InputNote::Ignored(count, first) => {
                let first = first.display();
                write!(f, "{count} files and directories ignored by .gitignore or its like (first: {first}); ")?;
                write!(f, "`--no-ignore` reads them")
            }
            InputNote::ExcludedNothing(pattern) => {
                write!(f, "--exclude {pattern} matches no file or directory; correct it, or remove it")
            }
            InputNote::NothingIn(path) => write!(f, "{}: contains no *.yaml, *.yml or *.json files", path.display()),
            InputNote::WideEncoding(name, encoding) => {
                write!(f, "{name}: skipped: {encoding}; {}", convert(*encoding))
            }
            InputNote::GitCrypt(name) => {
                write!(f, "{name}: skipped: encrypted by git-crypt; run `git-crypt unlock` first")
            }
            InputNote::LfsPointer(name) => {
                write!(f, "{name}: skipped: a pointer of Git LFS, whose content is not in git")
            }
            InputNote::Submodule(path) => {
                write!(f, "{}: submodule not read; compare it in its own repository", path.display())
            }
            InputNote::NotInRevision(path, revision) => {
                write!(f, "{}: not in {revision}, so everything in it is new", or_dot(path).display())
            }
            InputNote::NotUtf8(..) => write!(f, "file skipped: not UTF-8 from here on"),
        }
    }
}

impl From<&InputNote> for Diagnostic {
    fn from(note: &InputNote) -> Diagnostic {
        let message = RunMessage(note.to_string());
        let diagnostic = match note {
            InputNote::NotUtf8(name, position) => Diagnostic::at_position(name, *position, message),
            _ => Diagnostic::general(message),
        };
        let is_mistake = matches!(note, InputNote::ExcludedNothing(_));
        diagnostic.with_severity(if is_mistake { Severity::Warning } else { Severity::Note })
    }
}
