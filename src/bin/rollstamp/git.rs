//! A repository, asked through git itself. Nothing in it is changed, neither its work tree nor its index, and nothing
//! that its configuration or its files name is run.

mod command;
mod discover;
mod error;
mod filters;
mod object;
mod owner;

use std::ffi::{OsStr, OsString};
use std::io::{BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread;

pub use discover::{find_program, find_top};
pub use error::GitError;
pub use object::{Entry, EntryKind, by_path};

use crate::files::describe_error;
use crate::interrupt::HeldChild;
use crate::paths::normalize;
use crate::programs;
use discover::Location;

/// A commit, and the name by which people know it.
pub struct Revision {
    pub name: String,
    pub commit: String,
}

/// A repository.
pub struct Repository {
    /// The program.
    git: PathBuf,
    location: Location,
}

impl Repository {
    /// Opens the repository that holds these paths, or the current directory.
    pub fn open(paths: &[PathBuf]) -> Result<Repository, GitError> {
        let location = discover::discover(paths)?;
        let git = programs::find_outside("git".as_ref(), Some(&location.top)).map_err(GitError::NotFound)?;
        owner::check(&location, &git)?;
        Ok(Repository { git, location })
    }

    /// Returns the real path of the top of the work tree.
    pub fn top(&self) -> &Path {
        &self.location.top
    }

    /// Finds the commit of a name.
    pub fn find_revision(&self, name: &str) -> Result<Revision, GitError> {
        if name.starts_with('-') || name.is_empty() {
            return Err(GitError::OptionLike(name.to_owned()));
        }
        let commit = OsString::from(format!("{name}^{{commit}}"));
        let output = self.run(&["rev-parse".as_ref(), "--verify".as_ref(), "--quiet".as_ref(), &commit])?;
        let hash = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        let is_hash = matches!(hash.len(), 40 | 64) && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !output.status.success() || !is_hash {
            return Err(GitError::NoRevision { name: name.to_owned(), shallow: self.is_shallow()? });
        }
        // Nobody reads forty digits before each path.
        let is_whole = name.len() >= 40 && hash.starts_with(name);
        let name = if is_whole { &name[..12] } else { name };
        Ok(Revision { name: name.to_owned(), commit: hash })
    }

    /// Finds the commit from which a revision and HEAD started.
    pub fn find_merge_base(&self, revision: &Revision) -> Result<Revision, GitError> {
        let output = self.run(&["merge-base", &revision.commit, "HEAD"].map(OsStr::new))?;
        let hash = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        if !output.status.success() || hash.is_empty() {
            let (name, shallow) = (revision.name.clone(), self.is_shallow()?);
            return Err(GitError::NoMergeBase { name, shallow });
        }
        if hash == revision.commit {
            return Ok(Revision { name: revision.name.clone(), commit: hash });
        }
        Ok(Revision { name: hash[..12].to_owned(), commit: hash })
    }

    fn is_shallow(&self) -> Result<bool, GitError> {
        let shallow = self.run(&["rev-parse", "--is-shallow-repository"].map(OsStr::new))?;
        Ok(shallow.stdout.starts_with(b"true"))
    }

    /// Lists the tracked files of the work tree that may differ from those of a revision, by their paths from the top.
    /// Files that were only touched can be among them.
    pub fn list_changed(&self, revision: &Revision) -> Result<Vec<PathBuf>, GitError> {
        let args = [
            "diff-index",
            "-z",
            "--name-only",
            "--no-renames",
            "--no-ext-diff",
            "--ignore-submodules=dirty",
            &revision.commit,
        ];
        let output = self.run(&args.map(OsStr::new))?;
        if !output.status.success() {
            return Err(self.explain_failure(revision, &output));
        }
        let names = output.stdout.split(|&byte| byte == 0).filter(|name| !name.is_empty());
        Ok(names.map(object::path_from).collect())
    }

    /// Lists every entry of a commit's tree at any depth, in byte order of the paths from the top.
    pub fn list_entries(&self, revision: &Revision) -> Result<Vec<Entry>, GitError> {
        let args = ["ls-tree", "-r", "-z", "--full-tree", &revision.commit].map(OsStr::new);
        let output = self.run(&args)?;
        if !output.status.success() {
            return Err(self.explain_failure(revision, &output));
        }
        let entries = output.stdout.split(|&byte| byte == 0).filter(|entry| !entry.is_empty());
        Ok(entries.filter_map(Entry::read).collect())
    }

    /// Lists the files of the index, sorted, by their paths from the top.
    pub fn list_tracked(&self) -> Result<Vec<PathBuf>, GitError> {
        self.list_files(&["--cached"])
    }

    fn list_files(&self, selection: &[&str]) -> Result<Vec<PathBuf>, GitError> {
        let mut command = self.command();
        command.args(["ls-files", "-z", "--full-name"]).args(selection);
        let output = command::run(command.current_dir(&self.location.top))?;
        if !output.status.success() {
            return Err(GitError::Failed(command::words(&output)));
        }
        let names = output.stdout.split(|&byte| byte == 0).filter(|name| !name.is_empty());
        let mut files: Vec<PathBuf> = names.map(object::path_from).collect();
        files.sort_unstable();
        // A file in conflict has several entries.
        files.dedup();
        Ok(files)
    }

    /// Lists the files of the work tree that are tracked, and others that are not ignored, sorted, by their paths from
    /// the top.
    pub fn list_work_tree(&self) -> Result<Vec<PathBuf>, GitError> {
        self.list_files(&["--cached", "--others", "--exclude-standard"])
    }

    /// Lists the addresses of the remotes.
    pub fn list_remotes(&self) -> Result<Vec<String>, GitError> {
        let output = self.run(&["config", "--null", "--get-regexp", r"^remote\..*\.url$"].map(OsStr::new))?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let entries = text.split('\0').filter_map(|entry| entry.split_once('\n'));
        Ok(entries.map(|(_, url)| url.to_owned()).collect())
    }

    /// Lists the names of the branch that is checked out and of the remote's default branch, as far as there are any.
    pub fn list_branches(&self) -> Result<Vec<String>, GitError> {
        let mut branches = Vec::new();
        for (reference, prefix) in [("HEAD", "refs/heads/"), ("refs/remotes/origin/HEAD", "refs/remotes/origin/")] {
            let output = self.run(&["symbolic-ref", "--quiet", reference].map(OsStr::new))?;
            let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
            branches.extend(text.strip_prefix(prefix).map(str::to_owned));
        }
        Ok(branches)
    }

    /// Lists the names of the tags.
    pub fn list_tags(&self) -> Result<Vec<String>, GitError> {
        let output = self.run(&["for-each-ref", "--format=%(refname:lstrip=2)", "refs/tags"].map(OsStr::new))?;
        Ok(String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect())
    }

    /// Reads the contents of blobs of a revision, as they are stored: no filter or conversion of line ends is applied.
    /// Of one larger than the limit nothing is kept.
    pub fn read_blobs(
        &self,
        revision: &Revision,
        hashes: &[String],
        limit: u64,
    ) -> Result<Vec<Option<Vec<u8>>>, GitError> {
        let mut command = self.command();
        command.args(["cat-file", "--batch"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let (mut child, _held) = HeldChild::spawn(false, || command.spawn()).map_err(GitError::NoGit)?;
        let (Some(mut input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(GitError::Failed("its streams are closed".to_owned()));
        };
        let mut questions = String::new();
        for hash in hashes {
            questions.push_str(hash);
            questions.push('\n');
        }
        // Git answers while it is asked, so that neither side must wait for the other.
        let asking = thread::spawn(move || input.write_all(questions.as_bytes()));
        let mut output = BufReader::new(output);
        let blobs = object::read_blobs(&mut output, hashes.len(), limit);
        drop(output);
        let _ = asking.join();
        let ended = child.wait_with_output().map_err(GitError::NoGit)?;
        let error = match blobs {
            Ok(blobs) => return Ok(blobs),
            Err(error) => error,
        };
        Err(match self.explain_failure(revision, &ended) {
            GitError::Failed(words) if words.is_empty() => GitError::Failed(describe_error(&error)),
            error => error,
        })
    }

    /// Writes the files of a commit below a directory, as git writes them into a work tree, by an index of their own.
    pub fn check_out(&self, revision: &Revision, index: &Path, directory: &Path) -> Result<(), GitError> {
        let listing = self.run(&filters::LIST_FILTERS.map(OsStr::new))?;
        let filters_off = filters::settings_without_tree(&self.location, &listing.stdout)?;
        let mut prefix = OsString::from("--prefix=");
        prefix.push(directory);
        prefix.push("/");
        for args in [
            vec!["read-tree".as_ref(), OsStr::new(&revision.commit)],
            vec!["checkout-index".as_ref(), "--all".as_ref(), "--quiet".as_ref(), &prefix],
        ] {
            let mut command = self.command();
            // From below the top, only files from there on are written.
            command.env("GIT_INDEX_FILE", index).current_dir(&self.location.top);
            for setting in &filters_off {
                command.args(["-c", setting]);
            }
            let output = command::run(command.args(args))?;
            if !output.status.success() {
                return Err(self.explain_failure(revision, &output));
            }
        }
        Ok(())
    }

    /// The reason why git failed with objects of a revision. In a partial clone it is that they are not there.
    fn explain_failure(&self, revision: &Revision, output: &Output) -> GitError {
        let Some(remote) = self.find_promisor() else { return GitError::Failed(command::words(output)) };
        let (name, remote) = (error::quote(&revision.name), error::quote(&remote));
        let fetch = format!("git ls-tree -r --full-tree --object-only {name} | git fetch --no-tags --stdin {remote}");
        GitError::NotFetched { fetch }
    }

    /// The remote from which a partial clone fetches what it lacks.
    fn find_promisor(&self) -> Option<String> {
        let args = ["config", "--null", "--name-only", "--get-regexp", r"^remote\..*\.promisor$"].map(OsStr::new);
        let output = self.run(&args).ok()?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let name = text.split('\0').next()?;
        Some(name.strip_prefix("remote.")?.strip_suffix(".promisor")?.to_owned())
    }

    /// The way from the top of the work tree to a path, which need not exist.
    pub fn relative(&self, path: &Path) -> Result<PathBuf, GitError> {
        let mut whole = Path::new(".").canonicalize().unwrap_or_default().join(path);
        for above in path.ancestors() {
            if let (Ok(real), Ok(rest)) = (above.canonicalize(), path.strip_prefix(above)) {
                whole = real.join(rest);
                break;
            }
        }
        match normalize(&whole).strip_prefix(&self.location.top) {
            Ok(relative) => Ok(relative.to_owned()),
            Err(_) => Err(GitError::Outside(path.to_owned())),
        }
    }

    fn run(&self, args: &[&OsStr]) -> Result<Output, GitError> {
        command::run(self.command().args(args))
    }

    fn command(&self) -> Command {
        command::about(&self.location, &self.git)
    }
}
