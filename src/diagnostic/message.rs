//! The messages: one enum, its one `Display`, and the way out that goes with each.

use std::fmt;

/// What we can say. `Display` says what is wrong, [`Message::help`] what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each variant is explained by its arm in `Display`")]
pub enum Message {
    Syntax {
        problem: String,
        help: Option<String>,
    },
    TextIgnored,
    RunTogether {
        first_line: usize,
    },
    DuplicateKey {
        key: String,
        first_line: usize,
    },
    NoApiVersion {
        kind: String,
    },
    NotText {
        field: String,
        written: String,
    },
    TemplatesSkipped {
        files: usize,
        first: String,
    },
    KustomizeSource {
        files: usize,
        first: String,
    },
    PatchesSkipped {
        count: usize,
    },
    NotAMapping {
        field: String,
    },
    InvalidKey {
        field: String,
        key: String,
    },
    ValueNotText {
        field: String,
        key: String,
        key_as_written: String,
        what: &'static str,
        written: Option<String>,
        collection: bool,
    },
    NotBase64 {
        field: String,
        key: String,
    },
    KeyInDataAndBinaryData {
        key: String,
    },
    TooLarge {
        bytes: usize,
    },
    UnusedInvalid {
        count: usize,
    },
    ReadDifferently {
        what: String,
        readings: [&'static str; 2],
        help: &'static str,
    },
    Substituted {
        field: String,
        key: String,
        variable: Option<String>,
    },
    Unresolved {
        target: String,
        elsewhere: Option<String>,
        /// Whether the reference could be optional.
        may_be_optional: bool,
    },
    SecretsUnresolved {
        count: usize,
    },
    MissingKey {
        target: String,
        key: String,
        has: Vec<String>,
    },
    Ambiguous {
        target: String,
        definitions: Vec<String>,
        scope_help: &'static str,
    },
    UnknownRollOn {
        written: String,
    },
    NotStamped {
        reason: &'static str,
    },
    HarmNotStamped {
        reason: &'static str,
    },
    NoEffect {
        what: &'static str,
        pods: &'static str,
        reason: &'static str,
    },
    NewNameHarms {
        reason: &'static str,
    },
    TemplateElsewhere {
        target: String,
    },
    PodKeepsFrozen,
    CannotEdit {
        reason: String,
        other: Option<usize>,
        help: String,
    },
    EditsOverlap,
    VerificationFailed,
    NameTooLong {
        name: String,
        limit: usize,
    },
    UnknownFlag {
        key: &'static str,
        written: String,
    },
    UnknownBaseName {
        base: String,
    },
    NameTaken {
        name: String,
    },
    AmbiguousName {
        target: String,
    },
    TwoNames {
        first: String,
        second: String,
    },
    SpecCannotChange {
        kind: &'static str,
        reason: Option<&'static str>,
    },
    NotRenamed {
        reason: String,
    },
    UnknownStrategy {
        written: String,
    },
    Mention {
        what: &'static str,
        target: String,
    },
    InvalidPattern {
        key: &'static str,
        written: String,
    },
    NothingMatches {
        kind: &'static str,
        written: String,
    },
    RollsTwice {
        controller: String,
        why: String,
        help: &'static str,
    },
    RequestChanged {
        workloads: Vec<String>,
    },
    ForeignStamp {
        what: String,
    },
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use Message::*;
        match self {
            Syntax { problem, .. } => write!(f, "{problem}"),
            TextIgnored => write!(f, "kubectl ignores everything from here to the next `---`"),
            RunTogether { first_line } => {
                write!(f, "a second manifest starts in the document of line {first_line}: its keys repeat the first's")
            }
            DuplicateKey { key, first_line } => write!(f, "key `{key}` is already on line {first_line}"),
            NoApiVersion { kind } => write!(f, "a {kind} without `apiVersion` is left alone"),
            NotText { field, written } => write!(f, "{field} is not text ({written})"),
            TemplatesSkipped { files, first } => {
                write!(f, "{} skipped (first: {first})", count(*files, "template file"))
            }
            KustomizeSource { files, first } => write!(
                f,
                "{} read as {} (first: {first}): names, namespaces and generated configs come with the build",
                count(*files, "kustomization"),
                if *files == 1 { "it stands" } else { "they stand" }
            ),
            PatchesSkipped { count: n } => {
                let them = if *n == 1 { "it" } else { "them" };
                write!(f, "{} left alone: no container in {them} has an image", count(*n, "patch"))
            }
            NotAMapping { field } => write!(f, "{field} is not a mapping of keys to values"),
            InvalidKey { field, key } => write!(f, "{field} has an invalid key `{key}`"),
            ValueNotText { field, key, what, written, .. } => match written {
                Some(written) => write!(f, "{field}.{key} is {what} ({written})"),
                None => write!(f, "{field}.{key} is {what}"),
            },
            NotBase64 { field, key } => write!(f, "{field}.{key} is not base64"),
            KeyInDataAndBinaryData { key } => write!(f, "key `{key}` is in both data and binaryData"),
            TooLarge { bytes } => {
                write!(f, "its content is {bytes} bytes, more than the 1048576 that Kubernetes accepts")
            }
            UnusedInvalid { count: n } => {
                write!(
                    f,
                    "{} that nothing here refers to would be refused by Kubernetes (-v lists them)",
                    count(*n, "config")
                )
            }
            ReadDifferently { what, readings: [kubectl, kustomize], .. } => {
                write!(f, "{what} is {kubectl} for kubectl and {kustomize} for kustomize")
            }
            Substituted { field, key, variable } => {
                let variable = variable.as_deref().map_or("a variable".to_string(), |name| format!("`${{{name}}}`"));
                write!(f, "{field}.{key} holds {variable}: if Flux replaces it after us, a new value rolls nothing")
            }
            Unresolved { target, elsewhere: None, .. } => write!(f, "{target} is not in the input"),
            Unresolved { target, elsewhere: Some(namespace), .. } => {
                write!(f, "{target} is in the input, but only one side says namespace {namespace}")
            }
            SecretsUnresolved { count: n } => {
                write!(f, "{} to Secrets that are not in the input (-v lists them)", count(*n, "reference"))
            }
            MissingKey { target, key, .. } => write!(f, "{target} has no key `{key}`"),
            Ambiguous { target, definitions, .. } => {
                write!(f, "{target} is defined with different content in {}", definitions.join(", "))
            }
            UnknownRollOn { written } => write!(f, "rollstamp.dev/roll-on is `{written}`"),
            NotStamped { reason } | HarmNotStamped { reason } => write!(f, "not stamped: {reason}"),
            NoEffect { what, pods, reason } => write!(f, "{what} replaces {pods}: {reason}"),
            NewNameHarms { reason } => write!(f, "its spec changes with the new name: {reason}"),
            TemplateElsewhere { target } => {
                write!(f, "it runs the pods of {target}, which is not in the input, so nothing is stamped for it")
            }
            PodKeepsFrozen => write!(f, "a stamp makes the kubelet refresh its volumes; env and subPath content stay"),
            CannotEdit { reason, other: None, .. } => write!(f, "{reason}"),
            CannotEdit { reason, other: Some(line), .. } => write!(f, "{reason} (see line {line})"),
            EditsOverlap => write!(f, "two changes fall on the same spot"),
            NameTooLong { name, limit } => {
                write!(
                    f,
                    "the new name {name} has {} characters, more than the {limit} that Kubernetes accepts",
                    name.len()
                )
            }
            UnknownFlag { key, written } => write!(f, "{key} is `{written}`"),
            UnknownBaseName { base } => {
                write!(f, "rollstamp.dev/base-name is `{base}`, which its name does not start with")
            }
            NameTaken { name } => write!(f, "its new name {name} is that of another object"),
            AmbiguousName { target } => write!(f, "{target} is defined several times with different content"),
            TwoNames { first, second } => write!(f, "this name would have to become both {first} and {second}"),
            SpecCannotChange { kind, reason: None } => {
                write!(f, "its spec changes with the new name, and Kubernetes refuses to change the spec of a {kind}")
            }
            SpecCannotChange { reason: Some(reason), .. } => {
                write!(f, "its spec changes with the new name, which cannot be applied: {reason}")
            }
            NotRenamed { reason } => write!(f, "not renamed: {reason}"),
            UnknownStrategy { written } => write!(f, "rollstamp.dev/strategy is `{written}`"),
            Mention { what, target } => write!(f, "{what} mentions {target}, whose name changes"),
            InvalidPattern { key, written } => write!(f, "{key} holds `{written}`, which is no pattern"),
            NothingMatches { kind, written } => write!(f, "no {kind} in the input matches `{written}`"),
            RollsTwice { controller, why, .. } => {
                write!(f, "rolls twice: for the stamp, and because {controller} restarts it as well ({why})")
            }
            RequestChanged { workloads } => {
                let workloads = workloads.join(", ");
                write!(f, "what it asks for changes, and pods that run go on with what they have ({workloads})")
            }
            ForeignStamp { what } => write!(f, "another tool's stamp, left alone: {what}"),
            VerificationFailed => write!(f, "the edited document does not read as planned, so nothing was changed"),
        }
    }
}

impl Message {
    /// The way out, where it is not obvious.
    pub fn help(&self) -> Option<String> {
        use Message::*;
        let help = match self {
            Syntax { help, .. } => return help.clone(),
            TextIgnored => "start it with `---` if it is a document of its own, or remove it".to_string(),
            RunTogether { .. } => "put a line `---` before it".to_string(),
            DuplicateKey { .. } => "keep one of them".to_string(),
            NoApiVersion { .. } => "add it, or rename the kind if this is not for Kubernetes".to_string(),
            NotText { written, .. } => format!("write \"{written}\""),
            TemplatesSkipped { files, .. } => {
                let them = if *files == 1 { "it" } else { "them" };
                format!("render {them} first, for example `rollstamp stamp -- helm template CHART`")
            }
            KustomizeSource { .. } => "render first, for example `rollstamp stamp -- kustomize build DIR`".to_string(),
            NotAMapping { field } => format!("write `{field}:` and below it one `KEY: \"VALUE\"` a line"),
            InvalidKey { .. } => {
                "keys are made of letters, digits, `-`, `_` and `.`, and do not start with `..`".to_string()
            }
            ValueNotText { key_as_written, collection: true, .. } => {
                format!(
                    "Kubernetes accepts only strings: write `{key_as_written}: |` to make the lines below it one text"
                )
            }
            ValueNotText { key_as_written, written: Some(written), .. } => {
                format!("Kubernetes accepts only strings: write \"{written}\", as in {key_as_written}: \"{written}\"")
            }
            ValueNotText { .. } => "Kubernetes accepts only strings: put it in quotes".to_string(),
            NotBase64 { field, .. } if field == "data" => "encode it, or move it as it is to `stringData`".to_string(),
            NotBase64 { .. } => "encode it, or move it as it is to `data`".to_string(),
            KeyInDataAndBinaryData { .. } => "keep one of them".to_string(),
            TooLarge { .. } => "split it, or keep large files out of it".to_string(),
            ReadDifferently { help, .. } => help.to_string(),
            Unresolved { elsewhere: Some(namespace), .. } => {
                format!("`--namespace {namespace}` says what a missing namespace means")
            }
            Unresolved { may_be_optional: false, .. } => "add it to the input".to_string(),
            Unresolved { elsewhere: None, .. } => {
                "add it to the input, or mark the reference `optional: true` if the pod can start without it"
                    .to_string()
            }
            MissingKey { has, .. } if has.is_empty() => "it has no keys".to_string(),
            MissingKey { has, .. } => format!("its keys are {}", has.join(", ")),
            Ambiguous { scope_help, .. } => scope_help.to_string(),
            UnknownRollOn { .. } => "write any, frozen or never".to_string(),
            CannotEdit { help, .. } => help.clone(),
            NameTooLong { .. } => {
                "give it a shorter name, or annotate it with rollstamp.dev/rename: \"false\"".to_string()
            }
            UnknownFlag { .. } => "write \"true\" or \"false\"".to_string(),
            UnknownBaseName { .. } => "remove the annotation".to_string(),
            NameTaken { .. } => "give one of them another name, and check rollstamp.dev/base-name".to_string(),
            AmbiguousName { .. } => {
                "pass one directory, render first, or use `--scope dir` where each directory is deployed on its own"
                    .to_string()
            }
            Substituted { .. } => "put the value in first (`flux envsubst`), or annotate the object with \
                                   kustomize.toolkit.fluxcd.io/substitute: disabled"
                .to_string(),
            TwoNames { .. } => "write each of them out: one rule for each kind, and no alias".to_string(),
            HarmNotStamped { .. } => {
                "if that is meant, say so by `onChange` for this kind in `rules.workloads` of the options file"
                    .to_string()
            }
            SpecCannotChange { kind, .. } if *kind != "Job" => format!("delete the {kind} before applying"),
            SpecCannotChange { .. } => "use `--rename-jobs`, or delete the Job before applying".to_string(),
            UnknownStrategy { .. } => "write stamp, rename or none".to_string(),
            Mention { .. } => "if it means the config, annotate that with rollstamp.dev/rename: \"false\"".to_string(),
            RollsTwice { help, .. } => help.to_string(),
            RequestChanged { .. } => {
                "`rollstamp rename`, or `rollstamp stamp --producers`, makes them roll".to_string()
            }
            InvalidPattern { .. } => "close its brackets, or remove it from the list".to_string(),
            NothingMatches { .. } => "add it to the input, or remove it from the annotation".to_string(),
            EditsOverlap | VerificationFailed => "please report it with this document".to_string(),
            _ => return None,
        };
        Some(help)
    }

    /// Whether it fails a run under `--strict`.
    pub fn is_finding(&self) -> bool {
        matches!(
            self,
            Message::Unresolved { .. }
                | Message::MissingKey { .. }
                | Message::Mention { .. }
                | Message::NothingMatches { .. }
        )
    }
}

fn count(n: usize, what: &str) -> String {
    match (n, what.strip_suffix("ch")) {
        (1, _) => format!("1 {what}"),
        (_, Some(_)) => format!("{n} {what}es"),
        (_, None) => format!("{n} {what}s"),
    }
}
