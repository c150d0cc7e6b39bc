//! What package managers get of a release: wheels, packages of npm, and the files that name its archives.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::release::{archive, sha256, small_binary};
use crate::support::peers::{installed, python_tool};
use crate::support::shell::{APP, Dir};

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Python, with the script that packs; says so where there is none.
fn pack(what: &str, release: &Path, to: &Path) -> Option<Output> {
    let Some(python) = installed("python3") else {
        println!("skipped: python3 is not installed");
        return None;
    };
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging/pack.py");
    let mut command = Command::new(python);
    command.arg("-B").arg(script).arg(what).arg(release).arg(to);
    Some(command.output().unwrap())
}

/// The files that were packed.
fn packed(what: &str, dir: &Dir) -> Option<Vec<PathBuf>> {
    let output = pack(what, &dir.path("release"), &dir.path(what))?;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8(output.stdout).unwrap().lines().map(PathBuf::from).collect())
}

fn put_sums(dir: &Dir, names: &[String]) {
    let mut sums = String::new();
    for name in names {
        sums.push_str(&format!("{}  {name}\n", sha256(&dir.path(&format!("release/{name}")))));
    }
    dir.put("release/SHA256SUMS", sums);
}

/// A made-up release: archives of all targets, with nothing in them.
fn made_up_release() -> Dir {
    let dir = Dir::with(&[]);
    let targets = [
        "x86_64-unknown-linux-musl",
        "aarch64-unknown-linux-musl",
        "x86_64-apple-darwin",
        "aarch64-apple-darwin",
        "x86_64-pc-windows-msvc",
    ];
    let names = targets.map(|target| format!("rollstamp-v1.2.3-{target}.tar.gz"));
    for name in &names {
        dir.put(&format!("release/{name}"), name);
    }
    put_sums(&dir, &names);
    dir
}

#[track_caller]
fn succeeds(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{printed}{}", String::from_utf8_lossy(&output.stderr));
    printed
}

#[test]
#[ignore = "slow: packs and installs the binary three times"]
fn wheels_and_npm_packages_install_the_binary() {
    let dir = Dir::with(&[("k8s/app.yaml", APP)]);
    let Some(binary) = small_binary(&dir) else { return };
    let made = archive(&binary, "x86_64-unknown-linux-musl", &dir.path("release"));
    put_sums(&dir, &[made.file_name().unwrap().to_str().unwrap().to_owned()]);
    let Some(wheels) = packed("wheels", &dir) else { return };
    assert_eq!(wheels.len(), 1, "{wheels:?}");
    let printed = format!("rollstamp {VERSION}\n");

    if let Some(pip) = python_tool("pip") {
        let place = dir.path("installed");
        let mut install = Command::new(pip);
        install.args(["install", "--quiet", "--disable-pip-version-check", "--no-index", "--find-links"]);
        succeeds(install.arg(dir.path("wheels")).arg("--target").arg(&place).arg("rollstamp"));
        assert_eq!(succeeds(Command::new(place.join("bin/rollstamp")).arg("--version")), printed);
    }
    if let Some(pre_commit) = python_tool("pre-commit") {
        run_hook(&dir, &wheels[0], pre_commit);
    }
    let Some(npm) = installed("npm") else {
        println!("skipped: npm is not installed");
        return;
    };
    let packages = packed("npm", &dir).unwrap();
    assert_eq!(packages.len(), 2, "{packages:?}");
    dir.put("project/package.json", "{\"private\": true}");
    let mut install = Command::new(npm);
    install.args(["install", "--offline", "--no-audit", "--no-fund", "--silent"]).args(&packages);
    succeeds(install.current_dir(dir.path("project")));
    let launcher = dir.path("project/node_modules/.bin/rollstamp");
    assert_eq!(succeeds(Command::new(&launcher).arg("--version")), printed);
    let checked = Command::new(&launcher).args(["stamp", "--check", "k8s"]).current_dir(dir.root()).output().unwrap();
    assert_eq!(checked.status.code(), Some(1), "the exit status is that of the binary");
    fs::remove_dir_all(dir.path("project/node_modules/@rollstamp")).unwrap();
    let missing = Command::new(&launcher).output().unwrap();
    assert_eq!(missing.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&missing.stderr).contains("@rollstamp/linux-x64 is not installed"));
}

/// The hook of docs/ci.md that takes the wheel, with this wheel.
fn run_hook(dir: &Dir, wheel: &Path, pre_commit: PathBuf) {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/ci.md")).unwrap();
    let (_, hook) = page.split_once("    - repo: local\n").unwrap();
    let hook: String =
        hook.lines().take_while(|line| line.starts_with("    ")).map(|line| format!("{line}\n")).collect();
    let hook = hook.replace("rollstamp==VERSION", wheel.to_str().unwrap());
    dir.put(".pre-commit-config.yaml", format!("repos:\n    - repo: local\n{hook}"));
    let git = |args: &[&str]| succeeds(Command::new("git").args(args).current_dir(dir.root()));
    git(&["init", "--quiet"]);
    git(&["add", "k8s", ".pre-commit-config.yaml"]);
    let mut command = Command::new(pre_commit);
    command.args(["run", "--all-files", "--color=never"]).current_dir(dir.root());
    let output = command.env("PRE_COMMIT_HOME", dir.path(".git/pre-commit")).output().unwrap();
    let printed = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    if printed.contains("No matching distribution found for setuptools") {
        println!("skipped: pre-commit needs a network for an environment of Python");
        return;
    }
    assert!(printed.contains("k8s/app.yaml:14:5: Deployment/web: needs stamp"), "{printed}");
}

#[test]
fn files_for_package_managers_name_the_archives() {
    let dir = made_up_release();
    let Some(paths) = packed("manifests", &dir) else { return };
    assert_eq!(paths.len(), 5, "{paths:?}");
    for (path, targets) in paths.iter().zip([4, 5, 1, 2, 4]) {
        let text = fs::read_to_string(path).unwrap();
        assert!(text.contains("1.2.3"), "{}", path.display());
        assert_eq!(text.matches("/releases/download/v1.2.3/").count(), targets, "{}", path.display());
    }
    let text = |index: usize| fs::read_to_string(&paths[index]).unwrap();
    for name in ["x86_64-apple-darwin", "aarch64-unknown-linux-musl"] {
        let digest = sha256(&dir.path(&format!("release/rollstamp-v1.2.3-{name}.tar.gz")));
        assert!(text(0).contains(&digest) && text(1).contains(&digest), "{name}");
    }
    let scoop: serde_json::Value = serde_json::from_str(&text(2)).unwrap();
    assert_eq!(scoop["architecture"]["64bit"]["extract_dir"], "rollstamp-v1.2.3-x86_64-pc-windows-msvc");
    assert!(scoop["autoupdate"]["architecture"]["64bit"]["url"].as_str().unwrap().contains("/v$version/"));
    follows_the_rules_of_krew(&text(1));
    for (linter, args, index) in
        [("ruby", &["-wc"][..], 0), ("shellcheck", &[], 3), ("nix-instantiate", &["--parse"], 4)]
    {
        match installed(linter) {
            Some(program) => _ = succeeds(Command::new(program).args(args).arg(&paths[index])),
            None => println!("skipped: {linter} is not installed"),
        }
    }
}

/// The rules of `validate-krew-manifest`, as its source has them.
fn follows_the_rules_of_krew(text: &str) {
    let manifest: serde_json::Value = serde_yaml::from_str(text).unwrap();
    assert_eq!(manifest["apiVersion"], "krew.googlecontainertools.github.com/v1alpha2");
    assert_eq!((&manifest["kind"], &manifest["metadata"]["name"]), (&"Plugin".into(), &"rollstamp".into()));
    let spec = &manifest["spec"];
    assert_eq!(spec["version"], "v1.2.3");
    let description = spec["shortDescription"].as_str().unwrap();
    assert!(!description.is_empty() && description.len() <= 50 && !description.contains('\n'), "{description}");
    let platforms = spec["platforms"].as_array().unwrap();
    assert_eq!(platforms.len(), 5);
    for platform in platforms {
        let labels = platform["selector"]["matchLabels"].as_object().unwrap();
        assert_eq!(labels.keys().collect::<Vec<_>>(), ["os", "arch"]);
        let digest = platform["sha256"].as_str().unwrap();
        assert!(digest.len() == 64 && digest.bytes().all(|byte| byte.is_ascii_hexdigit()), "{digest}");
        assert!(platform["uri"].as_str().unwrap().ends_with(".tar.gz"));
        let files = platform["files"].as_array().unwrap();
        let bin = platform["bin"].as_str().unwrap();
        assert!(files[0]["from"].as_str().unwrap().ends_with(&format!("/{bin}")), "{files:?}");
        assert!(files.iter().all(|file| file["to"] == "."), "{files:?}");
        assert!(files.iter().any(|file| file["from"].as_str().unwrap().contains("LICENSE")), "krew asks for licenses");
    }
}

#[test]
fn packages_are_made_only_of_what_the_checksums_name() {
    let dir = made_up_release();
    dir.put("release/rollstamp-v1.2.3-x86_64-apple-darwin.tar.gz", "another one");
    let Some(output) = pack("manifests", &dir.path("release"), &dir.path("out")) else { return };
    assert!(String::from_utf8_lossy(&output.stderr).contains("its checksum is not that of SHA256SUMS"));
    fs::remove_file(dir.path("release/rollstamp-v1.2.3-x86_64-apple-darwin.tar.gz")).unwrap();
    let output = pack("manifests", &dir.path("release"), &dir.path("out")).unwrap();
    assert!(String::from_utf8_lossy(&output.stderr).contains("there is no archive for x86_64-apple-darwin"));
    assert!(!dir.path("out/homebrew").exists());
}
