//! Where vectors are: in the repository, and in the folder that `ROLLSTAMP_VECTORS` names.

use std::path::{Path, PathBuf};

/// The vector files of a name.
pub fn files(name: &str) -> Vec<PathBuf> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/vectors").join(name);
    assert!(own.is_file(), "{} is not there", own.display());
    let others = std::env::var_os("ROLLSTAMP_VECTORS").map(|folder| PathBuf::from(folder).join(name));
    [own].into_iter().chain(others.filter(|path| path.is_file())).collect()
}
