//! The base of a change: a directory, a file, a revision of git, a stream, or another render.

mod checkout;
mod tree;

use std::ffi::OsString;
use std::path::PathBuf;

use crate::git::{self, GitError};

use crate::input::context;
use crate::input::find::find_files;
use crate::input::load::{input_of_stream, read_found_files};
use crate::input::read::{ReadLimits, Reading, read_stdin};
use crate::input::renderer::run_renderer;
use crate::input::{Input, InputError, InputOptions, InputSource, Renderer};
use crate::progress::Progress;

/// The place that the manifests come from that are applied now.
#[derive(Debug)]
pub enum Base {
    /// BASE: a path or a revision.
    Named(OsString),
    /// The output of a program.
    Renderer(Renderer),
}

/// The mark of a revision, for one that is called like a file.
const REVISION: &str = "git:";

/// Reads what is applied now. `head` says which paths count in a revision. An empty base is fine: everything is new.
///
/// # Errors
/// All errors that were found, in input order.
pub fn read_base(
    base: &Base,
    head: &InputOptions,
    may_be_relevant: fn(&str) -> bool,
    progress: &Progress,
) -> Result<Input, Vec<InputError>> {
    // Mistakes in the old tree cannot be fixed any more, and do not keep the new one from being reported.
    let limits = head.read_limits(true, may_be_relevant);
    let mut input = match base {
        Base::Renderer(renderer) => input_of_stream(run_renderer(renderer, &limits))?,
        Base::Named(name) if name == "-" => input_of_stream(read_stdin(&limits))?,
        Base::Named(name) => match resolve_base(name, head).map_err(|error| vec![error])? {
            ResolvedBase::Path(path) => {
                let found = find_files(&[path], head);
                read_found_files(found, &limits, progress)?
            }
            ResolvedBase::Revision(repository, revision) => {
                let mut input = match &head.from {
                    InputSource::Renderer(renderer) => {
                        input_of_stream(render_revision(&repository, &revision, renderer, &limits))?
                    }
                    _ => tree::read(&repository, &revision, head, &limits)?,
                };
                let outside = tree::add_context(&mut input, &repository, &revision, head, &limits)?;
                context::add_context(&mut input, &outside, head, may_be_relevant)?;
                return Ok(input);
            }
        },
    };
    context::add_context(&mut input, &head.context, head, may_be_relevant)?;
    Ok(input)
}

/// Runs a renderer in the files of a revision.
fn render_revision(
    repository: &git::Repository,
    revision: &git::Revision,
    renderer: &Renderer,
    limits: &ReadLimits,
) -> Result<Reading, InputError> {
    let checkout = checkout::Checkout::of(repository, revision)
        .map_err(|error| InputError::NoBase(revision.name.clone(), error))?;
    let renderer =
        Renderer { directory: Some(checkout.here.clone()), revision: Some(revision.name.clone()), ..renderer.clone() };
    run_renderer(&renderer, limits)
}

/// The meaning of BASE.
enum ResolvedBase {
    Path(PathBuf),
    Revision(git::Repository, git::Revision),
}

/// A path or a revision; as with git itself, a name that is both is an error.
fn resolve_base(name: &OsString, head: &InputOptions) -> Result<ResolvedBase, InputError> {
    let text = name.to_str();
    let no_base = |error| InputError::NoBase(name.to_string_lossy().into_owned(), error);
    if let Some(revision) = text.and_then(|text| text.strip_prefix(REVISION)) {
        let (repository, revision) = revision_of(revision, head).map_err(no_base)?;
        return Ok(ResolvedBase::Revision(repository, revision));
    }
    let path = PathBuf::from(name);
    let exists = path.symlink_metadata().is_ok();
    let says_path = path.is_absolute() || path.starts_with(".") || path.starts_with("..");
    let found = match text.filter(|_| !says_path) {
        Some(text) => revision_of(text, head),
        None => Err(GitError::NoRepository),
    };
    match (exists, found) {
        (true, Ok(_)) => Err(InputError::PathAndRevision(name.to_string_lossy().into_owned())),
        (true, Err(_)) => Ok(ResolvedBase::Path(path)),
        (false, Ok((repository, revision))) => Ok(ResolvedBase::Revision(repository, revision)),
        (false, Err(_)) if says_path => Err(InputError::NotFound(path)),
        (false, Err(error)) => Err(no_base(error)),
    }
}

fn revision_of(name: &str, head: &InputOptions) -> Result<(git::Repository, git::Revision), GitError> {
    let repository = git::Repository::open(paths(head))?;
    let revision = repository.find_revision(name)?;
    Ok((repository, revision))
}

/// The paths that tell which repository is meant.
fn paths(head: &InputOptions) -> &[PathBuf] {
    match &head.from {
        InputSource::Paths(paths) => paths,
        InputSource::Stdin | InputSource::Renderer(..) => &[],
    }
}
