//! What a release consists of: the archive, and what rollstamp prints about itself.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use sha2::{Digest, Sha256};

use crate::support::shell::Dir;

/// Makes the archive of a binary and returns its path.
pub fn archive(binary: &Path, target: &str, directory: &Path) -> PathBuf {
    fs::create_dir_all(directory).unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/archive");
    let output = Command::new(script).args([binary, Path::new(target), directory]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    PathBuf::from(String::from_utf8(output.stdout).unwrap().trim())
}

/// The binary under test without what only a debugger needs; says so where that cannot be had.
pub fn small_binary(dir: &Dir) -> Option<PathBuf> {
    let small = dir.path("rollstamp");
    let strip = Command::new("strip").arg("-o").arg(&small).arg(env!("CARGO_BIN_EXE_rollstamp")).status();
    match strip {
        Ok(status) => assert!(status.success()),
        Err(_) => {
            println!("skipped: strip is not installed");
            return None;
        }
    }
    Some(small)
}

/// Variables by which `cargo install` builds fast instead of well, once for all tests.
pub fn quick_release() -> Vec<(&'static str, String)> {
    let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/install");
    let settings = [("LTO", "false"), ("CODEGEN_UNITS", "16"), ("OPT_LEVEL", "0"), ("STRIP", "false")];
    let [lto, units, level, strip] = settings.map(|(_, value)| value.to_owned());
    vec![
        ("CARGO_TARGET_DIR", target.to_str().unwrap().to_owned()),
        ("CARGO_PROFILE_RELEASE_LTO", lto),
        ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", units),
        ("CARGO_PROFILE_RELEASE_OPT_LEVEL", level),
        ("CARGO_PROFILE_RELEASE_STRIP", strip),
        // What a build of the tests needed is here already.
        ("CARGO_NET_OFFLINE", "true".to_owned()),
    ]
}

pub fn sha256(file: &Path) -> String {
    hex::encode(Sha256::digest(fs::read(file).unwrap()))
}

#[test]
fn an_archive_holds_what_it_should() {
    let dir = Dir::with(&[]);
    let Some(binary) = small_binary(&dir) else { return };
    let target = "x86_64-unknown-linux-musl";
    let made = archive(&binary, target, &dir.path("out"));
    let name = format!("rollstamp-v{}-{target}", env!("CARGO_PKG_VERSION"));
    assert_eq!(made, dir.path("out").join(format!("{name}.tar.gz")));

    let unpacked = Command::new("tar").arg("-xzf").arg(&made).current_dir(dir.root()).status().unwrap();
    assert!(unpacked.success());
    let files: Vec<String> = dir.files(&name).into_iter().map(|(path, _)| path).collect();
    for file in ["LICENSE-APACHE", "LICENSE-MIT", "README.md", "complete/_rollstamp", "complete/rollstamp.bash"] {
        assert!(files.iter().any(|path| path == file), "{file} is not in {files:?}");
    }
    for file in ["complete/rollstamp.fish", "doc/rollstamp.1", "doc/rollstamp-stamp.1", "rollstamp"] {
        assert!(files.iter().any(|path| path == file), "{file} is not in {files:?}");
    }
    // Every page that the first one refers to is there.
    let first = dir.get(&format!("{name}/doc/rollstamp.1"));
    let verbs: Vec<&str> =
        first.lines().filter_map(|line| line.strip_prefix("rollstamp\\-")?.strip_suffix("(1)")).collect();
    assert!(verbs.len() >= 5, "{first}");
    assert!(verbs.iter().all(|verb| files.contains(&format!("doc/rollstamp-{verb}.1"))), "{verbs:?} {files:?}");
    let ran = Command::new(dir.path(&format!("{name}/rollstamp"))).arg("--version").output().unwrap();
    assert_eq!(String::from_utf8(ran.stdout).unwrap(), format!("rollstamp {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn the_same_binary_gives_the_same_archive() {
    let dir = Dir::with(&[]);
    let Some(binary) = small_binary(&dir) else { return };
    let version = Command::new("tar").arg("--version").output().unwrap();
    if !String::from_utf8_lossy(&version.stdout).contains("GNU") {
        println!("skipped: tar is not GNU's");
        return;
    }
    let made = ["a", "b"].map(|place| sha256(&archive(&binary, "t", &dir.path(place))));
    assert_eq!(made[0], made[1]);
}

#[test]
fn completions_are_scripts_of_their_shells() {
    let dir = Dir::with(&[]);
    for (shell, check) in
        [("bash", Some("bash")), ("zsh", Some("zsh")), ("fish", Some("fish")), ("powershell", None), ("elvish", None)]
    {
        let ran = dir.run(&format!("completions {shell}"));
        assert_eq!(ran.status, 0, "{}", ran.stderr);
        for word in ["stamp", "explain", "secret-key-file"] {
            assert!(ran.stdout.contains(word), "{shell} does not know {word}");
        }
        let Some(program) = check else { continue };
        dir.put("script", &ran.stdout);
        match Command::new(program).arg("-n").arg(dir.path("script")).stderr(Stdio::piped()).output() {
            Ok(output) => assert!(output.status.success(), "{shell}: {}", String::from_utf8_lossy(&output.stderr)),
            Err(_) => println!("skipped: {program} is not installed"),
        }
    }
    assert_eq!(dir.run("completions tcsh").status, 2);
}

#[test]
fn bash_completes_verbs_and_values() {
    let dir = Dir::with(&[]);
    dir.put("script", dir.run("completions bash").stdout);
    let complete = |line: &str| {
        let words: Vec<String> = line.split(' ').map(|word| format!("'{word}'")).collect();
        let ask = format!(
            "source ./script; COMP_WORDS=({}); COMP_CWORD={}; _rollstamp rollstamp \"${{COMP_WORDS[COMP_CWORD]}}\" \
             \"${{COMP_WORDS[COMP_CWORD-1]}}\"; echo \"${{COMPREPLY[@]}}\"",
            words.join(" "),
            words.len() - 1
        );
        let output = Command::new("bash").args(["-c", &ask]).current_dir(dir.root()).output().unwrap();
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    };
    assert_eq!(complete("rollstamp exp"), "explain");
    assert_eq!(complete("rollstamp stamp --roll-on "), "any frozen");
    assert_eq!(complete("rollstamp stamp --check --format g"), "github gitlab");
    assert_eq!(
        complete("rollstamp kustomize "),
        "-q -v -h --quiet --verbose --color --help --timeout install uninstall init help"
    );
    assert_eq!(complete("rollstamp man st"), "stamp");
}

#[test]
fn completions_offer_what_the_help_lists() {
    let dir = Dir::with(&[]);
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = dir.run(&format!("completions {shell}")).stdout;
        assert!(!script.contains("Run as the plugin") && !script.contains("kustomize__subcmd__plugin"), "{shell}");
        assert!(script.contains("uninstall"), "{shell}");
    }
    // Of the flags that begin with `no-`, those that the help lists.
    let bash = dir.run("completions bash").stdout;
    let help: String = ["stamp", "rename", "links", "impact", "explain", "apps", "kinds", "krm"]
        .map(|verb| dir.run(&format!("{verb} -h")).stdout)
        .concat();
    let mut count = 0;
    for word in bash.split([' ', '"']).filter(|word| word.starts_with("--no-")) {
        assert!(help.contains(&format!(" {word} ")), "{word}");
        count += 1;
    }
    assert!(count > 0, "no flag was found");
}

#[test]
fn manual_pages_are_pages() {
    let dir = Dir::with(&[]);
    for (args, title) in [("man", ".TH rollstamp 1"), ("man stamp", ".TH rollstamp-stamp 1")] {
        let ran = dir.run(args);
        assert_eq!(ran.status, 0, "{}", ran.stderr);
        assert!(ran.stdout.contains(title), "{}", ran.stdout);
        for heading in [".SH \"EXAMPLES\"", ".SH \"EXIT STATUS\"", ".SH VERSION"] {
            assert!(ran.stdout.contains(heading) && !ran.stdout.contains(".SH EXTRA"), "{heading}: {}", ran.stdout);
        }
        dir.put("page", &ran.stdout);
        match Command::new("groff").args(["-man", "-ww", "-z", "page"]).current_dir(dir.root()).output() {
            Ok(output) => assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{args}"),
            Err(_) => println!("skipped: groff is not installed"),
        }
    }
    dir.run("man stmp").fails("unknown command stmp; did you mean stamp?");
    dir.run("man nothing-like-it").fails("unknown command nothing-like-it; expected one of stamp, rename");
}

#[test]
fn package_holds_what_is_built_and_nothing_else() {
    let cargo = std::env::var("CARGO").unwrap_or("cargo".to_owned());
    let mut command = Command::new(cargo);
    command.args(["package", "--list", "--allow-dirty", "--offline"]).current_dir(env!("CARGO_MANIFEST_DIR"));
    let output = command.output().unwrap();
    let listed = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let made = ["Cargo.lock", "Cargo.toml", "Cargo.toml.orig", ".cargo_vcs_info.json"];
    let texts = ["CHANGELOG.md", "LICENSE-APACHE", "LICENSE-MIT", "README.md"];
    for path in listed.lines() {
        assert!(path.starts_with("src/") || made.contains(&path) || texts.contains(&path), "{path}");
    }
    for path in ["src/lib.rs", "src/bin/rollstamp/main.rs", "src/report/format/html/page.js", "LICENSE-MIT"] {
        assert!(listed.lines().any(|listed| listed == path), "{path} is not in the package");
    }
}

#[test]
fn cargo_binstall_finds_the_archive_and_the_binary_in_it() {
    let manifest = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml")).unwrap();
    let value = |key: &str| {
        let line = manifest.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(" = \"")?.strip_suffix('"'));
        let words = [
            ("{ repo }", "REPO"),
            ("{ name }", "rollstamp"),
            ("{ bin }", "rollstamp"),
            ("{ version }", env!("CARGO_PKG_VERSION")),
            ("{ target }", "t"),
            ("{ binary-ext }", ""),
        ];
        words.into_iter().fold(line.unwrap().to_owned(), |text, (word, value)| text.replace(word, value))
    };
    let dir = Dir::with(&[]);
    let Some(binary) = small_binary(&dir) else { return };
    let made = archive(&binary, "t", &dir.path("out"));
    let name = made.file_name().unwrap().to_str().unwrap();
    assert_eq!(value("pkg-url"), format!("REPO/releases/download/v{}/{name}", env!("CARGO_PKG_VERSION")));
    let listed = Command::new("tar").arg("-tzf").arg(&made).output().unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();
    assert!(listed.lines().any(|path| path == value("bin-dir")), "{listed}");
}

#[test]
fn the_image_holds_the_binary_and_runs_it() {
    let Some(buildah) =
        crate::support::peers::directory_of("buildah").filter(|_| crate::support::peers::may_run_images())
    else {
        return;
    };
    let Some(binary) = crate::host_argocd::image::static_binary() else {
        println!("skipped: there is no static binary of this source, scripts/build-static makes it");
        return;
    };
    let dir = Dir::with(&[("work/app.yaml", crate::support::shell::APP)]);
    fs::create_dir_all(dir.path("context/amd64")).unwrap();
    fs::copy(binary, dir.path("context/amd64/rollstamp")).unwrap();
    let dockerfile = Path::new(env!("CARGO_MANIFEST_DIR")).join("container/Dockerfile");
    let buildah = |args: &[&str]| {
        let mut command = Command::new(buildah.join("buildah"));
        command.args(["--storage-driver", "vfs", "--root"]).arg(dir.path("storage"));
        let output = command.arg("--runroot").arg(dir.path("run")).args(args).output().unwrap();
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    };
    let (file, context) = (dockerfile.to_str().unwrap(), dir.path("context"));
    let args =
        ["bud", "--quiet", "--isolation", "chroot", "--pull-never", "--build-arg", "TARGETARCH=amd64", "-f", file];
    buildah(&[&args[..], &["-t", "ours", context.to_str().unwrap()]].concat());
    let inspected: serde_json::Value = serde_json::from_str(&buildah(&["inspect", "--type", "image", "ours"])).unwrap();
    let config = &inspected["OCIv1"]["config"];
    assert_eq!(config["Entrypoint"], serde_json::json!(["/usr/local/bin/rollstamp"]));
    assert_eq!((config["User"].as_str(), config["WorkingDir"].as_str()), (Some("65532:65532"), Some("/work")));

    let root = PathBuf::from(buildah(&["mount", &buildah(&["from", "--pull-never", "localhost/ours"])]));
    fs::copy(dir.path("work/app.yaml"), root.join("work/app.yaml")).unwrap();
    let mut command = Command::new("unshare");
    command.args(["--setgid", "65532", "--setuid", "65532", "--wd", "/work", "--root"]).arg(root);
    let output = command.args(["/usr/local/bin/rollstamp", "stamp", "app.yaml"]).env_clear().output().unwrap();
    assert!(String::from_utf8_lossy(&output.stdout).contains("rollstamp.dev/checksum"), "{output:?}");
}
