//! Files that cannot be written as they should be, full disks, and streams that are closed: each is an error that names
//! what was and what was not written, and nothing is torn, lost or left behind.

use std::fs::{self, File, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};

use crate::support::shell::{APP, Dir, Ran};

/// A user who owns nothing.
const NOBODY: u32 = 65534;

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// A directory that every user can read, with manifests that belong to `owner`.
fn directory_of(owner: u32, files: &[(&str, &str)]) -> Dir {
    let dir = Dir::with(files);
    fs::set_permissions(dir.root(), Permissions::from_mode(0o777)).unwrap();
    for (path, _) in files {
        std::os::unix::fs::chown(dir.path(path), Some(owner), Some(owner)).unwrap();
    }
    dir
}

/// Runs as a user who is not root; `None` where we are not root either, or that user cannot run the binary.
fn run_as(user: u32, dir: &Dir, args: &str) -> Option<Ran> {
    let args: Vec<&str> = args.split(' ').collect();
    let mut command = dir.command(&args);
    command.uid(user).gid(user).stdin(Stdio::null());
    if command.output().is_ok() {
        return Some(Ran::of(&mut command));
    }
    println!("skipped: user {user} cannot run the binary");
    None
}

/// A script that is run with a file system of its own; says so where that is not possible.
fn run_mounted(dir: &Dir, script: &str) -> Option<Ran> {
    let mut command = Command::new("unshare");
    command.args(if is_root() { ["--mount"].as_slice() } else { &["--map-root-user", "--mount"] });
    command.args(["sh", "-ec", script]).env("R", env!("CARGO_BIN_EXE_rollstamp")).current_dir(dir.root());
    let ran = command.stdin(Stdio::null()).output().is_ok().then(|| Ran::of(&mut command));
    let ran = ran.filter(|ran| !ran.stderr.contains("unshare") && !ran.stderr.contains("mount:"));
    if ran.is_none() {
        println!("skipped: no file system can be mounted");
    }
    ran
}

/// A manifest that is larger than some limits.
fn large_app() -> String {
    format!("{APP}{}", "# a comment\n".repeat(1_000))
}

#[test]
fn full_disk_leaves_whole_files() {
    let dir = Dir::with(&[]);
    let mut tree = String::new();
    for number in 0..70 {
        tree.push_str(&format!("sed 's/^  name: /  namespace: n{number}\\n&/' app > d/{number}.yaml\n"));
    }
    dir.put("app", large_app());
    dir.put("small", APP);
    fs::create_dir(dir.path("d")).unwrap();
    // The first file finds room for its new text, the others do not.
    let script = format!(
        "mount -t tmpfs -o size=2m tmpfs d\n{tree}cp small d/0.yaml\ncp -r d before\nhead -c 16384 /dev/zero > spare\n\
         while cp spare d/filler.$((n = n + 1)) 2>/dev/null; do :; done\nrm d/filler.1\nhead -c 8192 spare > d/filler.1\n\
         status=0; $R stamp --write d || status=$?\nls -A d | grep -v yaml | grep -v filler || true\n\
         rm d/filler.*\nfor file in d/*; do cmp -s $file before/${{file#d/}} || grep -q rollstamp.dev/checksum $file || \
         echo torn $file; [ $(stat -c %s $file) -ge $(stat -c %s before/${{file#d/}}) ] || echo short $file; done\n\
         $R stamp --write d\n[ $(grep -l rollstamp.dev/checksum d/*.yaml | wc -l) = 70 ] || echo not all\nexit $status\n"
    );
    let Some(ran) = run_mounted(&dir, &script) else { return };
    assert_eq!((ran.status, ran.stdout.as_str()), (2, ""), "{}", ran.stderr);
    ran.says("cannot be written: no space left on device")
        .says("only 1 of 70 files were written, each completely: d/0.yaml;");
}

#[test]
fn file_system_that_is_read_only_is_an_error() {
    let dir = Dir::with(&[("d/app.yaml", APP)]);
    let script = "mount --bind d d; mount -o remount,bind,ro d; exec $R stamp --write d";
    let Some(ran) = run_mounted(&dir, script) else { return };
    ran.fails("d: cannot replace files in this directory: read-only file");
    let script = "mount --bind d d; mount -o remount,bind,ro d; exec $R stamp d/app.yaml -o d/out";
    run_mounted(&dir, script).unwrap().fails("d/out: cannot be written: read-only file");
}

#[test]
fn limit_of_the_size_of_files_is_an_error() {
    let large = large_app().replace("name: web", "name: large").replace("name: env", "name: large");
    for mode in ["--write d", "d --output-dir out"] {
        let dir = Dir::with(&[("d/app.yaml", APP), ("d/large.yaml", &large)]);
        let mut command = Command::new("sh");
        let script = format!("ulimit -f 8; exec {} stamp {mode}", env!("CARGO_BIN_EXE_rollstamp"));
        let ran = Ran::of(command.args(["-c", &script]).current_dir(dir.root()));
        ran.fails("large.yaml: cannot be written: file too large");
        ran.says("only 1 of 2 files were written, each completely: ").says("app.yaml; run again to write the others");
        assert_eq!(dir.get("d/large.yaml"), large);
        let target = if mode.contains("out") { "out" } else { "d" };
        assert!(dir.get(&format!("{target}/app.yaml")).contains("rollstamp.dev/checksum"));
        let expected = if target == "out" { 1 } else { 2 };
        assert_eq!(dir.files(target).len(), expected, "a temporary file stays");
        assert_eq!(dir.run(&format!("stamp {mode}")).status, 0);
        assert!(dir.get(&format!("{target}/large.yaml")).contains("rollstamp.dev/checksum"));
    }
}

#[test]
fn file_with_several_names_is_not_replaced() {
    let dir = Dir::with(&[("app.yaml", APP), ("elsewhere/other", ""), ("b/app.yaml", APP)]);
    fs::hard_link(dir.path("app.yaml"), dir.path("elsewhere/app")).unwrap();
    dir.run("stamp --write app.yaml b --scope file").fails("app.yaml: has 2 names (hard links), and only this one");
    assert_eq!(dir.get("app.yaml"), APP);
    assert_eq!(dir.get("b/app.yaml"), APP, "nothing is written when one file cannot be");
    assert_eq!(dir.run("stamp app.yaml -o out").status, 0);
    fs::remove_file(dir.path("elsewhere/app")).unwrap();
    assert_eq!(dir.run("stamp --write app.yaml").status, 0);
}

#[test]
fn owner_is_kept_or_the_file_refused() {
    if !is_root() {
        println!("skipped: only root can make a file of another user");
        return;
    }
    // Root leaves files to their owners.
    let dir = directory_of(NOBODY, &[("app.yaml", APP)]);
    assert_eq!(dir.run("stamp --write app.yaml").status, 0);
    let metadata = fs::metadata(dir.path("app.yaml")).unwrap();
    assert_eq!((metadata.uid(), metadata.gid()), (NOBODY, NOBODY));
    // Who may write to the directory, but does not own the file, would take it.
    let dir = directory_of(0, &[("app.yaml", APP)]);
    let Some(ran) = run_as(NOBODY, &dir, "stamp --write app.yaml") else { return };
    ran.fails("app.yaml: belongs to another user or group, and would be ours afterwards");
    assert_eq!(dir.get("app.yaml"), APP);
    // One's own file in a group that one is not in.
    let dir = directory_of(NOBODY, &[("app.yaml", APP)]);
    std::os::unix::fs::chown(dir.path("app.yaml"), None, Some(0)).unwrap();
    run_as(NOBODY, &dir, "stamp --write app.yaml").unwrap().fails("app.yaml: belongs to another user or group");
    assert_eq!((dir.get("app.yaml").as_str(), dir.files(".").len()), (APP, 1));
    // Root that may not give files away, as in many containers.
    let dir = directory_of(NOBODY, &[("app.yaml", APP)]);
    let mut command = Command::new("setpriv");
    command.args(["--bounding-set=-chown", "--inh-caps=-chown", env!("CARGO_BIN_EXE_rollstamp")]);
    command.args(["stamp", "--write", "app.yaml"]).current_dir(dir.root());
    if command.output().is_ok_and(|output| !String::from_utf8_lossy(&output.stderr).contains("setpriv")) {
        Ran::of(&mut command).fails("app.yaml: belongs to another user or group");
        assert_eq!((dir.get("app.yaml").as_str(), dir.files(".").len()), (APP, 1));
    }
}

#[test]
fn closed_directories_and_files_are_errors() {
    let files = [("app.yaml", APP), ("closed/app.yaml", APP), ("secret/app.yaml", APP)];
    let dir = Dir::with(&files);
    if is_root() {
        for path in ["", "app.yaml", "closed", "closed/app.yaml", "secret"] {
            std::os::unix::fs::chown(dir.path(path), Some(NOBODY), Some(NOBODY)).unwrap();
        }
    }
    fs::set_permissions(dir.path("closed"), Permissions::from_mode(0o555)).unwrap();
    fs::set_permissions(dir.path("secret/app.yaml"), Permissions::from_mode(0o200)).unwrap();
    let run = |args: &str| if is_root() { run_as(NOBODY, &dir, args) } else { Some(dir.run(args)) };
    let Some(ran) = run("stamp --write app.yaml closed --scope dir") else { return };
    ran.fails("closed: cannot replace files in this directory: permission denied");
    assert_eq!(dir.get("app.yaml"), APP);
    run("stamp secret").unwrap().fails("secret/app.yaml: cannot be read: permission denied");
    run("stamp app.yaml -o closed/out").unwrap().fails("closed/out: cannot be written: permission denied");
    // A file that nobody may write is replaced all the same, since that changes the directory, and stays as it is.
    fs::set_permissions(dir.path("app.yaml"), Permissions::from_mode(0o440)).unwrap();
    assert_eq!(run("stamp --write app.yaml").unwrap().status, 0);
    assert_eq!(fs::metadata(dir.path("app.yaml")).unwrap().mode() & 0o777, 0o440);
    fs::set_permissions(dir.path("closed"), Permissions::from_mode(0o755)).unwrap();
}

/// Everything that prints to standard output.
const PRINTING: [&str; 18] = [
    "stamp app.yaml",
    "stamp --diff app.yaml",
    "stamp --check --format json app.yaml",
    "stamp --check --format sarif app.yaml",
    "stamp --check --format github app.yaml",
    "rename app.yaml",
    "rename --diff app.yaml",
    "links app.yaml",
    "links --format json app.yaml",
    "links --format html app.yaml",
    "links --format mermaid app.yaml",
    "explain --workload deploy/web app.yaml",
    "impact --base empty.yaml app.yaml --format json",
    "kinds",
    "completions bash",
    "man",
    "version",
    "stamp --help",
];

#[test]
fn standard_output_that_is_full_is_an_error() {
    if !std::path::Path::new("/dev/full").exists() {
        println!("skipped: there is no /dev/full");
        return;
    }
    let dir = Dir::with(&[("app.yaml", APP), ("empty.yaml", "")]);
    for args in PRINTING {
        let args: Vec<&str> = args.split(' ').collect();
        let full = File::options().write(true).open("/dev/full").unwrap();
        let ran = Ran::of(dir.command(&args).env_remove("GITHUB_STEP_SUMMARY").stdout(full).stderr(Stdio::piped()));
        assert_eq!(ran.status, 2, "{args:?}: {}", ran.stderr);
        ran.says("cannot write to stdout: no space left on device");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn standard_output_that_is_closed_is_an_error() {
    let dir = Dir::with(&[("app.yaml", APP), ("empty.yaml", "")]);
    let run = |args: &str, streams: &str| {
        let script = format!("exec {} {args} {streams}", env!("CARGO_BIN_EXE_rollstamp"));
        Ran::of(Command::new("sh").args(["-c", &script]).current_dir(dir.root()).stdin(Stdio::null()))
    };
    for args in PRINTING {
        if args.contains("--check") && !args.contains("github") || args.contains("--diff") || args.contains("impact") {
            // Whoever asks for the exit status only may have no use for the text.
            assert!(run(args, ">&-").status < 2, "{args}");
            continue;
        }
        run(args, ">&-").fails("stdout is closed, so nothing can be printed");
    }
    assert_eq!(run("stamp --write app.yaml", ">&-").status, 0, "nothing is printed");
    for dropped in [">/dev/null", ">/dev/null 2>&1", "</dev/null >/dev/null", "<&- >/dev/null", "| cat"] {
        assert_eq!(run("stamp app.yaml", dropped).status, 0, "{dropped}");
    }
    // As Python opens it for a program of which only the exit status is asked.
    let null = File::options().read(true).write(true).open("/dev/null").unwrap();
    assert_eq!(Ran::of(dir.command(&["stamp", "--check", "app.yaml"]).stdout(null).stderr(Stdio::piped())).status, 0);
}
