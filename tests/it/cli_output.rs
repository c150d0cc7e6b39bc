//! What the command line writes, and what it never writes.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::support::shell::{APP, Dir};

const STAMP: &str = "rollstamp.dev/checksum: ";

fn is_stamped(text: &str) -> bool {
    text.contains(STAMP)
}

#[test]
fn one_text_keeps_its_bytes() {
    let dir = Dir::with(&[]);
    for text in ["a: 1", "\u{feff}a: 1\r\n---\r\n", "---\n---\na:   1   \n\n\n...\n", "{\"a\": 1}"] {
        dir.run_with(&["stamp", "-"], text.as_bytes()).prints(text);
    }
}

#[test]
fn texts_are_parted_once() {
    let dir = Dir::with(&[("1.yaml", "a: 1"), ("2.yaml", "---\nb: 1\n---\n"), ("3.yaml", "c: 1\n"), ("4.yaml", "")]);
    dir.run("stamp *.yaml").prints("a: 1\n---\nb: 1\n---\nc: 1\n");
}

#[test]
fn json_that_a_stream_cannot_hold_is_warned_about() {
    let dir = Dir::with(&[("1.yaml", "a: 1\n"), ("2.json", "{\"b\": \"x\\/y\"}\n")]);
    dir.run("stamp 1.yaml 2.json").says("warning: 2.json: JSON with the escape `\\/`");
    assert_eq!(dir.run("stamp 2.json").stderr.find("2.json"), None);
}

#[test]
fn a_closed_pipe_is_no_error() {
    let dir = Dir::with(&[("a.yaml", &"a: 1\n---\n".repeat(100_000))]);
    let mut child = dir.command(&["stamp", "a.yaml"]).stdout(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error() {
    let dir = Dir::with(&[("a.yaml", "a: 1\n")]);
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = dir.command(&["stamp", "a.yaml"]).stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("cannot write to stdout: no space left on device"));
}

#[cfg(unix)]
#[test]
fn write_replaces_what_changed_and_nothing_else() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    let dir = Dir::with(&[("k/app.yaml", APP), ("k/other.yaml", "a: 1\n")]);
    fs::set_permissions(dir.path("k/app.yaml"), fs::Permissions::from_mode(0o640)).unwrap();
    let inode = |path: &str| fs::metadata(dir.path(path)).unwrap().ino();
    let before = (inode("k/app.yaml"), inode("k/other.yaml"));

    dir.run("stamp --write k").prints("");
    assert!(is_stamped(&dir.get("k/app.yaml")));
    assert_ne!(inode("k/app.yaml"), before.0);
    assert_eq!(inode("k/other.yaml"), before.1);
    assert_eq!(fs::metadata(dir.path("k/app.yaml")).unwrap().permissions().mode() & 0o777, 0o640);
    assert_eq!(dir.files("k").len(), 2, "no temporary file stays");

    let after = inode("k/app.yaml");
    dir.run("stamp --write k").prints("");
    assert_eq!(inode("k/app.yaml"), after, "what is stamped is not touched again");
}

#[cfg(unix)]
#[test]
fn write_goes_through_no_link() {
    let dir = Dir::with(&[("real/app.yaml", APP), ("app2.yaml", APP)]);
    std::os::unix::fs::symlink("real/app.yaml", dir.path("link.yaml")).unwrap();
    dir.run("stamp --write app2.yaml link.yaml --scope file")
        .fails("link.yaml: symbolic links are not written through");
    assert!(!is_stamped(&dir.get("real/app.yaml")));
    assert!(!is_stamped(&dir.get("app2.yaml")), "nothing is written when one file cannot be");
    assert!(fs::symlink_metadata(dir.path("link.yaml")).unwrap().is_symlink());
    assert!(is_stamped(&dir.run("stamp link.yaml").stdout));
}

#[cfg(unix)]
#[test]
fn write_names_a_directory_that_is_closed() {
    use std::os::unix::fs::PermissionsExt;
    let dir = Dir::with(&[("open/app.yaml", APP), ("closed/app.yaml", APP)]);
    let set = |mode| fs::set_permissions(dir.path("closed"), fs::Permissions::from_mode(mode)).unwrap();
    set(0o555);
    if fs::write(dir.path("closed/probe"), "").is_ok() {
        println!("skipped: nothing is closed to this user");
        return;
    }
    dir.run("stamp --write open closed --scope dir").fails("closed: cannot replace files in this directory");
    assert!(!is_stamped(&dir.get("open/app.yaml")), "nothing is written when one file cannot be");
    set(0o755);
}

#[test]
fn whoever_reads_meanwhile_sees_a_whole_file() {
    let dir = Dir::with(&[("app.yaml", APP)]);
    let stamped = dir.run("stamp app.yaml").stdout;
    let path = dir.path("app.yaml");
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            for flags in ["", " --remove"].iter().cycle().take(20) {
                dir.run(&format!("stamp --write{flags} app.yaml")).prints("");
            }
        });
        while !writer.is_finished() {
            let text = fs::read_to_string(&path).unwrap();
            assert!(text == APP || text == stamped, "{text}");
        }
    });
    assert_eq!(dir.get("app.yaml"), APP, "--remove undoes it all");
}

#[test]
fn an_output_directory_gets_every_file() {
    let dir = Dir::with(&[("k/app.yaml", APP), ("k/sub/other.yml", "a: 1"), ("k/README.md", "no")]);
    dir.put("k/utf16.yaml", b"\xff\xfea\0");
    dir.run("stamp k --output-dir out/deep").prints("");
    let files = dir.files("out/deep");
    let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["app.yaml", "sub/other.yml", "utf16.yaml"]);
    assert!(is_stamped(&files[0].1));
    assert_eq!(files[1].1, "a: 1");
    assert_eq!(dir.get("k/app.yaml"), APP);
    assert_eq!(fs::read(dir.path("out/deep/utf16.yaml")).unwrap(), b"\xff\xfea\0");

    dir.run("stamp k/*/*.yml -o from-pattern").prints("");
    assert_eq!(dir.get("from-pattern/sub/other.yml"), "a: 1");
    dir.run("stamp k/sub/other.yml -o from-file").prints("");
    assert_eq!(dir.get("from-file/other.yml"), "a: 1");
}

#[test]
fn an_output_directory_takes_no_files_name() {
    let dir = Dir::with(&[("a/x.yaml", "a: 1\n"), ("b/x.yaml", "b: 1\n"), ("b/y.yaml", "y: 1\n")]);
    dir.run("stamp a b -o out").fails("a/x.yaml and b/x.yaml would both be written to out/x.yaml");
    dir.run("stamp a/x.yaml -o a").fails("a/x.yaml: would overwrite an input file");
    dir.run("stamp a -o a/out").fails("a/out is inside the input directory a");
    dir.run("stamp . -o out").fails("out is inside the input directory");
    assert!(!dir.path("out").exists() && !dir.path("a/out").exists());
    dir.run("stamp . -o out --exclude out").prints("");
    dir.run("stamp . -o .out --exclude out").prints("");
    dir.run("stamp - -o out").fails("--output-dir cannot write standard input");
}

#[cfg(unix)]
#[test]
fn an_output_directory_is_not_left_through_a_link() {
    let dir = Dir::with(&[("k/sub/a.yaml", "a: 1\n"), ("elsewhere/b.yaml", "b: 1\n")]);
    fs::create_dir(dir.path("out")).unwrap();
    std::os::unix::fs::symlink("../elsewhere", dir.path("out/sub")).unwrap();
    dir.run("stamp k -o out").fails("out/sub: symbolic links are not written through");
    assert_eq!(dir.files("elsewhere").len(), 1);
}

#[test]
fn check_and_diff_only_look() {
    let dir = Dir::with(&[("k/app.yaml", APP)]);
    for look in ["--check", "--diff", "--check --format json"] {
        assert_eq!(dir.run(&format!("stamp k {look}")).status, 1, "{look}");
        assert_eq!(dir.get("k/app.yaml"), APP);
    }
    dir.run("stamp --write k").prints("");
    dir.run("stamp k --diff").prints("");
    assert_eq!(dir.run("stamp k --check").status, 0);
}

#[test]
fn patch_and_git_take_the_diff() {
    let crlf = APP.replace('\n', "\r\n");
    let bare = APP.trim_end();
    let bom = format!("\u{feff}{APP}");
    let files = [
        ("k/app.yaml", APP),
        ("k/crlf.yaml", &crlf),
        ("k/no-newline.yaml", bare),
        ("k/with space/app.yaml", APP),
        ("k/ünïcode.yaml", APP),
        ("k/bom.yaml", &bom),
    ];
    let wanted = Dir::with(&files);
    let diff = wanted.run("stamp k --diff --scope file").stdout;
    wanted.run("stamp k --write --scope file").prints("");

    let strict = ["patch -p0 --fuzz=0 --binary -s -i changes.diff", "git apply -p0 changes.diff"];
    for tool in strict {
        let dir = Dir::with(&files);
        dir.put("changes.diff", &diff);
        if applied(tool, dir.root()) {
            assert_eq!(dir.files("k"), wanted.files("k"), "{tool}");
        }
    }
}

/// Whether a tool could be had; that it went well is asserted.
fn applied(tool: &str, root: &Path) -> bool {
    let mut words = tool.split(' ');
    let mut command = Command::new(words.next().unwrap());
    match command.args(words).current_dir(root).output() {
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{tool}: {said}{}", String::from_utf8_lossy(&output.stdout));
            true
        }
        Err(error) => {
            println!("skipped: {tool}: {error}");
            false
        }
    }
}

#[test]
fn a_diff_on_standard_input_and_in_color() {
    let dir = Dir::with(&[]);
    let plain = dir.run_with(&["stamp", "-", "--diff"], APP.as_bytes()).stdout;
    assert!(plain.starts_with("--- stdin\n+++ stdin\n@@ "), "{plain}");
    assert!(!plain.contains('\u{1b}'));
    let color = dir.run_with(&["stamp", "-", "--diff", "--color", "always"], APP.as_bytes()).stdout;
    assert!(color.contains("\u{1b}[38;5;29m+"), "{color}");
}

#[test]
fn no_secret_is_shown() {
    let secret = "\
apiVersion: v1
kind: Secret
metadata: {name: db}
stringData:
  password: hush-hush
---
";
    let json = r#"{"apiVersion":"v1","kind":"List","items":[{"apiVersion":"v1","kind":"Secret","metadata":{"name":"db"},"stringData":{"password":"hush-hush"}},{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web"},"spec":{"template":{"spec":{"containers":[{"name":"web","image":"web:1","envFrom":[{"secretRef":{"name":"db"}}]}]}}}}]}"#;
    let app = APP.split("---\n").nth(1).unwrap().replace("configMapRef: {name: env}", "secretRef: {name: db}");
    let dir = Dir::with(&[("yaml/app.yaml", &format!("{secret}{app}")), ("json/app.json", json)]);
    for args in ["--diff yaml", "--diff json", "--check yaml", "--check --format json json", "-v --diff json"] {
        let ran = dir.run(&format!("stamp {args}"));
        assert_eq!(ran.status, 1, "{}", ran.stderr);
        assert!(!format!("{}{}", ran.stdout, ran.stderr).contains("hush"), "{args}: {ran:?}");
    }
    assert!(dir.run("stamp --diff json").stdout.contains("this diff cannot be applied"));
}
