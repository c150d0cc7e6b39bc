//! Bounds on what an options document may name. Whoever may write to a repository may write the document that is found
//! there, so it may name files of that repository, and nothing else that we could read.

use std::path::{Path, PathBuf};

use super::document::OptionsSpec;
use crate::exit::Failure;
use crate::git;
use crate::input::literal_start;
use crate::paths::or_dot;

/// The directory in which everything lies that a document may name.
pub struct Root {
    /// Without symbolic links; none where it cannot be read.
    path: Option<PathBuf>,
    is_repository: bool,
}

impl Root {
    /// The repository around a directory, or, outside of one, the directory itself.
    pub fn around(directory: &Path) -> Root {
        match git::find_top(directory) {
            Some(top) => Root { path: Some(top), is_repository: true },
            None => Root { path: directory.canonicalize().ok(), is_repository: false },
        }
    }

    /// A repository whose place is known.
    pub fn repository(path: &Path) -> Root {
        Root { path: path.canonicalize().ok(), is_repository: true }
    }

    /// Returns `true` if a file lies here, also behind symbolic links. One that does not exist is nowhere else.
    pub fn holds(&self, path: &Path) -> bool {
        match (path.canonicalize(), &self.path) {
            (Ok(path), Some(root)) => path.starts_with(root),
            (Ok(_), None) => false,
            (Err(_), _) => !path.is_symlink(),
        }
    }

    /// The root in words.
    pub fn name(&self) -> &'static str {
        if self.is_repository { "the repository" } else { "the directory of the options" }
    }

    /// Refuses a document that names a file elsewhere, or something else than a file. `document` is its name.
    pub fn check(&self, document: &str, options: &OptionsSpec, otherwise: &str) -> Result<(), Failure> {
        for (field, path) in options.named_files() {
            let wrong = match path.metadata() {
                _ if !self.holds(path) => format!("is outside {}; move it there{otherwise}", self.name()),
                Ok(metadata) if !metadata.is_file() => "is not a regular file".to_owned(),
                _ => continue,
            };
            return Err(Failure::because(format!("{document}: spec.{field}: {} {wrong}", path.display())));
        }
        self.check_context(document, options, otherwise)
    }

    /// Refuses context elsewhere. Links inside a directory are not followed when it is walked; those that a pattern
    /// matches are.
    pub fn check_context(&self, document: &str, options: &OptionsSpec, otherwise: &str) -> Result<(), Failure> {
        for path in &options.context {
            let text = path.to_string_lossy();
            let start = literal_start(&text);
            let matches = glob::glob(&text).into_iter().flatten().flatten();
            let is_held =
                self.holds(path) && self.holds(or_dot(&start)) && !matches.into_iter().any(|path| !self.holds(&path));
            if !is_held {
                let path = path.display();
                let place = self.name();
                return Err(Failure::because(format!(
                    "{document}: spec.context: {path} lies outside of {place}{otherwise}"
                )));
            }
        }
        Ok(())
    }
}

/// Refuses a key file that a document names where others than the administrator write the documents: they could choose
/// a key that they know, or have another file of the host used as one.
pub fn refuse_key_file(document: &str, options: &OptionsSpec, administrator: &str) -> Result<(), Failure> {
    match options.secret_key_file {
        None => Ok(()),
        Some(_) => Err(Failure::because(format!(
            "{document}: spec.secretKeyFile cannot be set in the repository; {administrator} can set \
             ROLLSTAMP_SECRET_KEY_FILE instead"
        ))),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::symlink;

    #[test]
    fn a_root_holds_what_lies_below_it_behind_links_too() {
        let dir = tempfile::tempdir().unwrap();
        let at = |path: &str| dir.path().join(path);
        fs::create_dir_all(at("root/below")).unwrap();
        fs::create_dir_all(at("root-2")).unwrap();
        for file in ["root/file", "root-2/file", "outside"] {
            fs::write(at(file), "").unwrap();
        }
        for (target, link) in [("../outside", "root/out"), ("file", "root/in"), ("../nowhere", "root/dangling")] {
            symlink(target, at(link)).unwrap();
        }
        let root = Root::repository(&at("root"));
        for (path, held) in [
            ("root/file", true),
            ("root/in", true),
            ("root/below/../file", true),
            ("root/missing", true),
            ("root/out", false),
            ("root/dangling", false),
            ("root/../outside", false),
            ("root-2/file", false),
        ] {
            assert_eq!(root.holds(&at(path)), held, "{path}");
        }
    }
}
