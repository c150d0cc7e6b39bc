//! Paths as they are shown and compared.

use std::path::{Component, Path, PathBuf};

/// Removes `.` and `..` from a path, without asking the file system.
pub fn normalize(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for component in path.components() {
        match component {
            Component::ParentDir => {
                normal.pop();
            }
            Component::CurDir => {}
            component => normal.push(component),
        }
    }
    normal
}

/// Removes a leading `./`, for messages and diffs; `.` itself becomes the empty path.
pub fn without_dot(path: &Path) -> &Path {
    path.strip_prefix(".").unwrap_or(path)
}

/// Names the current directory, which the empty path means, with a dot.
pub fn or_dot(path: &Path) -> &Path {
    if path.as_os_str().is_empty() { Path::new(".") } else { path }
}
