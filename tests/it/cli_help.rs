//! What `--help` says, so that a changed flag is seen in its words.

use crate::support::shell::Dir;

#[test]
fn help() {
    let dir = Dir::with(&[]);
    let nested = ["kustomize install", "kustomize uninstall", "kustomize init"].map(str::to_owned);
    let verbs = verbs(&dir).into_iter().filter(|verb| verb != "help");
    for verb in [String::new()].into_iter().chain(verbs).chain(nested) {
        for (length, flag) in [("short", "-h"), ("long", "--help")] {
            let ran = dir.run(&format!("{verb} {flag}"));
            assert_eq!((ran.status, ran.stderr.as_str()), (0, ""), "{verb} {flag}");
            let name = if verb.is_empty() {
                format!("help-{length}")
            } else {
                format!("help-{}-{length}", verb.replace(' ', "-"))
            };
            insta::assert_snapshot!(name, ran.stdout);
        }
    }
}

/// The verbs that the tool lists, each with its own help.
fn verbs(dir: &Dir) -> Vec<String> {
    let short = dir.run("-h").stdout;
    let listed = short.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    // Lines that go on with a description are indented further.
    let named = listed.filter_map(|line| line.strip_prefix("  ").filter(|line| !line.starts_with(' ')));
    let verbs: Vec<String> = named.filter_map(|line| Some(line.split_whitespace().next()?.to_owned())).collect();
    assert!(verbs.len() >= 4, "{verbs:?}");
    verbs
}

#[test]
fn no_verb_is_a_usage_error_that_says_what_there_is() {
    let ran = Dir::with(&[]).run("");
    assert_eq!(ran.status, 2);
    ran.says("Commands:");
}
