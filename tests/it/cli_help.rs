//! What `--help` says, so that a changed flag is seen in its words.

use crate::shell::Dir;

#[test]
fn help() {
    let dir = Dir::with(&[]);
    for (name, args) in [
        ("short", "-h"),
        ("long", "--help"),
        ("stamp-short", "stamp -h"),
        ("stamp-long", "stamp --help"),
        ("links-long", "links --help"),
        ("explain-long", "explain --help"),
    ] {
        let ran = dir.run(args);
        assert_eq!((ran.status, ran.stderr.as_str()), (0, ""), "{args}");
        insta::assert_snapshot!(format!("help-{name}"), ran.stdout);
    }
}

#[test]
fn no_verb_is_a_usage_error_that_says_what_there_is() {
    let ran = Dir::with(&[]).run("");
    assert_eq!(ran.status, 2);
    ran.says("Commands:");
}
