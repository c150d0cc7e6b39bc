//! Files that are not what their names say: pipes, devices, loops of links, and names that no terminal should see.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::process::{Command, Stdio};

use crate::support::measure::{Bounds, run_bounded};
use crate::support::shell::{APP, Dir, Ran};

const SMALL: Bounds = Bounds { seconds: 30, megabytes: 100 };

fn make_pipe(dir: &Dir, path: &str) {
    assert!(Command::new("mkfifo").arg(dir.path(path)).status().unwrap().success());
}

fn run(dir: &Dir, args: &str) -> Ran {
    let args: Vec<&str> = args.split(' ').collect();
    run_bounded(dir.command(&args).stdin(Stdio::null()), SMALL)
}

#[test]
fn directories_are_walked_past_pipes_and_devices() {
    let dir = Dir::with(&[("k/app.yaml", APP), (".git/HEAD", "ref: refs/heads/main\n"), (".git/config", "")]);
    fs::create_dir_all(dir.path(".git/objects")).unwrap();
    fs::create_dir_all(dir.path(".git/refs")).unwrap();
    for name in ["k/a.yaml", "k/b.json", "k/.gitignore", "k/.ignore", "k/.rollstampignore", "k/Chart.yaml", "k/c.yml"] {
        make_pipe(&dir, name);
    }
    std::os::unix::net::UnixListener::bind(dir.path("k/socket.yaml")).unwrap();
    symlink("/dev/zero", dir.path("k/zero.yaml")).unwrap();
    for verb in ["stamp", "rename", "links", "impact --base k", "stamp --check --context k"] {
        let ran = run(&dir, &format!("{verb} k"));
        assert!(ran.status < 2, "{verb}: {}", ran.stderr);
        ran.says("k/zero.yaml: symbolic link not followed");
    }
    assert_eq!(run(&dir, "stamp k -o out").status, 0);
    assert_eq!(run(&dir, "stamp --write k").status, 0);
    make_pipe(&dir, "rollstamp.yaml");
    run(&dir, "stamp k").fails("rollstamp.yaml: cannot read the options file: not a regular file");
}

#[test]
fn named_devices_are_read_within_bounds() {
    let dir = Dir::with(&[("app.yaml", APP)]);
    run(&dir, "stamp --max-file-size 4MiB /dev/zero").fails("/dev/zero: larger than 4 MiB");
    run(&dir, "stamp --max-file-size 4MiB app.yaml /dev/urandom").fails("/dev/urandom: larger than 4 MiB");
    run(&dir, "stamp /dev/null").fails("contains no document");
    run(&dir, "stamp --config /dev/zero app.yaml").fails("larger than 256 KiB");
    run(&dir, "stamp --secret-key-file /dev/zero app.yaml").fails("larger than 64 KiB");
    run(&dir, "stamp --write /dev/null app.yaml --allow-empty");
    let mut command = Command::new("sh");
    let script = format!("{} stamp --max-stream-size 4MiB - < /dev/zero", env!("CARGO_BIN_EXE_rollstamp"));
    run_bounded(command.args(["-c", &script]).current_dir(dir.root()), SMALL).fails("larger than 4 MiB");
}

#[test]
fn named_pipe_is_read() {
    let dir = Dir::with(&[("app.yaml", APP)]);
    make_pipe(&dir, "pipe");
    let script = format!("cat app.yaml > pipe & exec {} stamp pipe", env!("CARGO_BIN_EXE_rollstamp"));
    let ran = run_bounded(Command::new("sh").args(["-c", &script]).current_dir(dir.root()), SMALL);
    assert!(ran.status == 0 && ran.stdout.contains("rollstamp.dev/checksum"), "{}", ran.stderr);
    let script = format!("cat app.yaml > pipe & exec {} stamp --write pipe", env!("CARGO_BIN_EXE_rollstamp"));
    let ran = run_bounded(Command::new("sh").args(["-c", &script]).current_dir(dir.root()), SMALL);
    ran.fails("pipe: not a regular file, so it cannot be replaced; omit --write");
}

#[test]
fn loops_of_links_end() {
    let dir = Dir::with(&[("k/app.yaml", APP)]);
    symlink("loop", dir.path("loop")).unwrap();
    symlink("b", dir.path("a")).unwrap();
    symlink("a", dir.path("b")).unwrap();
    symlink("..", dir.path("k/up")).unwrap();
    symlink(".", dir.path("k/here.yaml")).unwrap();
    symlink("self.yaml", dir.path("k/self.yaml")).unwrap();
    assert_eq!(run(&dir, "stamp k").status, 0);
    assert_eq!(run(&dir, "links k/up/k k").status, 0);
    for path in ["loop", "a", "k/self.yaml"] {
        let ran = run(&dir, &format!("stamp {path}"));
        assert_eq!((ran.status, ran.stdout.as_str()), (2, ""), "{path}: {}", ran.stderr);
    }
    // Deeper than any tree of people.
    let mut deep = String::from("d");
    for _ in 0..300 {
        deep.push_str("/deep");
    }
    dir.put(&format!("{deep}/app.yaml"), APP);
    assert_eq!(run(&dir, "stamp --write d").status, 0);
}

#[test]
fn names_of_files_cannot_speak_to_a_terminal() {
    let dir = Dir::with(&[]);
    fs::create_dir(dir.path("k")).unwrap();
    let names: [&[u8]; 7] = [
        b"\x1b]0;title\x07.yaml",
        b"a\nrollstamp: error: forged.yaml",
        b"\xff\xfe.yaml",
        "\u{202e}lmay.yaml".as_bytes(),
        b"tab\there.yaml",
        b"cr\r.yaml",
        b"caf\xe9\x1b[31m.yaml",
    ];
    for (number, name) in names.iter().enumerate() {
        let text =
            APP.replace("  name: ", &format!("  namespace: n{number}\n  name: ")).replace("image: web:1", "image: [");
        fs::write(dir.path("k").join(OsStr::from_bytes(name)), text).unwrap();
    }
    for verb in [
        "stamp",
        "stamp --check --format json",
        "stamp --check --format github",
        "stamp --check --format sarif",
        "stamp --check --format gitlab",
        "stamp --check --format junit",
        "stamp --diff",
        "links",
        "links --skip-invalid -v",
        "links --format html",
        "impact --base k",
        "stamp --write",
        "stamp -o out",
    ] {
        let ran = run(&dir, &format!("{verb} k"));
        assert!(ran.status != 101, "{verb}: {}", ran.stderr);
        for text in [&ran.stdout, &ran.stderr] {
            let harmful = |letter: char| letter.is_control() && !matches!(letter, '\n' | '\t') || letter == '\u{202e}';
            assert!(!text.contains(harmful), "{verb}: {:?}", text.chars().find(|&letter| harmful(letter)));
            assert!(!text.lines().any(|line| line.starts_with("rollstamp: error: forged")), "{verb}: {text}");
        }
    }
}
