//! The function in real kpt.

use std::process::Command;

use crate::support::peers::{directory_of, path_with};
use crate::support::shell::{APP, Dir, Ran};

const KPTFILE: &str = "\
apiVersion: kpt.dev/v1
kind: Kptfile
metadata:
  name: pkg
pipeline:
  mutators:
  - exec: rollstamp-krm
    configPath: rollstamp.yaml
  validators:
  - exec: rollstamp-krm --check --strict
";

const CONFIG: &str = "\
apiVersion: rollstamp.dev/v1
kind: Rollstamp
metadata:
  name: rollstamp
  annotations:
    config.kubernetes.io/local-config: \"true\"
spec:
  strategy: stamp
";

fn package() -> Dir {
    let app = APP.replace("\ndata:\n", "\n# how much is said\ndata:\n");
    let dir = Dir::with(&[("pkg/Kptfile", KPTFILE), ("pkg/rollstamp.yaml", CONFIG), ("pkg/app.yaml", &app)]);
    #[cfg(unix)]
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_rollstamp"), dir.path("rollstamp-krm")).unwrap();
    dir
}

/// Runs kpt, if it is there.
fn run(dir: &Dir, args: &[&str]) -> Option<Ran> {
    let mut command = Command::new(directory_of("kpt")?.join("kpt"));
    command.current_dir(dir.root()).args(args).env("PATH", path_with(dir.root()));
    let output = command.output().unwrap();
    Some(Ran {
        status: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    })
}

/// What `rollstamp` makes of the files themselves, as kpt would write it.
fn expected(dir: &Dir, verb: &str) -> Vec<(String, String)> {
    let plain = package();
    assert_eq!(plain.run(&format!("{verb} --write pkg --no-config")).status, 0);
    assert_ne!(plain.files("pkg"), package().files("pkg"));
    assert_ne!(plain.files("pkg"), Vec::new(), "{}", dir.root().display());
    plain.files("pkg")
}

#[test]
fn eval_changes_files_where_they_are() {
    for (strategy, verb) in [("strategy=stamp", "stamp"), ("strategy=rename", "rename")] {
        let dir = package();
        let args =
            ["fn", "eval", "pkg", "--exec", "rollstamp-krm --max-depth 50", "--results-dir", "res", "--", strategy];
        let Some(ran) = run(&dir, &args) else { return };
        assert_eq!(ran.status, 0, "{}", ran.stderr);
        assert_eq!(dir.files("pkg"), expected(&dir, verb));
        assert!(dir.get("res/results.yaml").contains("severity: info"), "{}", dir.get("res/results.yaml"));
    }
}

#[test]
fn eval_that_fails_leaves_everything_alone() {
    let dir = package();
    dir.put("pkg/app.yaml", APP.replace("configMapRef: {name: env}", "configMapRef: {name: lost}"));
    let before = dir.files("pkg");
    let args = ["fn", "eval", "pkg", "--exec", "rollstamp-krm", "--", "strict=true"];
    let Some(ran) = run(&dir, &args) else { return };
    assert_eq!(ran.status, 1);
    ran.says(
        "[error] apps/v1/Deployment/web spec.template.spec.containers[0].envFrom[0].configMapRef.name: ConfigMap/lost",
    );
    assert_eq!(dir.files("pkg"), before);
}

/// A check in place of a mutator must give everything back: kpt deletes what is not printed.
#[test]
fn a_check_loses_nothing() {
    let dir = package();
    assert_eq!(dir.run("stamp --write pkg --no-config").status, 0);
    let before = dir.files("pkg");
    let Some(ran) = run(&dir, &["fn", "eval", "pkg", "--exec", "rollstamp-krm", "--", "check=true"]) else { return };
    assert_eq!((ran.status, dir.files("pkg")), (0, before), "{}", ran.stderr);
}

#[test]
fn render_runs_the_pipeline() {
    let dir = package();
    let Some(ran) = run(&dir, &["fn", "render", "pkg", "--allow-exec"]) else { return };
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert_eq!(dir.files("pkg"), expected(&dir, "stamp"));
    ran.says("[info] apps/v1/Deployment/web: stamped");
}
