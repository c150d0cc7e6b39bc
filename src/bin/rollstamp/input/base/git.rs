//! A repository, asked through git itself. Nothing in it is changed, neither its work tree nor its index.

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread;

use super::directory_of;
use crate::input::normal;
use crate::messages::reason;

/// Why git could not answer.
#[derive(Debug)]
pub enum GitError {
    /// There is no repository here.
    NoRepository,
    /// Git cannot be run.
    NoGit(io::Error),
    /// The revision is not there, in a shallow clone or not.
    NoRevision { name: String, shallow: bool },
    /// A name that git would take for an option.
    NoName(String),
    /// There is no place for the files of a revision.
    NoPlace(io::Error),
    /// The current directory does not exist in a revision.
    NoDirectory(String),
    /// Git failed, with these words.
    Failed(String),
    /// A path that lies outside of the repository.
    Outside(PathBuf),
}

impl fmt::Display for GitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            GitError::NoRepository => {
                write!(f, "neither a path that exists nor, outside of a git repository, a revision")
            }
            GitError::NoGit(error) => write!(f, "cannot run git: {}; is it installed and in PATH?", reason(error)),
            GitError::NoRevision { name, shallow: true } => {
                write!(f, "no path, and no revision in this shallow clone; fetch it first: `{}`", fetch(name))
            }
            GitError::NoRevision { .. } => {
                write!(f, "no path that exists, and no revision of this repository; is it to be fetched first?")
            }
            GitError::NoName(name) => write!(f, "no revision; write ./{name} if it is a path"),
            GitError::NoPlace(error) => {
                write!(f, "its files cannot be written to a temporary directory: {}", reason(error))
            }
            GitError::NoDirectory(revision) => write!(f, "the current directory does not exist in {revision}"),
            GitError::Failed(said) => write!(f, "git failed: {said}"),
            GitError::Outside(path) => {
                write!(f, "{} lies outside of the git repository; compare two directories instead", path.display())
            }
        }
    }
}

/// The command that makes a revision known to a shallow clone.
fn fetch(name: &str) -> String {
    let is_hash = name.len() >= 7 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
    match name.split_once('/') {
        _ if name.contains(['~', '^', '@']) => "git fetch --deepen=100".to_owned(),
        Some((remote @ ("origin" | "upstream"), branch)) => {
            format!("git fetch --depth=1 {remote} {branch}:refs/remotes/{remote}/{branch}")
        }
        _ if is_hash => format!("git fetch --depth=1 origin {name}"),
        _ => format!("git fetch --depth=1 origin {name}:{name}"),
    }
}

/// A commit, and the name by which people know it.
pub struct Revision {
    pub name: String,
    pub commit: String,
}

/// A repository.
pub struct Repository {
    /// Where git is run.
    directory: Option<PathBuf>,
    /// The top of the work tree, without symbolic links.
    top: PathBuf,
}

impl Repository {
    /// The repository that holds the first of these paths, or the current directory.
    pub fn of(paths: &[PathBuf]) -> Result<Repository, GitError> {
        // A hook is given a repository by a path that counts from the current directory.
        let given = std::env::var_os("GIT_DIR").is_some();
        let directory = paths.first().filter(|_| !given).map(|path| directory_of(path));
        let mut repository = Repository { directory, top: PathBuf::new() };
        let output = repository.run(&["rev-parse".as_ref(), "--show-toplevel".as_ref()])?;
        if !output.status.success() {
            let said = words(&output);
            // The only other reason in practice is that the repository belongs to somebody else, which git explains.
            return Err(if said.contains("not a git repository") {
                GitError::NoRepository
            } else {
                GitError::Failed(said)
            });
        }
        let top = path_from(output.stdout.strip_suffix(b"\n").unwrap_or(&output.stdout));
        repository.top = top.canonicalize().unwrap_or(top);
        Ok(repository)
    }

    /// The commit of a name.
    pub fn revision(&self, name: &str) -> Result<Revision, GitError> {
        if name.starts_with('-') || name.is_empty() {
            return Err(GitError::NoName(name.to_owned()));
        }
        let commit = OsString::from(format!("{name}^{{commit}}"));
        let output = self.run(&["rev-parse".as_ref(), "--verify".as_ref(), "--quiet".as_ref(), &commit])?;
        let hash = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        if !output.status.success() || hash.is_empty() {
            let shallow = self.run(&["rev-parse".as_ref(), "--is-shallow-repository".as_ref()])?;
            let shallow = shallow.stdout.starts_with(b"true");
            return Err(GitError::NoRevision { name: name.to_owned(), shallow });
        }
        // Nobody reads forty digits before each path.
        let is_whole = name.len() >= 40 && hash.starts_with(name);
        let name = if is_whole { &name[..12] } else { name };
        Ok(Revision { name: name.to_owned(), commit: hash })
    }

    /// Every entry of a commit's tree at any depth, in byte order of the paths from the top.
    pub fn entries(&self, commit: &str) -> Result<Vec<Entry>, GitError> {
        let output = self.success(&["ls-tree", "-r", "-z", "--full-tree", commit])?;
        let entries = output.split(|&byte| byte == 0).filter(|entry| !entry.is_empty());
        Ok(entries.filter_map(Entry::read).collect())
    }

    /// The contents of blobs, as they are stored: no filter or conversion of line ends is applied. Of one larger than
    /// the limit nothing is kept.
    pub fn blobs(&self, hashes: &[String], limit: u64) -> Result<Vec<Option<Vec<u8>>>, GitError> {
        let mut command = self.command();
        command.args(["cat-file", "--batch"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(GitError::NoGit)?;
        let (Some(mut input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(GitError::Failed("its streams are closed".to_owned()));
        };
        let asked: String = hashes.iter().map(|hash| format!("{hash}\n")).collect();
        // Git answers while it is asked, so that neither side must wait for the other.
        let asking = thread::spawn(move || input.write_all(asked.as_bytes()));
        let mut output = BufReader::new(output);
        let blobs: io::Result<Vec<Option<Vec<u8>>>> = hashes.iter().map(|_| blob(&mut output, limit)).collect();
        drop(output);
        let _ = asking.join();
        let ended = child.wait_with_output().map_err(GitError::NoGit)?;
        blobs.map_err(|error| match words(&ended) {
            said if said.is_empty() => GitError::Failed(reason(&error)),
            said => GitError::Failed(said),
        })
    }

    /// Writes the files of a commit below a directory, as git writes them into a work tree, by an index of their own.
    pub fn check_out(&self, commit: &str, index: &Path, directory: &Path) -> Result<(), GitError> {
        let mut prefix = OsString::from("--prefix=");
        prefix.push(directory);
        prefix.push("/");
        for args in [
            vec!["read-tree".as_ref(), OsStr::new(commit)],
            vec!["checkout-index".as_ref(), "--all".as_ref(), "--quiet".as_ref(), &prefix],
        ] {
            // From below the top, only files from there on are written.
            let mut command = self.command();
            command.env("GIT_INDEX_FILE", index).arg("-C").arg(&self.top).args(args);
            let output = command.stdin(Stdio::null()).output().map_err(GitError::NoGit)?;
            if !output.status.success() {
                return Err(GitError::Failed(words(&output)));
            }
        }
        Ok(())
    }

    /// The way from the top of the work tree to a path, which need not exist.
    pub fn relative(&self, path: &Path) -> Result<PathBuf, GitError> {
        let here = std::env::current_dir().and_then(|here| here.canonicalize()).unwrap_or_default();
        let above = path.ancestors().find_map(|above| {
            let real = if above.as_os_str().is_empty() { here.clone() } else { above.canonicalize().ok()? };
            Some((real, path.strip_prefix(above).ok()?))
        });
        let (real, rest) = above.unwrap_or((here, path));
        let whole = normal(&real.join(rest));
        whole.strip_prefix(&self.top).map(Path::to_owned).map_err(|_| GitError::Outside(path.to_owned()))
    }

    fn success(&self, args: &[&str]) -> Result<Vec<u8>, GitError> {
        let output = self.run(&args.iter().map(OsStr::new).collect::<Vec<_>>())?;
        if output.status.success() { Ok(output.stdout) } else { Err(GitError::Failed(words(&output))) }
    }

    fn run(&self, args: &[&OsStr]) -> Result<Output, GitError> {
        self.command().args(args).stdin(Stdio::null()).output().map_err(GitError::NoGit)
    }

    fn command(&self) -> Command {
        let mut command = Command::new("git");
        if let Some(directory) = &self.directory {
            command.arg("-C").arg(directory);
        }
        // Our questions wait for nobody, and git's words are in the language that we look for.
        command.env("GIT_TERMINAL_PROMPT", "0").env("GIT_OPTIONAL_LOCKS", "0").env("LC_ALL", "C");
        command
    }
}

/// What git said, on one line.
fn words(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stderr);
    let lines: Vec<&str> = said.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    lines.join(" ").trim_start_matches("fatal: ").to_owned()
}

/// One answer of `cat-file --batch`: `<hash> SP <type> SP <size> LF <content> LF`.
fn blob(output: &mut impl BufRead, limit: u64) -> io::Result<Option<Vec<u8>>> {
    let mut header = String::new();
    output.read_line(&mut header)?;
    let size = header.trim_end().rsplit(' ').next().and_then(|size| size.parse::<u64>().ok());
    let size = size.ok_or_else(|| io::Error::other(format!("no content: {}", header.trim_end())))?;
    if size > limit {
        io::copy(&mut output.take(size + 1), &mut io::sink())?;
        return Ok(None);
    }
    let mut content = Vec::new();
    output.take(size).read_to_end(&mut content)?;
    output.read_exact(&mut [0])?;
    Ok(Some(content))
}

/// What stands in a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryKind {
    File,
    Link,
    Submodule,
}

/// One entry of a tree.
#[derive(Clone, Debug)]
pub struct Entry {
    pub kind: EntryKind,
    pub hash: String,
    /// The way from the top.
    pub path: PathBuf,
}

impl Entry {
    /// `<mode> SP <type> SP <hash> TAB <path>`.
    fn read(line: &[u8]) -> Option<Entry> {
        let tab = line.iter().position(|&byte| byte == b'\t')?;
        let mut words = std::str::from_utf8(&line[..tab]).ok()?.split(' ');
        let kind = match words.next()? {
            "120000" => EntryKind::Link,
            "160000" => EntryKind::Submodule,
            _ => EntryKind::File,
        };
        let hash = words.nth(1)?.to_owned();
        Some(Entry { kind, hash, path: path_from(&line[tab + 1..]) })
    }
}

/// The entries by path.
pub fn by_path(entries: &[Entry]) -> HashMap<&Path, &Entry> {
    entries.iter().map(|entry| (entry.path.as_path(), entry)).collect()
}

#[cfg(unix)]
fn path_from(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    PathBuf::from(OsStr::from_bytes(bytes))
}

#[cfg(not(unix))]
fn path_from(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}
