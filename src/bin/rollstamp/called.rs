//! What the tool is called as: by another name it is the plugin of another program.

use std::ffi::{OsStr, OsString};
use std::path::Path;

/// Names of the program file, and the words that each stands for. They are compared exactly: `Rollstamp` is the kind
/// of the kustomize plugin, and kustomize calls a plugin by its kind.
const NAMES: [(&str, &[&str]); 2] =
    [("Rollstamp", &["rollstamp", "kustomize", "plugin"]), ("rollstamp-krm", &["rollstamp", "krm"])];

/// The arguments, with the words that the program's name stands for in its place.
pub fn arguments(given: impl IntoIterator<Item = OsString>) -> Vec<OsString> {
    let mut given = given.into_iter();
    let program = given.next().unwrap_or_else(|| "rollstamp".into());
    let words = match words(&program) {
        Some(words) => words.iter().map(OsString::from).collect(),
        None => vec![program],
    };
    words.into_iter().chain(given).collect()
}

fn words(program: &OsStr) -> Option<&'static [&'static str]> {
    let called = Path::new(program).file_name()?.to_str()?;
    let called = called.strip_suffix(std::env::consts::EXE_SUFFIX).unwrap_or(called);
    NAMES.iter().find(|(name, _)| *name == called).map(|(_, words)| *words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_name_stands_for_other_words() {
        let called = |line: &str| {
            let words = arguments(line.split(' ').map(OsString::from));
            words.join(OsStr::new(" ")).into_string().unwrap()
        };
        assert_eq!(called("/p/v1/rollstamp/Rollstamp /tmp/c --check"), "rollstamp kustomize plugin /tmp/c --check");
        assert_eq!(called("rollstamp-krm"), "rollstamp krm");
        assert_eq!(called("target/debug/rollstamp stamp -"), "target/debug/rollstamp stamp -");
    }
}
