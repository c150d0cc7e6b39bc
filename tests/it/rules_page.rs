//! The page of rules is that of the code: every message with its rule, its severity and its fix. `INSTA_UPDATE=always`
//! writes it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use rollstamp::diagnostic::{
    AnnotationMessage, ChangeMessage, ContentMessage, EditMessage, ForeignSuffix, GENERATED_CONFIG, ImpactCause,
    ImpactMessage, Message, MetadataMessage, OptionMessage, ReferenceMessage, RenameMessage, RepositoryMessage, Rule,
    Severity, ShapeMessage, StampMessage, SyntaxMessage, UnrewrittenCause,
};
use rollstamp::kinds::metadata::NameForm;

use crate::support::pages::assert_holds;

#[test]
fn rules_page_holds_every_message() {
    let mut rules: BTreeMap<Rule, Vec<Message>> = BTreeMap::new();
    for message in examples() {
        rules.entry(message.rule()).or_default().push(message);
    }
    let sections: Vec<String> = rules.iter().map(|(rule, messages)| section(*rule, messages)).collect();
    assert_holds("docs/rules.md", "rules", "the messages in src/diagnostic/message", &sections.join("\n"));
}

#[test]
fn rules_have_one_meaning_each() {
    let rules: BTreeSet<Rule> = examples().iter().map(Message::rule).collect();
    let ids: BTreeSet<&str> = rules.iter().map(|rule| rule.id).collect();
    assert_eq!(rules.len(), ids.len());
    for rule in rules {
        assert!(rule.id.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'), "{}", rule.id);
        assert!(
            rule.description.ends_with('.') && rule.description.starts_with(char::is_uppercase),
            "{}",
            rule.description
        );
    }
}

#[test]
fn messages_are_lower_case_without_full_stop() {
    for message in examples() {
        for text in [Some(message.to_string()), message.help()].into_iter().flatten() {
            let first = text.split(' ').next().unwrap();
            let is_name = first.contains(['/', '`']) || matches!(first, "StatefulSet" | "Kubernetes");
            assert!(is_name || text.starts_with(|letter: char| !letter.is_uppercase()), "{text}");
            assert!(!text.ends_with(['.', '!', ';', ' ']), "{text}");
        }
    }
}

#[test]
fn rules_page_has_an_example_of_every_variant() {
    let with_example: BTreeSet<String> = examples().iter().map(name_of).collect();
    let mut variants = BTreeSet::new();
    for file in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/diagnostic/message")).unwrap() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        variants.extend(variants_of(&text));
    }
    assert!(variants.len() > 50, "{variants:?}");
    assert_eq!(with_example, variants);
}

/// The names of the variants of the enum of messages in a file.
fn variants_of(text: &str) -> Vec<String> {
    let Some((name, rest)) = text.split_once("pub enum ").and_then(|(_, rest)| rest.split_once("Message {\n")) else {
        return Vec::new();
    };
    let lines = rest.lines().take_while(|line| *line != "}");
    let names = lines.filter_map(|line| line.strip_prefix("    ")).filter(|line| line.starts_with(char::is_uppercase));
    names.map(|line| format!("{name}({}", line.split([' ', ',', '(']).next().unwrap())).collect()
}

/// `Stage(Variant` of a message.
fn name_of(message: &Message) -> String {
    let debug = format!("{message:?}");
    let end = debug.match_indices([' ', '(', ')']).nth(1).unwrap().0;
    debug[..end].to_string()
}

/// A rule with its messages, as Markdown.
fn section(rule: Rule, messages: &[Message]) -> String {
    let mut text = format!("## {}\n\n{}\n\n", rule.id, rule.description);
    text.push_str("| severity | `--strict` | message | fix |\n|---|---|---|---|\n");
    for message in messages {
        let severity = match message.severity() {
            Severity::Detail => "note (`-v`)",
            other => other.as_str(),
        };
        let strict = if message.is_finding() { "fails" } else { "" };
        let cell = |text: String| text.replace('|', "\\|").replace('<', "&lt;");
        let (what, fix) = (cell(message.to_string()), cell(message.help().unwrap_or_default()));
        text.push_str(&format!("| {severity} | {strict} | {what} | {fix} |\n"));
    }
    text
}

/// One message of every variant, and more where it has several texts.
fn examples() -> Vec<Message> {
    let mut all: Vec<Message> = Vec::new();
    all.extend(syntax().map(Message::from));
    all.extend(content().map(Message::from));
    all.extend(annotation().map(Message::from));
    all.extend(reference().map(Message::from));
    all.extend(option().map(Message::from));
    all.extend(shape().map(Message::from));
    all.extend(metadata().map(Message::from));
    all.extend(stamp().map(Message::from));
    all.extend(rename().map(Message::from));
    all.extend(edit().map(Message::from));
    all.extend(change().map(Message::from));
    all.extend(impact().map(Message::from));
    all.extend(repository().map(Message::from));
    all
}

fn text(text: &str) -> String {
    text.to_string()
}

fn syntax() -> impl Iterator<Item = SyntaxMessage> {
    use SyntaxMessage::*;
    let (files, first) = (12, text("chart/templates/app.yaml"));
    [
        OtherTextSkipped { problem: text("expected a value"), help: None },
        InvalidYaml { problem: text("a tab cannot be used for indentation"), help: Some(text("use spaces")) },
        IgnoredText,
        MissingSeparator { first_line: 1 },
        DuplicateKey { key: text("LOG_LEVEL"), first_line: 6 },
        RepeatedKey { key: text("resources"), first_line: 24 },
        NoApiVersion { kind: text("StatefulSet") },
        NotAString { field: text("metadata.name"), written: text("123") },
        TemplatesSkipped { files, first },
        YttSkipped { files: 1, first: text("app.yaml") },
        OpenShiftTemplatesSkipped { files: 1, first: text("app.yaml") },
        KustomizeSource { files: 1, first: text("kustomization.yaml") },
        PatchesSkipped { count: 2 },
        PatchFilesSkipped { files: 2, first: text("overlays/prod/env.yaml") },
    ]
    .into_iter()
}

fn content() -> impl Iterator<Item = ContentMessage> {
    use ContentMessage::*;
    let (field, key) = (text("data"), text("RETRIES"));
    let number = ValueNotAString {
        field: field.clone(),
        key: key.clone(),
        key_as_written: key.clone(),
        value_kind: "a number",
        written: Some(text("3")),
        collection: false,
    };
    let mapping = ValueNotAString {
        field: field.clone(),
        key: text("app.yml"),
        key_as_written: text("app.yml"),
        value_kind: "a mapping",
        written: None,
        collection: true,
    };
    [
        number,
        mapping,
        NotAMapping { field: field.clone() },
        InvalidKey { field: field.clone(), key: text("log level") },
        NotBase64 { field: field.clone(), key: text("password") },
        KeyInDataAndBinaryData { key: text("logo.png") },
        TooLarge { bytes: 1_500_000 },
        TypeNeeds { kind: text("kubernetes.io/tls"), needs: "the keys `tls.crt` and `tls.key`" },
        Patched { patch: text("overlays/prod/env.yaml:1") },
        UnusedInvalid { count: 2 },
        ReadDifferently { what: text("the key `on`"), readings: ["a boolean", "a string"], help: "quote it" },
        Substituted { field, key: text("URL"), variable: Some(text("cluster")) },
    ]
    .into_iter()
}

fn annotation() -> impl Iterator<Item = AnnotationMessage> {
    use AnnotationMessage::*;
    [
        UnknownRollOn { written: text("sometimes") },
        UnknownFlag { key: "rollstamp.dev/ignore", written: text("yes") },
        UnknownBaseName { base: text("app") },
        UnknownStrategy { written: text("suffix") },
        InvalidPattern { key: "rollstamp.dev/extra-configmaps", written: text("app-[") },
    ]
    .into_iter()
}

fn option() -> impl Iterator<Item = OptionMessage> {
    use OptionMessage::*;
    [
        UnknownKind {
            targets: vec![text("ConfigMap/env")],
            rule: text("{group: 'example.com', kind: 'Fleet', templates: ['spec/ships[]/template'], onChange: rolls}"),
        },
        NothingSelected { option: "--ignore-config", pattern: text("Secret/db-*"), similar: None },
        NothingSelected { option: "--ignore-config", pattern: text("Secret/bd"), similar: Some(text("Secret/db")) },
        KindMissing {
            option: "--external",
            pattern: text("web"),
            configs: vec![text("ConfigMap/web"), text("Secret/web")],
        },
    ]
    .into_iter()
}

fn reference() -> impl Iterator<Item = ReferenceMessage> {
    use ReferenceMessage::*;
    let target = text("ConfigMap/app");
    [
        Unresolved {
            target: target.clone(),
            elsewhere: None,
            similar: None,
            other_users: vec![text("Job/migrate")],
            otherwise: ", or mark the reference `optional: true` if the pod can start without it",
        },
        Unresolved {
            target: target.clone(),
            elsewhere: None,
            similar: Some(text("ConfigMap/app-config")),
            other_users: Vec::new(),
            otherwise: "",
        },
        Unresolved {
            target: target.clone(),
            elsewhere: Some(text("prod")),
            similar: None,
            other_users: Vec::new(),
            otherwise: "",
        },
        MissingKeysAgain { count: 3 },
        NotBuilt { target: target.clone(), kustomization: text("base/kustomization.yaml:5"), other_users: Vec::new() },
        SecretsUnresolved { count: 3 },
        NothingMatches { kind: "ConfigMap", written: text("app-*") },
        NamespaceInferred { target: text("prod/ConfigMap/app"), namespace: text("prod"), more: 2 },
        MissingKey { target: target.clone(), key: text("LEVEL"), has: [text("LOG_LEVEL"), text("MODE")].into() },
        NotRewritten {
            target: target.clone(),
            config: text("ConfigMap/app-2748f727mg"),
            kind: text("Rollout"),
            cause: UnrewrittenCause::UnknownField,
        },
        NotRewritten {
            target: target.clone(),
            config: text("prod/ConfigMap/app-2748f727mg"),
            kind: text("Deployment"),
            cause: UnrewrittenCause::Namespaces,
        },
        NotRewritten {
            target: target.clone(),
            config: text("ConfigMap/prod-app"),
            kind: text("Rollout"),
            cause: UnrewrittenCause::LaterBuild,
        },
        VariableName { target: text("ConfigMap/$(ENV)-app"), is_used: true },
        VariableName { target: text("ConfigMap/$(ENV)-app"), is_used: false },
        AmbiguousName { target: target.clone() },
        Ambiguous {
            target,
            definitions: vec![text("dev/app.yaml:1"), text("prod/app.yaml:1")],
            scope_help: "pass one directory, render first, or use `--scope dir` if each directory is deployed on its own",
            only_in_context: false,
        },
    ]
    .into_iter()
}

fn shape() -> impl Iterator<Item = ShapeMessage> {
    use ShapeMessage::*;
    [
        WrongType {
            field: text("envFrom"),
            expected: "a list",
            found: "a mapping",
            help: text("put `- ` before each entry"),
        },
        Misplaced { field: text("name"), parent: "`secret`", help: text("write `secretName`") },
        Missing { parent: text("`configMapKeyRef`"), field: "key" },
        Empty {
            field: text("an entry of `envFrom`"),
            help: text("write `configMapRef:` or `secretRef:` in it, and indent their fields further"),
        },
        RepeatedPath { path: text("config/app.yaml") },
    ]
    .into_iter()
}

fn metadata() -> impl Iterator<Item = MetadataMessage> {
    use MetadataMessage::*;
    let field = || text("metadata.annotations");
    [
        InvalidName { field: "metadata.name", name: text("App_Env"), accepted: NameForm::COMMON.describe() },
        NotAMapping { field: field() },
        ValueNotAString {
            field: text("the annotations of the pod template"),
            key: text("prometheus.io/port"),
            value_kind: "a number",
            written: Some(text("9090")),
        },
        InvalidKey { field: field(), key: Some(text("my key")) },
        InvalidLabel { field: text("metadata.labels"), key: text("version") },
        AnnotationsTooLarge { field: field(), bytes: 300_000 },
        UnmetSelector { requirement: text("app=web") },
    ]
    .into_iter()
}

fn stamp() -> impl Iterator<Item = StampMessage> {
    use StampMessage::*;
    [
        NotStamped { reason: "the pod template of a Job cannot change".into() },
        NotEdited { reason: "SOPS signs its whole document, so an edit would make it unreadable" },
        HarmNotStamped { reason: "a changed spec stops the application and runs it again from the start".into() },
        StampKept { reason: "the pod template of a Job cannot change".into() },
        StampKeptOnRemoval,
        ImmutableConfig { configs: vec![text("ConfigMap/app")] },
        RestartBecomesRollout { annotation: "reloader.stakater.com/rollout-strategy" },
        ExclusionKept { annotation: "configmaps.exclude.reloader.stakater.com/reload" },
        TemplateElsewhere { target: text("Deployment/web") },
        NoEffect { what: "a new stamp", pods: "no pods", reason: "its update strategy is OnDelete".into() },
        PodKeepsFrozen,
        Undecided { target: text("ConfigMap/app") },
        RollsTwice {
            controller: text("Reloader"),
            why: text("ConfigMap/app"),
            help: "use `--exclude-from-reloader` to leave these configs to the stamp",
        },
        ForeignStamp { what: text("annotation checksum/config") },
    ]
    .into_iter()
}

fn rename() -> impl Iterator<Item = RenameMessage> {
    use RenameMessage::*;
    let target = text("ConfigMap/app");
    [
        NotRenamed { reason: text("it is annotated rollstamp.dev/rename: \"false\"") },
        KeptForContext { reason: text("Deployment/web of the context refers to it (base/app.yaml:12)") },
        ContextName { target: target.clone() },
        NameTooLong { name: text("migrate-the-database-of-the-payment-service-to-version-42-2748f727mg"), limit: 63 },
        NameTaken { name: text("app-2748f727mg") },
        TwoNames { first: text("app-2748f727mg"), second: text("app-2khdffd887") },
        SecondSuffix { suffix: text("-b9t2424hkf"), origin: ForeignSuffix::Kustomize },
        SecondSuffix { suffix: text("-ver-3"), origin: ForeignSuffix::KappVersion },
        SecondSuffix { suffix: text("-3f2a9c1b"), origin: ForeignSuffix::HexDigest },
        OldConfigPruned { others: vec![text("CronJob/hourly")] },
        SpecCannotChange { kind: "Job".into(), reason: None },
        SpecCannotChange { kind: "Service".into(), reason: Some("a named revision cannot change".into()) },
        NewNameHarms { reason: "a changed spec stops the application and runs it again from the start".into() },
        Mention { what: "args", targets: vec![target.clone()], noun: "config", more: 0 },
        Mention { what: "a chart value", targets: vec![target, text("Secret/app")], noun: "config", more: 2 },
        Mention { what: "args", targets: vec![text("ConfigMap/gen")], noun: GENERATED_CONFIG, more: 0 },
        Mention { what: "command", targets: vec![text("Job/migrate")], noun: "Job", more: 0 },
    ]
    .into_iter()
}

fn edit() -> impl Iterator<Item = EditMessage> {
    use EditMessage::*;
    let refused = Refused {
        reason: text("this value is shared through an anchor, so an edit would change its other uses too"),
        other_line: Some(21),
        help: text("write it out instead of the alias"),
    };
    [refused, Overlap, VerificationFailed].into_iter()
}

fn change() -> impl Iterator<Item = ChangeMessage> {
    use ChangeMessage::*;
    let (old, new) = (Some(text("cef4d24aced0")), Some(text("6d62e6dca1e2")));
    let stamp = |old, new, made_of: &str, done| Stamp {
        annotation: text("rollstamp.dev/checksum"),
        template: None,
        old,
        new,
        made_of: text(made_of),
        done,
    };
    let keys = "ConfigMap/app (LOG_LEVEL, MODE)";
    [
        stamp(None, new.clone(), keys, false),
        stamp(old.clone(), new, keys, false),
        stamp(old.clone(), None, "", false),
        stamp(old, None, "", true),
        ExcludeList {
            annotation: "configmaps.exclude.reloader.stakater.com/reload",
            new: Some(text("app")),
            done: false,
        },
        Name { new: text("app-2748f727mg"), references: 2, done: false },
        GeneratedName { old: text("db"), new: text("db-47thg57bht"), references: 1, done: false },
        References { references: 1, done: false },
        Reference { target: text("ConfigMap/app-2748f727mg"), done: false },
    ]
    .into_iter()
}

fn repository() -> impl Iterator<Item = RepositoryMessage> {
    use RepositoryMessage::*;
    [
        UnreadableDeclaration,
        GuessedAddress { url: text("https://git.example.com/team/fleet") },
        DeclarationsHidden { application: text("eu/argocd/root"), reason: text("helm is not installed") },
        GeneratedPathsMissing { set: text("argocd/ApplicationSet/web"), others: 0, paths: 2 },
        AmbiguousPattern { pattern: text("apps/*/config.yaml") },
        ResourceSetUnknown { set: text("apps"), reason: text("its inputs come from a provider on the cluster") },
        RandomFields {
            application: "eu/flux-system/shop".to_owned(),
            fields: vec!["Secret/shop data.password".to_owned()],
            is_stamped: true,
        },
        ToolNotRead { tool: "helmfile", count: 3 },
    ]
    .into_iter()
}

fn impact() -> impl Iterator<Item = ImpactMessage> {
    use ImpactMessage::*;
    let cause = |needs_attention| ImpactCause {
        rollout: None,
        changes: vec![text("ConfigMap/app (LOG_LEVEL) by envFrom of web (frozen)")],
        explanation: None,
        needs_attention,
    };
    [
        Refused(cause(true)),
        StaysStale(cause(true)),
        RollsTwice(cause(false)),
        Rolls(cause(false)),
        NextRun(cause(false)),
        Reconciles(cause(false)),
        ReleaseUnknown(ImpactCause {
            changes: vec!["spec.values.replicas changed".to_string()],
            explanation: Some("its chart decides which workloads roll, and is not in the input".to_string()),
            ..ImpactCause::default()
        }),
        RefreshesInPlace(cause(false)),
        ImmutableDropped { earlier: text("env-b9t2424hkf") },
        RequestChanged { workloads: vec![text("Deployment/web")] },
    ]
    .into_iter()
}
