//! The short cut for most command lines: only the arguments of one command are built.
//!
//! Building the tree of all commands with all their flags takes clap as long as all that is done to a small application.
//! A command line that starts with the name of a command needs only the arguments of that one. Where it cannot be read
//! so, because of a mistake or a flag that prints help, it is read once more by the whole tree: every text that clap
//! prints is made there.

use std::ffi::OsString;

use clap::{Args, Command, FromArgMatches};

use super::{
    AppsArgs, ArgocdArgs, Cli, CommonArgs, ExplainArgs, FunctionArgs, ImpactArgs, KindsArgs, KustomizeArgs,
    KustomizeVerb, LinksArgs, PluginArgs, RenameArgs, StampArgs, Verb,
};

/// The arguments of a command without any.
#[derive(Debug, Args)]
struct NoArgs {}

/// Reads a command line by the arguments of the command in its first word after the program. `None` if the whole tree
/// has to read it.
pub fn parse_single_command(words: &[OsString]) -> Option<Cli> {
    let (command, rest) = words.get(1..)?.split_first()?;
    match command.to_str()? {
        "stamp" => parse_arguments::<StampArgs>(rest, Verb::Stamp),
        "rename" => parse_arguments::<RenameArgs>(rest, Verb::Rename),
        "links" => parse_arguments::<LinksArgs>(rest, Verb::Links),
        "impact" => parse_arguments::<ImpactArgs>(rest, Verb::Impact),
        "apps" => parse_arguments::<AppsArgs>(rest, Verb::Apps),
        "explain" => parse_arguments::<ExplainArgs>(rest, Verb::Explain),
        "kinds" => parse_arguments::<KindsArgs>(rest, Verb::Kinds),
        "argocd" => parse_arguments::<ArgocdArgs>(rest, Verb::Argocd),
        "krm" => parse_arguments::<FunctionArgs>(rest, Verb::Krm),
        "kustomize" if rest.first()? == "plugin" => parse_arguments::<PluginArgs>(rest.get(1..)?, plugin_verb),
        "version" => parse_arguments::<NoArgs>(rest, |_| Verb::Version),
        _ => None,
    }
}

fn plugin_verb(args: PluginArgs) -> Verb {
    Verb::Kustomize(KustomizeArgs { verb: KustomizeVerb::Plugin(Box::new(args)) })
}

/// Reads the words after a command. `None` if they make no run of it.
fn parse_arguments<T: Args>(words: &[OsString], verb: fn(T) -> Verb) -> Option<Cli> {
    let command = Command::new("rollstamp").no_binary_name(true).disable_help_flag(true).disable_version_flag(true);
    let command = CommonArgs::augment_args(T::augment_args(command));
    let mut matches = command.try_get_matches_from(words).ok()?;
    let verb = verb(T::from_arg_matches_mut(&mut matches).ok()?);
    let common = CommonArgs::from_arg_matches_mut(&mut matches).ok()?;
    Some(Cli { verb, common, version: None })
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;

    use clap::{Arg, CommandFactory};

    use super::*;

    /// Lines with mistakes, repetitions, values in every form, and flags that print help.
    const LINES: &[&str] = &[
        "",
        "stamp",
        "stamp a",
        "stamp -",
        "stamp a - b",
        "stamp -- kustomize build . --flag",
        "stamp a -- b",
        "stamp -- --help",
        "stamp -q a -v",
        "stamp -qv a",
        "stamp -qq a",
        "stamp -wq a",
        "stamp a -nprod",
        "stamp a -n=prod",
        "stamp a --namespace=prod",
        "stamp a --namespace prod --no-namespace",
        "stamp a --no-namespace --namespace prod",
        "stamp a --namespace prod --namespace test",
        "stamp a --namespace",
        "stamp a --honor reloader,wave",
        "stamp a --honor=reloader --honor wave",
        "stamp a --honor x",
        "stamp a --exclude b --exclude c --no-exclude",
        "stamp a --skip-invalid --no-skip-invalid --skip-invalid",
        "stamp a --strict=true",
        "stamp a --stric",
        "stamp a --colour never",
        "stamp a --color",
        "stamp a --color never",
        "stamp --color=always a",
        "stamp a --timeout 30s",
        "stamp a --timeout 30",
        "stamp a --check --diff",
        "stamp a --write --output-dir b",
        "stamp a --baseline b --write-baseline c",
        "stamp a --config b --no-config",
        "stamp a --max-depth 0",
        "stamp a --max-depth 7 --max-file-size 1Mi",
        "stamp a -V",
        "stamp a --version",
        "stamp -h",
        "stamp --help a",
        "stamp help",
        "stamps a",
        "help",
        "help stamp",
        "-q stamp a",
        "--color never stamp a",
        "--timeout 30s stamp a",
        "-V",
        "--help",
        "rename a --keep 2 --output-dir b",
        "rename a --keep -1",
        "rename a --remove",
        "impact a",
        "impact a --base b --base-command c",
        "impact --base-command 'helm template' -- helm template",
        "links a --unused --uses cm/app",
        "links a --max-edges 501",
        "explain a",
        "explain --workload deploy/web a",
        "apps a b",
        "kinds a",
        "kinds --wide --format json",
        "argocd --parameters -q",
        "krm a",
        "krm --strategy rename --check --no-check",
        "kustomize",
        "kustomize plugin",
        "kustomize plugin config.yaml --strategy rename",
        "kustomize -q plugin config.yaml",
        "kustomize plugin config.yaml -q --color never",
        "kustomize install",
        "completions bash",
        "man stamp",
        "version",
        "version -v",
        "version a",
    ];

    /// The words by which a command can be run, without flags.
    fn least_line(command: &str) -> Vec<String> {
        let line = match command {
            "impact" => "impact a --base b",
            "explain" => "explain a --workload web",
            "plugin" => "kustomize plugin config.yaml",
            "apps" | "kinds" | "argocd" | "krm" | "version" => command,
            _ => return vec![command.to_owned(), "a".to_owned()],
        };
        line.split(' ').map(str::to_owned).collect()
    }

    /// A flag with a value that it takes.
    fn words_of(arg: &Arg) -> Option<Vec<String>> {
        let mut words = vec![format!("--{}", arg.get_long()?)];
        if arg.get_action().takes_values() {
            let possible = arg.get_possible_values();
            let value_name = arg.get_value_names().and_then(<[_]>::first).map_or("", |name| name.as_str());
            words.push(match (possible.first(), value_name) {
                (Some(value), _) => value.get_name().to_owned(),
                (None, "SIZE") => "1Mi".to_owned(),
                (None, "N") => "3".to_owned(),
                (None, "DURATION") => "5s".to_owned(),
                (None, _) => "web".to_owned(),
            });
        }
        Some(words)
    }

    /// Lines with each flag of each command: once, twice, before the rest, and with the next one.
    fn lines_of(command: &Command) -> Vec<Vec<String>> {
        let least = least_line(command.get_name());
        let flags: Vec<_> = command.get_arguments().filter_map(words_of).collect();
        let mut lines = Vec::new();
        for (number, flag) in flags.iter().enumerate() {
            let next = &flags[(number + 1) % flags.len()];
            lines.push([least.as_slice(), flag].concat());
            lines.push([least.as_slice(), flag, flag].concat());
            lines.push([least.as_slice(), flag, next].concat());
            lines.push([least.as_slice(), next, flag].concat());
            let joined = flag.join("=");
            lines.push([&least[..1], &[joined], &least[1..]].concat());
        }
        lines
    }

    #[test]
    fn one_command_reads_a_line_as_the_whole_tree_does() {
        let mut tree = Cli::command();
        tree.build();
        let mut lines: Vec<Vec<String>> = Vec::new();
        for line in LINES {
            lines.push(line.split_whitespace().map(str::to_owned).collect());
        }
        for command in tree.get_subcommands() {
            lines.extend(lines_of(command));
            lines.extend(command.get_subcommands().flat_map(lines_of));
        }
        let mut read = 0;
        for line in &lines {
            let words: Vec<OsString> =
                ["rollstamp"].into_iter().chain(line.iter().map(String::as_str)).map(OsString::from).collect();
            let Some(single) = parse_single_command(&words) else { continue };
            let whole = tree.clone().try_get_matches_from(&words).and_then(|matches| Cli::from_arg_matches(&matches));
            let whole = whole.unwrap_or_else(|error| panic!("{line:?} is refused by the tree: {error}"));
            assert_eq!(format!("{single:?}"), format!("{whole:?}"), "{line:?}");
            read += 1;
        }
        assert!(read > 1_000, "only {read} of {} lines are read", lines.len());
    }

    #[test]
    fn the_tree_makes_every_text() {
        for line in
            ["stamp -h", "stamp --help a", "stamp a --bogus", "-q stamp a", "help stamp", "stamp a -V", "man stamp"]
        {
            let words: Vec<OsString> = ["rollstamp"].into_iter().chain(line.split(' ')).map(OsString::from).collect();
            assert!(parse_single_command(&words).is_none(), "{line}");
        }
        assert!(parse_single_command(&[OsStr::new("rollstamp").to_owned()]).is_none());
    }
}
