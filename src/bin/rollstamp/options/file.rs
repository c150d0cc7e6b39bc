//! The options file: a small Kubernetes-like document whose `spec` names the flags in camelCase.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

use rollstamp::source::Position;
use serde::Deserialize;

use crate::cli::{InputArgs, PruneLast, RollOn, Scope};
use crate::exit::Failure;
use crate::messages::{Messages, Said, reason};
use crate::options::value::{AnnotationKey, Size};

/// Looked for in the current directory.
const DEFAULT_NAME: &str = "rollstamp.yaml";
const API_VERSION: &str = "rollstamp.dev/v1";
const KIND: &str = "Rollstamp";
const MAX_BYTES: u64 = 256 << 10;

/// What the options file says; what it leaves out is left to the flags and their defaults.
#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct FileOptions {
    pub annotation: Option<AnnotationKey>,
    pub roll_on: Option<RollOn>,
    pub namespace: Option<String>,
    pub scope: Option<Scope>,
    pub strict: bool,
    pub exclude: Vec<String>,
    pub skip_invalid: bool,
    pub allow_empty: bool,
    pub max_file_size: Option<Size>,
    pub max_depth: Option<u32>,
    pub secret_key_file: Option<PathBuf>,
    pub immutable: bool,
    pub rename_jobs: bool,
    pub prune_last: Option<PruneLast>,
    pub keep: Option<u16>,
}

/// The whole document. `metadata` may hold anything, so that tools may label and annotate it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Document {
    api_version: String,
    kind: String,
    #[serde(default, rename = "metadata")]
    _metadata: serde::de::IgnoredAny,
    #[serde(default)]
    spec: Option<FileOptions>,
}

/// An options file, and what it says.
#[derive(Default)]
pub struct Loaded {
    /// The file, if there is one.
    pub path: Option<PathBuf>,
    pub options: FileOptions,
}

/// The options file that counts for these flags: the one that is named, else the default one if it is there and ours.
pub fn load(args: &InputArgs, messages: &Messages) -> Result<Loaded, Failure> {
    match &args.config {
        Some(path) => loaded(path, &read(path).map_err(|error| cannot_read(path, &error))?),
        None if args.no_config => Ok(Loaded::default()),
        None => load_default(Path::new(DEFAULT_NAME), messages),
    }
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
        let sentence = format!("{DEFAULT_NAME} is not an options file and is not used as one");
        messages.note(&Said::general(sentence));
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
    let mut options = parse(text).map_err(|wrong| {
        Failure::Errors(vec![match wrong.at {
            Some(at) => Said::at(&shown, at, wrong.sentence),
            None => Said::general(format!("{shown}: {}", wrong.sentence)),
        }])
    })?;
    // A path in the file means the same from wherever the tool is started.
    if let (Some(key), Some(dir)) = (&mut options.secret_key_file, path.parent()) {
        *key = dir.join(&*key);
    }
    Ok(Loaded { path: Some(path.to_owned()), options })
}

/// What is wrong with an options file.
#[derive(Debug, PartialEq)]
struct Wrong {
    at: Option<Position>,
    sentence: String,
}

fn parse(text: &str) -> Result<FileOptions, Wrong> {
    let wrong = |sentence: String| Wrong { at: None, sentence };
    if text.len() as u64 > MAX_BYTES {
        return Err(wrong("an options file has at most 256 KiB; is this the right file?".to_owned()));
    }
    let document: Document = serde_yaml::from_str(text).map_err(|error| explain(&error))?;
    if document.api_version != API_VERSION || document.kind != KIND {
        let (version, kind) = (document.api_version, document.kind);
        return Err(wrong(format!(
            "this is {kind} of {version}, not an options file; write `apiVersion: {API_VERSION}` and `kind: {KIND}`"
        )));
    }
    Ok(document.spec.unwrap_or_default())
}

/// The parser's words, with its place apart and a suggestion for a misspelt field.
fn explain(error: &serde_yaml::Error) -> Wrong {
    let said = error.to_string();
    let at = error.location().map(|at| Position { line: at.line(), column: at.column() });
    let said = match at {
        Some(at) => said.replace(&format!(" at line {} column {}", at.line, at.column), ""),
        None => said,
    };
    let sentence = match misspelt(&said) {
        Some((before, field, Some(known))) => format!("{before}unknown field `{field}`; did you mean `{known}`?"),
        _ => said,
    };
    Wrong { at, sentence }
}

/// Serde tells of an unknown field in words only: ``spec: unknown field `x`, expected one of `a`, `b` ``.
fn misspelt(said: &str) -> Option<(&str, &str, Option<&str>)> {
    let (before, rest) = said.split_once("unknown field `")?;
    let (field, expected) = rest.split_once('`')?;
    let known = expected.split('`').skip(1).step_by(2);
    let near = known
        .map(|known| (strsim::jaro_winkler(&known.to_lowercase(), &field.replace('-', "").to_lowercase()), known))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0));
    Some((before, field, near.map(|(_, known)| known)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(lines: &str) -> Result<FileOptions, Wrong> {
        let lines: String = lines.lines().map(|line| format!("  {line}\n")).collect();
        parse(&format!("apiVersion: rollstamp.dev/v1\nkind: Rollstamp\nmetadata:\n  name: x\nspec:\n{lines}"))
    }

    #[test]
    fn every_field_is_read() {
        let options = spec(
            "annotation: checksum/config\nrollOn: frozen\nnamespace: prod\nscope: dir\nstrict: true\n\
             exclude: [vendor]\nskipInvalid: true\nallowEmpty: true\nmaxFileSize: 1Mi\nmaxDepth: 50\nsecretKeyFile: key\n\
             immutable: true\nrenameJobs: true\npruneLast: flux\nkeep: 3",
        );
        let expected = FileOptions {
            annotation: Some("checksum/config".parse().unwrap()),
            roll_on: Some(RollOn::Frozen),
            namespace: Some("prod".to_owned()),
            scope: Some(Scope::Dir),
            strict: true,
            exclude: vec!["vendor".to_owned()],
            skip_invalid: true,
            allow_empty: true,
            max_file_size: Some("1Mi".parse().unwrap()),
            max_depth: Some(50),
            secret_key_file: Some("key".into()),
            immutable: true,
            rename_jobs: true,
            prune_last: Some(PruneLast::Flux),
            keep: Some(3),
        };
        assert_eq!(options, Ok(expected));
        assert_eq!(parse("apiVersion: rollstamp.dev/v1\nkind: Rollstamp\n"), Ok(FileOptions::default()));
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place() {
        for (lines, row, column, said) in [
            ("strict: true\nroll-on: any", 7, 3, "spec: unknown field `roll-on`; did you mean `rollOn`?"),
            ("Namespace: x", 6, 3, "spec: unknown field `Namespace`; did you mean `namespace`?"),
            ("strict: maybe", 6, 11, "spec.strict: invalid type: string \"maybe\", expected a boolean"),
            (
                "maxFileSize: lots",
                6,
                3,
                "spec: \"lots\" is no size; write a number and a unit, for example 512Ki, 64MiB or 1G",
            ),
            ("scope: cluster", 6, 10, "spec.scope: unknown variant `cluster`, expected one of `run`, `dir`, `file`"),
        ] {
            let at = Some(Position { line: row, column });
            assert_eq!(spec(lines), Err(Wrong { at, sentence: said.to_owned() }));
        }
        assert!(spec("colour: red").unwrap_err().sentence.starts_with("spec: unknown field `colour`, expected one of"));
    }

    #[test]
    fn another_document_is_no_options_file() {
        let wrong = parse("apiVersion: rollstamp.dev/v2\nkind: Rollstamp\n").unwrap_err();
        assert!(wrong.sentence.starts_with("this is Rollstamp of rollstamp.dev/v2, not an options file"));
        assert!(parse("kind: Rollstamp\n").is_err());
        assert!(parse(&"#".repeat(300 << 10)).is_err());
    }
}
