//! The options document: a small Kubernetes-like object whose `spec` has the names of the flags in camelCase. It is an
//! options file, or the configuration of a kustomize plugin or KRM function.

use std::path::{Path, PathBuf};

use rollstamp::rules::{find_excessive_nesting, nesting_problem};
use serde::Deserialize;

use crate::cli::{FailOn, Honor, PruneLast, RollOnName, ScopeName, StrategyName};
use crate::options::configs::{ConfigFlags, ConfigPatternText, ConfigRow};
use crate::options::parse_error::{MAX_BYTES, ParseError, explain_error};
use crate::options::repository::RepositoryOptions;
use crate::options::rules::FileRules;
use crate::values::{AnnotationKey, Size};

/// API version of the document.
pub const API_VERSION: &str = "rollstamp.dev/v1";
/// Kind of the document.
pub const KIND: &str = "Rollstamp";

/// Options of the document; flags override them. A field that is left out has its default.
#[derive(Debug, Default, PartialEq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct OptionsSpec {
    /// Strategy of a host such as kustomize, kpt or Argo CD; on the command line the command decides.
    pub strategy: Option<StrategyName>,
    /// Makes a kustomize plugin or KRM function change nothing, and fail if anything would change.
    pub check: bool,
    /// Annotation that holds the digest.
    pub annotation: Option<AnnotationKey>,
    /// Content that rolls pods.
    pub roll_on: Option<RollOnName>,
    /// Namespace of objects that name none.
    pub namespace: Option<String>,
    /// Configs that a reference can see.
    pub scope: Option<ScopeName>,
    /// Fail when a reference cannot be resolved, and on other findings.
    pub strict: bool,
    /// Effects on which `impact` fails.
    pub fail_on: Vec<FailOn>,
    /// File of known findings, on which `strict` does not fail, relative to this document. A kustomize plugin or KRM
    /// function refuses it.
    pub baseline: Option<PathBuf>,
    /// Glob patterns of files and directories that are skipped.
    pub exclude: Vec<String>,
    /// Files, directories and patterns that are read for references only, relative to this document. A kustomize plugin
    /// or KRM function refuses it.
    pub context: Vec<PathBuf>,
    /// Continue when a relevant document cannot be read.
    pub skip_invalid: bool,
    /// Accept input without any document.
    pub allow_empty: bool,
    /// Largest input file.
    pub max_file_size: Option<Size>,
    /// Largest input stream: standard input, or the output of a renderer.
    pub max_stream_size: Option<Size>,
    /// Deepest nesting of YAML and JSON.
    pub max_depth: Option<u32>,
    /// File with the key for the hashes of Secrets, relative to this document. Hosts refuse it: there only
    /// ROLLSTAMP_SECRET_KEY_FILE names the file.
    pub secret_key_file: Option<PathBuf>,
    /// Include ExternalSecret, SealedSecret, Certificate and other requests for Secrets in the digest.
    pub producers: bool,
    /// Controllers whose annotations are followed too.
    pub honor: Vec<Honor>,
    /// Stamp or rename only for workloads that opt in.
    pub only_annotated: bool,
    /// Exclude stamped configs from Stakater Reloader.
    pub exclude_from_reloader: bool,
    /// Make renamed configs immutable.
    pub immutable: bool,
    /// Also rename Jobs that refer to a renamed config.
    pub rename_jobs: bool,
    /// Mark renamed configs so that this applier prunes old ones late or never.
    pub prune_last: Option<PruneLast>,
    /// Number of earlier generations of each renamed config that stay in the output directory.
    pub keep: Option<u16>,
    /// Settings of configs that match; the first row that matches a config is used. Annotations on the config win.
    pub configs: Vec<ConfigRow>,
    /// Configs that are made elsewhere: `Secret/db`, `prod/Secret/*-tls`. References to them are in order.
    pub external: Vec<ConfigPatternText>,
    /// The repository and its applications, for `rollstamp apps`. A kustomize plugin or KRM function refuses it.
    pub repository: Option<RepositoryOptions>,
    /// Kinds and reference fields that are not built in.
    pub rules: Option<FileRules>,
    /// Selectors of flags, which override `configs`.
    #[serde(skip)]
    pub config_flags: ConfigFlags,
}

impl OptionsSpec {
    /// Lists the files that the document names, each with its field.
    pub fn named_files(&self) -> Vec<(&'static str, &Path)> {
        let mut files: Vec<(&'static str, &Path)> = Vec::new();
        files.extend(self.secret_key_file.iter().map(|path| ("secretKeyFile", path.as_path())));
        files.extend(self.baseline.iter().map(|path| ("baseline", path.as_path())));
        if let Some(rules) = &self.rules {
            files.extend(rules.named_files());
        }
        files
    }
}

/// Whole document. `metadata` may hold anything, so that tools may label and annotate it; kustomize makes arguments of
/// `argsOneLiner` and `argsFromFile`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct OptionsDocument {
    api_version: String,
    kind: String,
    #[serde(default, rename = "metadata")]
    _metadata: serde::de::IgnoredAny,
    #[serde(default, rename = "argsOneLiner")]
    _args_one_liner: serde::de::IgnoredAny,
    #[serde(default, rename = "argsFromFile")]
    _args_from_file: serde::de::IgnoredAny,
    #[serde(default)]
    spec: Option<OptionsSpec>,
}

/// Parses a document.
///
/// # Errors
/// The first error in it, with its position in the text.
pub fn parse(text: &str) -> Result<OptionsSpec, ParseError> {
    let error = |sentence: String| ParseError { position: None, sentence };
    if text.len() as u64 > MAX_BYTES {
        return Err(error(
            "larger than 256 KiB, the limit for options files; check that it is the right file".to_owned(),
        ));
    }
    if let Some(position) = find_excessive_nesting(text) {
        return Err(ParseError { position: Some(position), sentence: nesting_problem() });
    }
    let document: OptionsDocument = serde_yaml::from_str(text).map_err(|error| explain_error(&error))?;
    if document.api_version != API_VERSION || document.kind != KIND {
        let (version, kind) = (document.api_version, document.kind);
        return Err(error(format!(
            "this is {kind} of {version}, not an options file; use `apiVersion: {API_VERSION}` and `kind: {KIND}`"
        )));
    }
    Ok(document.spec.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::configs::{ConfigRowKind, ConfigRowStrategy};
    use rollstamp::source::Position;

    fn spec(lines: &str) -> Result<OptionsSpec, ParseError> {
        let lines: String = lines.lines().map(|line| format!("  {line}\n")).collect();
        parse(&format!("apiVersion: rollstamp.dev/v1\nkind: Rollstamp\nmetadata:\n  name: x\nspec:\n{lines}"))
    }

    #[test]
    fn every_field_is_read() {
        let options = spec(
            "strategy: rename\ncheck: true\nannotation: checksum/config\nrollOn: frozen\nnamespace: prod\nscope: dir\nstrict: true\nfailOn: [stale, downtime]\nbaseline: known.json\n\
             exclude: [vendor]\ncontext: [base]\nskipInvalid: true\nallowEmpty: true\nmaxFileSize: 1Mi\nmaxStreamSize: 2Gi\nmaxDepth: 50\nsecretKeyFile: key\n\
             producers: true\nhonor: [reloader, wave]\nonlyAnnotated: true\nexcludeFromReloader: true\n\
             immutable: true\nrenameJobs: true\npruneLast: flux\nkeep: 3\n\
             configs: [{kind: Secret, name: reg-*, strategy: none}]\nexternal: [Secret/db]\nrepository: {urls: [team/fleet]}",
        );
        let expected = OptionsSpec {
            strategy: Some(StrategyName::Rename),
            check: true,
            annotation: Some("checksum/config".parse().unwrap()),
            roll_on: Some(RollOnName::Frozen),
            namespace: Some("prod".to_owned()),
            scope: Some(ScopeName::Dir),
            strict: true,
            fail_on: vec![FailOn::Stale, FailOn::Downtime],
            baseline: Some("known.json".into()),
            exclude: vec!["vendor".to_owned()],
            context: vec!["base".into()],
            skip_invalid: true,
            allow_empty: true,
            max_file_size: Some("1Mi".parse().unwrap()),
            max_stream_size: Some("2Gi".parse().unwrap()),
            max_depth: Some(50),
            secret_key_file: Some("key".into()),
            producers: true,
            honor: vec![Honor::Reloader, Honor::Wave],
            only_annotated: true,
            exclude_from_reloader: true,
            immutable: true,
            rename_jobs: true,
            prune_last: Some(PruneLast::Flux),
            keep: Some(3),
            configs: vec![ConfigRow {
                kind: ConfigRowKind::Secret,
                name: "reg-*".to_owned(),
                namespace: None,
                strategy: Some(ConfigRowStrategy::None),
                keep_name: false,
            }],
            external: vec![ConfigPatternText("Secret/db".parse().unwrap())],
            repository: Some(RepositoryOptions { urls: vec!["team/fleet".to_owned()], ..RepositoryOptions::default() }),
            rules: None,
            config_flags: ConfigFlags::default(),
        };
        assert_eq!(options, Ok(expected));
        assert_eq!(parse("apiVersion: rollstamp.dev/v1\nkind: Rollstamp\n"), Ok(OptionsSpec::default()));
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
                "spec: \"lots\" is not a size; write a number and a unit, for example 512Ki, 64MiB or 1G",
            ),
            (
                "configs: [{kind: Secret, name: a, strategy: rename, keepName: true}]",
                6,
                12,
                "spec.configs: a: `keepName` contradicts `strategy: rename`; remove one of them",
            ),
            ("configs: [{kind: Secret, name: a}]", 6, 12, "spec.configs: a: give it a `strategy`, or `keepName: true`"),
            ("external: [secrt/db]", 6, 13, "spec.external: `secrt` is not a kind of config; did you mean Secret?"),
            ("scope: cluster", 6, 10, "spec.scope: unknown variant `cluster`, expected one of `run`, `dir`, `file`"),
        ] {
            let position = Some(Position { line: row, column });
            assert_eq!(spec(lines), Err(ParseError { position, sentence: said.to_owned() }));
        }
        assert!(spec("colour: red").unwrap_err().sentence.starts_with("spec: unknown field `colour`, expected one of"));
    }

    #[test]
    fn another_document_is_no_options_file() {
        let wrong = parse("apiVersion: rollstamp.dev/v2\nkind: Rollstamp\n").unwrap_err();
        assert!(wrong.sentence.starts_with("this is Rollstamp of rollstamp.dev/v2, not an options file"));
        assert!(parse("kind: Rollstamp\n").is_err());
        assert!(parse(&"#".repeat(300 << 10)).is_err());
        let deep = parse(&format!("metadata: {}", "[".repeat(200 << 10))).unwrap_err();
        assert_eq!(deep.position, Some(Position { line: 1, column: 139 }));
    }
}
