//! Colors: when they are used, which they are, and that they are never the only sign.

use crate::support::shell::{APP, Dir};
use crate::support::terminal::{Terminal, clear_variables};

/// The beginning of every color that is ours.
const COLOR: &str = "\u{1b}[38;5;";

const CHANGED: &str = "\u{1b}[38;5;32m";
const MISSING: &str = "\u{1b}[38;5;166m";

/// A workload that is not stamped, with a ConfigMap and one that is missing, and the same before a change.
fn input() -> Dir {
    let app = APP.replace("{name: env}", "{name: env}\n        - configMapRef: {name: nowhere}");
    Dir::with(&[("app.yaml", &app), ("old/app.yaml", &app.replace("info", "debug"))])
}

/// A setting of colors: the flag, and the variables.
struct Setting {
    flag: &'static str,
    variables: Vec<(&'static str, &'static str)>,
}

fn settings() -> Vec<Setting> {
    let mut settings = Vec::new();
    for flag in ["", "--color auto", "--color always", "--color never"] {
        for no_color in [None, Some(("NO_COLOR", "1"))] {
            for clicolor in [None, Some(("CLICOLOR", "0"))] {
                for force in [None, Some(("CLICOLOR_FORCE", "1"))] {
                    let variables = [no_color, clicolor, force].into_iter().flatten().collect();
                    settings.push(Setting { flag, variables });
                }
            }
        }
    }
    settings
}

impl Setting {
    /// Returns `true` if text is to be colored: the flag wins, then NO_COLOR, CLICOLOR_FORCE, and CLICOLOR.
    fn shows_colors(&self, on_terminal: bool) -> bool {
        let is_set = |name: &str| self.variables.iter().any(|(other, _)| *other == name);
        match self.flag {
            "--color always" => true,
            "--color never" => false,
            _ if is_set("NO_COLOR") => false,
            _ if is_set("CLICOLOR_FORCE") => true,
            _ => on_terminal && !is_set("CLICOLOR"),
        }
    }
}

/// A run whose output on one stream is a table, a diff, a list of changes, or diagnostics. The other stream is closed.
const RUNS: [(&str, &str); 5] = [
    ("table", "links app.yaml 2> err"),
    ("impact", "impact --base old/app.yaml app.yaml 2> err"),
    ("diff", "stamp --diff app.yaml 2> err"),
    ("changes", "stamp --check app.yaml 2> err"),
    ("diagnostics", "links app.yaml > out"),
];

#[test]
fn tables_diffs_and_diagnostics_are_colored_alike_on_a_terminal() {
    let dir = input();
    for setting in settings() {
        let terminal = Terminal { columns: 100, variables: setting.variables.clone() };
        for (what, run) in RUNS {
            let Some(shown) = terminal.show(&dir, &format!("{} {run}", setting.flag)) else { return };
            let expected = setting.shows_colors(true);
            assert_eq!(shown.contains(COLOR), expected, "{what} {} {:?}: {shown:?}", setting.flag, setting.variables);
        }
    }
}

#[test]
fn tables_diffs_and_diagnostics_are_colored_alike_in_a_pipe() {
    let dir = input();
    for setting in settings() {
        for (what, run) in RUNS {
            let (run, _) = run.split_once(['>', '2']).unwrap();
            let args: Vec<&str> = setting.flag.split_whitespace().chain(run.split_whitespace()).collect();
            let mut command = dir.command(&args);
            clear_variables(&mut command).envs(setting.variables.iter().copied());
            let output = command.output().unwrap();
            let stream = if what == "diagnostics" { output.stderr } else { output.stdout };
            let text = String::from_utf8(stream).unwrap();
            let expected = setting.shows_colors(false);
            assert_eq!(text.contains(COLOR), expected, "{what} {} {:?}: {text:?}", setting.flag, setting.variables);
        }
    }
}

#[test]
fn a_dumb_terminal_is_shown_no_colors() {
    let terminal = Terminal { columns: 100, variables: vec![("TERM", "dumb")] };
    let Some(shown) = terminal.show(&input(), "links app.yaml") else { return };
    assert!(shown.contains("not in the input") && !shown.contains('\u{1b}'), "{shown:?}");
}

#[test]
fn colors_repeat_what_words_say() {
    let dir = input();
    for run in
        ["links app.yaml", "impact --base old/app.yaml app.yaml", "stamp --check app.yaml", "stamp --diff app.yaml"]
    {
        let plain = dir.run(run);
        let colored = dir.run(&format!("--color always {run}"));
        for (plain, colored) in [(&plain.stdout, &colored.stdout), (&plain.stderr, &colored.stderr)] {
            assert!(!plain.contains('\u{1b}'), "{plain:?}");
            assert_eq!(anstream::adapter::strip_str(colored).to_string(), *plain, "{run}");
        }
    }
    let table = dir.run("--color always links app.yaml").stdout;
    assert!(table.contains(&format!("{MISSING}not in the input\u{1b}[0m")), "{table:?}");
    assert!(table.contains(&format!("{CHANGED}frozen\u{1b}[0m")), "{table:?}");
    let check = dir.run("--color always stamp --check app.yaml").stdout;
    assert!(check.starts_with(&format!("app.yaml:14:5: {CHANGED}Deployment/web\u{1b}[0m: needs stamp")), "{check:?}");
}

#[test]
fn reports_for_programs_are_never_colored() {
    let dir = input();
    for format in ["json", "github", "sarif", "gitlab", "junit"] {
        for run in ["links", "stamp --check"] {
            let ran = dir.run(&format!("--color always {run} --format {format} app.yaml"));
            assert!(!ran.stdout.contains('\u{1b}'), "{run} {format}: {:?}", ran.stdout);
        }
    }
}

#[test]
fn names_cannot_add_colors() {
    let app = APP.replace("name: web\n", "name: \"web\\e[31m\"\n");
    let ran = Dir::with(&[("app.yaml", &app)]).run("--color always links app.yaml");
    assert!(ran.stdout.contains("web\\u001b[31m"), "{:?}", ran.stdout);
}
