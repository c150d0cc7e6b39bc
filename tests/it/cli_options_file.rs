//! The search for the options file.

use crate::impact_base::{git, has_git};
use crate::support::shell::{APP, Dir};

const HEAD: &str = "apiVersion: rollstamp.dev/v1\nkind: Rollstamp\nspec: ";

/// A repository with an options file at the top and a service two directories down.
fn repository(spec: &str) -> Option<Dir> {
    if !has_git() {
        println!("skipped: git is not installed");
        return None;
    }
    let dir = Dir::with(&[("repo/services/web/app.yaml", APP)]);
    dir.put("repo/rollstamp.yaml", format!("{HEAD}{spec}\n"));
    git(&dir, &["init", "--quiet", "--initial-branch=main", "repo"]);
    Some(dir)
}

/// Runs in a directory of the repository; status, standard output and standard error.
fn run_in(dir: &Dir, directory: &str, args: &str) -> (i32, String, String) {
    let args: Vec<&str> = args.split(' ').collect();
    let output = dir.command(&args).current_dir(dir.path(directory)).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn the_options_file_is_found_upward_to_the_top_of_the_repository() {
    let Some(dir) = repository("{annotation: example.com/config}") else { return };
    let (status, stdout, stderr) = run_in(&dir, "repo/services/web", "stamp -v app.yaml");
    assert_eq!(status, 0, "{stderr}");
    assert!(stdout.contains("example.com/config: "), "{stdout}");
    assert!(stderr.contains("options file: ../../rollstamp.yaml\n"), "{stderr}");
    let (_, stdout, stderr) = run_in(&dir, "repo/services/web", "stamp -v --no-config app.yaml");
    assert!(stdout.contains("rollstamp.dev/checksum: ") && !stderr.contains("options file"), "{stdout}{stderr}");
}

#[test]
fn the_nearest_options_file_counts_alone() {
    let Some(dir) = repository("{annotation: example.com/config, strict: true}") else { return };
    dir.put("repo/services/rollstamp.yaml", format!("{HEAD}{{}}\n"));
    let (_, stdout, stderr) = run_in(&dir, "repo/services/web", "stamp -v app.yaml");
    assert!(stdout.contains("rollstamp.dev/checksum: "), "{stdout}");
    assert!(stderr.contains("options file: ../rollstamp.yaml\n"), "{stderr}");
    dir.put("repo/services/rollstamp.yaml", "kind: Other\n");
    let (_, stdout, stderr) = run_in(&dir, "repo/services/web", "stamp app.yaml");
    assert!(stdout.contains("example.com/config: "), "an unrelated file is passed by: {stdout}");
    assert!(stderr.contains("note: ../rollstamp.yaml is not an options file, ignored"), "{stderr}");
}

#[test]
fn nothing_above_the_repository_counts() {
    let Some(dir) = repository("{}") else { return };
    std::fs::remove_file(dir.path("repo/rollstamp.yaml")).unwrap();
    dir.put("rollstamp.yaml", format!("{HEAD}{{annotation: example.com/config}}\n"));
    let (_, stdout, _) = run_in(&dir, "repo/services/web", "stamp app.yaml");
    assert!(stdout.contains("rollstamp.dev/checksum: "), "{stdout}");
}

#[test]
fn without_a_repository_the_current_directory_counts_alone() {
    let dir = Dir::with(&[("a/app.yaml", APP)]);
    dir.put("rollstamp.yaml", format!("{HEAD}{{annotation: example.com/config}}\n"));
    let (_, stdout, _) = run_in(&dir, "a", "stamp app.yaml");
    assert!(stdout.contains("rollstamp.dev/checksum: "), "{stdout}");
}

#[test]
fn paths_and_patterns_count_from_the_directory_of_the_options_file() {
    let spec = "{exclude: [services/web/old], context: [shared], baseline: known.json}";
    let Some(dir) = repository(spec) else { return };
    let (config, workload) = APP.split_once("---\n").unwrap();
    dir.put("repo/services/web/app.yaml", workload);
    dir.put("repo/services/web/old/app.yaml", workload.replace("name: web", "name: old"));
    dir.put("repo/shared/env.yaml", config);
    let (status, _, stderr) = run_in(&dir, "repo/services/web", "links --write-baseline ../../known.json --strict .");
    assert_eq!(status, 0, "{stderr}");
    for (directory, path) in [("repo/services/web", "."), ("repo/services", "web"), ("repo", "services")] {
        let (status, stdout, stderr) = run_in(&dir, directory, &format!("links --strict {path}"));
        assert_eq!(status, 0, "{directory}: {stderr}");
        assert!(stdout.contains("Deployment/web") && stdout.contains("resolved"), "{directory}: {stdout}");
        assert!(!stdout.contains("Deployment/old"), "{directory}: {stdout}");
    }
}
