//! The page that runs the library as WebAssembly, in a real browser.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::browser::{pictures, script, succeeds};
use crate::support::peers::{installed, peers};
use crate::support::shell::Dir;

const EXAMPLE: &str = include_str!("../../playground/examples/envFrom.yaml");

/// The page around the module that `test.sh` builds; says so where there is none.
fn page(dir: &Dir) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let module = root.join("target/playground/wasm32-unknown-unknown/release/rollstamp_playground.wasm");
    let Some(python) = installed("python3").filter(|_| module.is_file()) else {
        println!("skipped: the module of the playground is not built; test.sh does it");
        return None;
    };
    let page = dir.path("playground.html");
    let mut build = Command::new(python);
    build.arg(root.join("playground/build.py")).arg(&page).arg("--module").arg(module);
    let output = build.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    print!("{}", String::from_utf8_lossy(&output.stdout));
    Some(page)
}

/// The stamp of the one workload of a text, by the command.
fn stamp_of(dir: &Dir, text: &str) -> String {
    dir.put("manifests.yaml", text);
    let report: serde_json::Value =
        serde_json::from_str(&dir.run("stamp --check --format json manifests.yaml").stdout).unwrap();
    report["changes"][0]["new"].as_str().unwrap().to_owned()
}

#[test]
fn its_lock_file_has_the_dependencies_of_the_library() {
    let cargo = std::env::var("CARGO").unwrap_or("cargo".to_owned());
    let mut command = Command::new(cargo);
    command.args(["metadata", "--locked", "--offline", "--format-version", "1", "--manifest-path"]);
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("playground/Cargo.toml");
    let output = command.arg(manifest).output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    let update = "run `cargo update --manifest-path playground/Cargo.toml rollstamp`";
    // What is not downloaded here is no fault of the lock file.
    let is_stale = stderr.contains("--locked was passed") || stderr.contains("needs to be updated");
    assert!(!is_stale, "playground/Cargo.lock is old; {update}: {stderr}");
}

#[test]
fn the_playground_stamps_what_is_typed() {
    let dir = Dir::with(&[]);
    let Some(page) = page(&dir) else { return };
    let Some(mut command) = script("playground.mjs") else { return };
    let stamps = serde_json::json!({
        "info": stamp_of(&dir, EXAMPLE),
        "debug": stamp_of(&dir, &EXAMPLE.replace("LOG_LEVEL: info", "LOG_LEVEL: debug")),
    });
    dir.put("stamps.json", stamps.to_string());
    command.arg(page).arg(pictures()).arg(dir.path("stamps.json"));
    let axe = peers("axe-core/package/axe.min.js");
    if axe.is_file() {
        command.arg(axe);
    } else {
        println!("skipped: axe-core is not installed, so accessibility is not checked by it");
    }
    succeeds(command);
}
