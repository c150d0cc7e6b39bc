//! Names of the program file: by another name, rollstamp is the plugin of another program.

use std::ffi::{OsStr, OsString};
use std::path::Path;

/// Names of the program file, and the command line that each stands for. They are compared exactly: `Rollstamp` is the kind
/// of the kustomize plugin, and kustomize calls a plugin by its kind.
const NAMES: [(&str, &[&str]); 2] =
    [("Rollstamp", &["rollstamp", "kustomize", "plugin"]), ("rollstamp-krm", &["rollstamp", "krm"])];

/// Replaces the name of the program file by the command line that it stands for.
pub fn expand(arguments: impl IntoIterator<Item = OsString>) -> Vec<OsString> {
    let mut arguments = arguments.into_iter();
    let program = arguments.next().unwrap_or("rollstamp".into());
    let mut expanded: Vec<OsString> = match command_line_of(&program) {
        Some(words) => words.iter().map(OsString::from).collect(),
        None => vec![program],
    };
    expanded.extend(arguments);
    expanded
}

/// The command line that a program file stands for by its name; none for the usual name.
fn command_line_of(program: &OsStr) -> Option<&'static [&'static str]> {
    let file_name = Path::new(program).file_name()?.to_str()?;
    let program_name = file_name.strip_suffix(std::env::consts::EXE_SUFFIX).unwrap_or(file_name);
    let (_, words) = NAMES.iter().find(|(name, _)| *name == program_name)?;
    Some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_the_program_file_stand_for_commands() {
        let expanded = |line: &str| {
            let words = expand(line.split(' ').map(OsString::from));
            words.join(OsStr::new(" ")).into_string().unwrap()
        };
        assert_eq!(expanded("/p/v1/rollstamp/Rollstamp /tmp/c --check"), "rollstamp kustomize plugin /tmp/c --check");
        assert_eq!(expanded("rollstamp-krm"), "rollstamp krm");
        assert_eq!(expanded("target/debug/rollstamp stamp -"), "target/debug/rollstamp stamp -");
    }
}
