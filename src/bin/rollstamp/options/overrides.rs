//! Every field of the options document can be set back by a flag, in each command that the field has an effect on.

use clap::Parser;

use super::document::{OptionsSpec, parse};
use super::schema;
use crate::cli::{Cli, FailOn, Honor, Verb};
use crate::values::Size;

/// The commands that read manifests, with the arguments that each requires.
const STAMP: &str = "stamp x";
const RENAME: &str = "rename x";
const LINKS: &str = "links x";
const IMPACT: &str = "impact --base y x";
const EXPLAIN: &str = "explain --workload Deployment/web x";
const KRM: &str = "krm";
const KINDS: &str = "kinds";
const APPS: &str = "apps";

const EVERY_COMMAND: &[&str] = &[STAMP, RENAME, LINKS, IMPACT, EXPLAIN, KRM, KINDS, APPS];
const READING: &[&str] = &[STAMP, RENAME, LINKS, IMPACT, EXPLAIN];
const LINKING: &[&str] = &[STAMP, RENAME, LINKS, IMPACT, EXPLAIN, KRM];
const STAMPING: &[&str] = &[STAMP, RENAME, IMPACT, KRM];
const RENAMING: &[&str] = &[RENAME, IMPACT, KRM];

/// The fields of the document in its order: a value other than the default, the flags that set it back, and the
/// commands that the field has an effect on.
const FIELDS: &[(&str, &str, &str, &[&str])] = &[
    ("strategy", "rename", "--strategy stamp", &[KRM]),
    ("check", "true", "--no-check", &[KRM]),
    ("annotation", "checksum/config", "--annotation rollstamp.dev/checksum", STAMPING),
    ("rollOn", "frozen", "--roll-on any", LINKING),
    ("namespace", "prod", "--no-namespace", LINKING),
    ("scope", "dir", "--scope run", LINKING),
    ("strict", "true", "--no-strict", &[STAMP, RENAME, LINKS, IMPACT, EXPLAIN, KRM, APPS]),
    ("failOn", "[rolls]", "--fail-on none", &[IMPACT]),
    ("baseline", "known.json", "--no-baseline", &[STAMP, RENAME, LINKS, IMPACT]),
    ("exclude", "[vendor]", "--no-exclude", READING),
    ("context", "[base]", "--no-context", READING),
    ("skipInvalid", "true", "--no-skip-invalid", LINKING),
    ("allowEmpty", "true", "--no-allow-empty", READING),
    ("maxFileSize", "1Mi", "--max-file-size 64Mi", LINKING),
    ("maxStreamSize", "1Mi", "--max-stream-size 1Gi", LINKING),
    ("maxDepth", "50", "--max-depth 1000", LINKING),
    ("secretKeyFile", "key", "--no-secret-key-file", LINKING),
    ("producers", "true", "--no-producers", LINKING),
    ("honor", "[wave]", "--honor none", LINKING),
    ("onlyAnnotated", "true", "--no-only-annotated", LINKING),
    ("excludeFromReloader", "true", "--no-exclude-from-reloader", STAMPING),
    ("immutable", "true", "--no-immutable", RENAMING),
    ("renameJobs", "true", "--no-rename-jobs", RENAMING),
    ("pruneLast", "flux", "--prune-last none", LINKING),
    ("keep", "3", "--keep 0", &[RENAME, KRM]),
    ("configs", "[{kind: Secret, name: a, strategy: none}]", "--no-configs", LINKING),
    ("external", "[Secret/a]", "--no-external", LINKING),
    ("repository", "{urls: [team/fleet]}", "--no-repository", &[APPS]),
    ("rules", "{}", "--no-rules", EVERY_COMMAND),
];

/// A field that is new in the document fails here until its flag is in the table.
#[test]
fn overrides_cover_every_field_of_the_document() {
    let names: Vec<&str> = FIELDS.iter().map(|(name, ..)| *name).collect();
    assert_eq!(schema::field_names(), names);
}

#[test]
fn overrides_set_every_field_back() {
    for (name, value, flags, commands) in FIELDS {
        let document = read(&format!("{name}: {value}"));
        assert_ne!(effective(document), effective(OptionsSpec::default()), "{name}");
        for command in *commands {
            let mut spec = read(&format!("{name}: {value}"));
            override_by(&format!("{command} {flags}"), &mut spec).unwrap();
            assert_eq!(effective(spec), effective(OptionsSpec::default()), "{command} {flags}");
        }
    }
}

#[test]
fn overrides_are_refused_by_commands_without_effect() {
    for (name, _, flags, commands) in FIELDS {
        for command in EVERY_COMMAND.iter().filter(|command| !commands.contains(command)) {
            let refused = override_by(&format!("{command} {flags}"), &mut OptionsSpec::default());
            assert!(refused.is_err(), "{command} {flags} is accepted, though {name} has no effect");
        }
    }
}

#[test]
fn lists_are_extended_after_they_are_emptied() {
    let excluded = |flags: &str| {
        let mut spec = read("exclude: [vendor]");
        override_by(&format!("stamp x {flags}"), &mut spec).unwrap();
        spec.exclude
    };
    assert_eq!(excluded("--exclude a"), ["vendor", "a"]);
    assert_eq!(excluded("--no-exclude --exclude a"), ["a"]);
    assert_eq!(excluded("--exclude a --no-exclude"), ["a"]);
}

#[test]
fn the_last_of_two_opposite_flags_wins() {
    let merged = |flags: &str| {
        let mut spec = read("namespace: prod, strict: true");
        override_by(&format!("stamp x {flags}"), &mut spec).unwrap();
        (spec.namespace, spec.strict)
    };
    assert_eq!(merged("--no-strict --strict --no-namespace --namespace a"), (Some("a".to_owned()), true));
    assert_eq!(merged("--strict --no-strict --namespace a --no-namespace"), (None, false));
    assert_eq!(merged(""), (Some("prod".to_owned()), true));
}

fn read(fields: &str) -> OptionsSpec {
    parse(&format!("apiVersion: rollstamp.dev/v1\nkind: Rollstamp\nspec: {{{fields}}}\n")).unwrap()
}

/// Lays the flags of a command line over a document.
fn override_by(line: &str, spec: &mut OptionsSpec) -> Result<(), clap::Error> {
    match Cli::try_parse_from(format!("rollstamp {line}").split_whitespace())?.verb {
        Verb::Stamp(args) => args.override_spec(spec),
        Verb::Rename(args) => args.override_spec(spec),
        Verb::Links(args) => args.override_spec(spec),
        Verb::Impact(args) => args.override_spec(spec),
        Verb::Explain(args) => args.override_spec(spec),
        Verb::Krm(args) => args.override_spec(spec),
        Verb::Kinds(args) => args.override_spec(spec),
        Verb::Apps(args) => args.override_spec(spec),
        _ => panic!("{line} reads no options document"),
    }
    Ok(())
}

/// Writes out the defaults of fields that are left out.
fn effective(mut spec: OptionsSpec) -> OptionsSpec {
    spec.strategy.get_or_insert_default();
    spec.annotation.get_or_insert_default();
    spec.roll_on.get_or_insert_default();
    spec.scope.get_or_insert_default();
    spec.max_file_size.get_or_insert(Size::FILE);
    spec.max_stream_size.get_or_insert(Size::STREAM);
    spec.max_depth.get_or_insert(super::DEFAULT_DEPTH);
    spec.prune_last.get_or_insert_default();
    spec.keep.get_or_insert_default();
    spec.honor.retain(|honor| *honor != Honor::None);
    spec.fail_on.retain(|effect| *effect != FailOn::None);
    spec
}
