//! What the command line reads, and in which order. The documents are of no relevant kind, so they come out as
//! they went in.

use crate::support::shell::{Dir, services};

#[test]
fn directories_are_walked_in_byte_order_of_whole_paths() {
    let dir = Dir::with(&[
        ("k/b.yaml", &services("b")),
        ("k/a/z.yml", &services("a/z")),
        ("k/a-b.yaml", &services("a-b")),
        ("k/Z.json", "{\"apiVersion\": \"v1\", \"kind\": \"Service\", \"metadata\": {}}\n"),
        ("k/a/c/d.yaml", &services("a/c/d")),
    ]);
    let all = format!("{}---\n{}", dir.get("k/Z.json"), services("a-b a/c/d a/z b"));
    dir.run("stamp k").prints(&all);
    dir.run("stamp ./k/").prints(&all);
    dir.run("stamp .").prints(&all);
}

#[test]
fn many_files_keep_byte_order() {
    let dir = Dir::with(&[]);
    let names: Vec<String> = (0..500).map(|number| number.to_string()).collect();
    for (number, name) in names.iter().enumerate() {
        dir.put(&format!("k/{number:03}.yaml"), services(name));
    }
    dir.run("stamp k").prints(&services(&names.join(" ")));
}

#[test]
fn hidden_and_other_files_are_skipped() {
    let dir = Dir::with(&[
        ("k/a.yaml", &services("a")),
        ("k/.b.yaml", &services("b")),
        ("k/.git/c.yaml", &services("c")),
        ("k/README.md", "no\n"),
        ("k/d.yaml.tmpl", "no\n"),
    ]);
    dir.run("stamp k").prints(&services("a"));
}

#[test]
fn named_path_is_read_whatever_its_extension() {
    let dir = Dir::with(&[("plain", &services("a")), (".hidden/x.yaml", &services("b"))]);
    dir.run("stamp plain .hidden").prints(&services("a b"));
}

#[test]
fn file_named_twice_is_read_once() {
    let dir = Dir::with(&[("k/a.yaml", &services("a")), ("k/b/b.yaml", &services("b"))]);
    dir.run("stamp k/b k k/a.yaml ./k").prints(&services("b a"));
}

#[cfg(unix)]
#[test]
fn symbolic_links_are_followed_only_as_paths() {
    let dir = Dir::with(&[("k/a.yaml", &services("a")), ("other/b.yaml", &services("b"))]);
    let link = |target: &str, path: &str| std::os::unix::fs::symlink(target, dir.path(path)).unwrap();
    link("../other/b.yaml", "k/b.yaml");
    link("../other", "k/other");
    link("k", "to-k");
    link("nowhere", "broken.yaml");

    let ran = dir.run("stamp to-k");
    ran.prints(&services("a"));
    ran.says("note: 2 symbolic links not followed (first: to-k/b.yaml)");
    dir.run("stamp k k/b.yaml").prints(&services("a b"));
    dir.run("stamp broken.yaml").fails("broken.yaml: broken symbolic link");
}

#[test]
fn pattern_expands_unless_file_has_that_name() {
    let dir = Dir::with(&[
        ("k/a/x.yaml", &services("a")),
        ("k/b/x.yaml", &services("b")),
        ("k/.c/x.yaml", &services("c")),
        ("k/[a]/x.yaml", &services("brackets")),
    ]);
    dir.run("stamp k/*/x.yaml").prints(&services("brackets a b"));
    dir.run("stamp k/[ab]").prints(&services("a b"));
    dir.run("stamp k/[a]").prints(&services("brackets"));
    dir.run("stamp k/*.yml").fails("k/*.yml: the pattern matches no files");
}

#[test]
fn exclude_takes_names_and_paths() {
    let dir = Dir::with(&[
        ("k/a.yaml", &services("a")),
        ("k/vendor/b.yaml", &services("b")),
        ("k/c/vendor/d.yaml", &services("d")),
        ("k/c/e.enc.yaml", &services("e")),
    ]);
    dir.run("stamp k --exclude vendor --exclude *.enc.yaml").prints(&services("a"));
    dir.run("stamp k --exclude k/vendor --exclude c/*.yaml").prints(&services("a d"));
    dir.run("stamp k --exclude [").fails("--exclude [: ");
}

#[test]
fn all_errors_are_reported_in_one_run() {
    let dir = Dir::with(&[("large.yaml", "a: 1\nb: 2\n"), ("small.yaml", "a: 1\n")]);
    let ran = dir.run("stamp nope.yaml large.yaml helm small.yaml --max-file-size 8");
    ran.fails("nope.yaml: no such file or directory");
    ran.says("helm: no such file or directory; a command goes after `--`");
    ran.says("large.yaml: larger than 8 bytes");
    assert_eq!(ran.stderr.lines().count(), 3, "{}", ran.stderr);
}

#[test]
fn dash_reads_standard_input() {
    let dir = Dir::with(&[("a.yaml", "a: 1\n")]);
    dir.run_with(&["stamp", "-"], b"b: 1").prints("b: 1");
    dir.run("stamp - a.yaml").fails("cannot be combined");
    dir.run("stamp - --write").fails("--write cannot write standard input");
}

#[cfg(unix)]
#[test]
fn renderer_runs_without_shell() {
    let dir = Dir::with(&[]);
    dir.run("stamp -- echo a: $HOME").prints("a: $HOME\n");
    dir.run_with(&["stamp", "--", "cat"], b"b: 1\n").prints("b: 1\n");
    dir.run("stamp -- no-such-renderer").fails("cannot run no-such-renderer: ");
    dir.run("stamp x.yaml -- echo").fails("cannot be used with");

    let ran = dir.run_with(&["stamp", "--", "sh", "-c", "echo a: 1; echo because >&2; exit 3"], b"");
    ran.fails("sh failed: exit status 3");
    ran.says("because");
}

#[cfg(unix)]
#[test]
fn endless_renderer_is_stopped() {
    Dir::with(&[])
        .run("stamp --max-stream-size 1Mi -- yes")
        .fails("<yes>: larger than 1 MiB; raise the limit with --max-stream-size");
}

#[test]
fn empty_input_is_an_error_unless_it_is_allowed() {
    let dir = Dir::with(&[("none/README.md", ""), ("comment.yaml", "---\n# nothing\n"), ("a/a.yaml", &services("a"))]);
    dir.run("stamp none").fails("no *.yaml, *.yml or *.json files found; if this is intended, use --allow-empty");
    dir.run("stamp comment.yaml").fails("contains no document");
    dir.run("stamp -").fails("standard input contains no document");
    dir.run("stamp --allow-empty none").prints("");
    dir.run("stamp --allow-empty comment.yaml").prints("---\n# nothing\n");

    let ran = dir.run("stamp none a");
    ran.prints(&services("a"));
    ran.says("note: none: contains no *.yaml, *.yml or *.json files");
}

#[test]
fn non_text_bytes_are_skipped_unless_relevant() {
    let dir = Dir::with(&[("k/a.yaml", &services("a"))]);
    dir.put("k/utf16.yaml", b"\xff\xfea\0");
    dir.put("k/crypt.yaml", b"\0GITCRYPT\0\x12\xff");
    dir.put("k/latin1.yaml", b"a: caf\xe9\n");
    let ran = dir.run("stamp k");
    ran.prints(&services("a"));
    ran.says("note: k/utf16.yaml: skipped: UTF-16");
    ran.says("note: k/crypt.yaml: skipped: encrypted by git-crypt");
    ran.says("k/latin1.yaml:1:7: note: file skipped: not UTF-8");

    dir.run("stamp k/utf16.yaml").fails("(1 skipped, the first: k/utf16.yaml: skipped: UTF-16; convert it to UTF-8, for example with `iconv -f UTF-16 -t UTF-8`)");

    dir.put("k/matters.yaml", b"kind: ConfigMap\ndata: {a: \xe9}\n");
    dir.run("stamp k").fails("k/matters.yaml:2:11: error: not UTF-8");
    dir.run("stamp k --skip-invalid").prints(&services("a"));
}

const OPTIONS: &str = "apiVersion: rollstamp.dev/v1\nkind: Rollstamp\n";

#[test]
fn options_file_applies_and_is_not_a_manifest() {
    let dir = Dir::with(&[("a.yaml", &services("a")), ("b/b.yaml", &services("b"))]);
    dir.put("rollstamp.yaml", format!("{OPTIONS}spec:\n  exclude: [b]\n"));
    dir.run("stamp .").prints(&services("a"));
    dir.run("stamp b --no-config").prints(&services("b"));
    dir.put("b/other.yaml", format!("{OPTIONS}spec:\n  exclude: [a.yaml]\n"));
    dir.run("stamp a.yaml b --config b/other.yaml").prints(&services("b"));
}

#[test]
fn invalid_options_file_fails() {
    let dir = Dir::with(&[("a.yaml", "a: 1\n")]);
    dir.put("rollstamp.yaml", format!("{OPTIONS}spec:\n  rollon: any\n"));
    dir.run("stamp a.yaml").fails("rollstamp.yaml:4:3: error: spec: unknown field `rollon`; did you mean `rollOn`?");
    dir.put("rollstamp.yaml", "apiVersion: rollstamp.dev/v2\nkind: Rollstamp\n");
    dir.run("stamp a.yaml").fails("rollstamp.yaml: this is Rollstamp of rollstamp.dev/v2");
    dir.run("stamp a.yaml --config nope.yaml").fails("nope.yaml: cannot read the options file");

    dir.put("rollstamp.yaml", "kind: Application\n");
    let ran = dir.run("stamp a.yaml");
    ran.prints("a: 1\n");
    ran.says("note: rollstamp.yaml is not an options file");
}

#[test]
fn flag_overrides_options_file() {
    let dir = Dir::with(&[("none/x.md", "")]);
    dir.put("rollstamp.yaml", format!("{OPTIONS}spec:\n  allowEmpty: true\n"));
    dir.run("stamp none").prints("");
    dir.run("stamp none --no-allow-empty").fails("no *.yaml");
}

#[test]
fn missing_secret_key_file_fails() {
    let dir = Dir::with(&[("a.yaml", "a: 1\n"), ("key", "pepper\n")]);
    dir.run("stamp a.yaml --secret-key-file key").prints("a: 1\n");
    for empty in ["", "\n", "\r\n"] {
        dir.put("empty", empty);
        dir.run("stamp a.yaml --secret-key-file empty").fails("empty: the secret key is empty");
    }
    dir.run("stamp a.yaml --secret-key-file nope").fails("nope: cannot read the secret key");
    let output = dir.command(&["stamp", "a.yaml"]).env("ROLLSTAMP_SECRET_KEY_FILE", "nope").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn short_secret_key_warns() {
    let dir = Dir::with(&[("a.yaml", "a: 1\n")]);
    for (key, warning) in [
        ("pepper", Some("key: a secret key of 6 bytes can be guessed; use a longer one")),
        ("1234567\r\n", Some("key: a secret key of 7 bytes can be guessed")),
        ("1", Some("key: a secret key of 1 byte can be guessed")),
        ("12345678", None),
        ("12345678\n", None),
        ("123456\n\n\n", None),
    ] {
        dir.put("key", key);
        let ran = dir.run("stamp a.yaml --secret-key-file key");
        ran.prints("a: 1\n");
        match warning {
            Some(warning) => assert!(ran.stderr.contains(&format!("warning: {warning}")), "{}", ran.stderr),
            None => assert!(!ran.stderr.contains("warning"), "{key:?}: {}", ran.stderr),
        }
    }
}

#[test]
fn invalid_values_are_usage_errors() {
    let dir = Dir::with(&[("a.yaml", "a: 1\n")]);
    dir.run("stamp a.yaml --annotation a/b/c").fails("invalid value 'a/b/c' for '--annotation <KEY>'");
    dir.run("stamp a.yaml --max-file-size lots").fails("\"lots\" is not a size");
    dir.run("stamp a.yaml --write --check").fails("cannot be used with");
    dir.run("stamp a.yaml --format json").fails("--format needs");
    dir.run("explain a.yaml --workload a/b/c/d").fails("write NAME, KIND/NAME or NAMESPACE/KIND/NAME");
    dir.run("stamp").fails("<PATH>...");
}
