//! `explain` prints the listing that a stamp is made of, so that anybody can check a stamp without us.

use std::process::{Command, Stdio};

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use crate::support::shell::{APP, Dir};

const MECHANISMS: &str = include_str!("../../testdata/mechanisms/app.yaml");

fn sha256(text: impl AsRef<[u8]>) -> String {
    hex::encode(Sha256::digest(text))
}

/// The stamp in a stamped text.
fn stamp_in(text: &str) -> String {
    let (_, rest) = text.split_once("rollstamp.dev/checksum: \"").unwrap_or_else(|| panic!("no stamp in:\n{text}"));
    rest[..64].to_owned()
}

#[test]
fn the_hash_of_the_listing_is_the_stamp() {
    let dir = Dir::with(&[("app.yaml", MECHANISMS), ("key", "pepper\n")]);
    let mut stamps = Vec::new();
    for flags in ["", "--roll-on frozen", "--secret-key-file key", "--roll-on frozen --secret-key-file key"] {
        let listing = dir.run(&format!("explain --workload Deployment/web {flags} app.yaml"));
        let stamped = dir.run(&format!("stamp {flags} app.yaml"));
        assert_eq!((listing.status, stamped.status), (0, 0), "{flags}: {}", listing.stderr);
        assert_eq!(sha256(&listing.stdout), stamp_in(&stamped.stdout), "{flags}:\n{}", listing.stdout);
        stamps.push(stamp_in(&stamped.stdout));
    }
    stamps.sort();
    stamps.dedup();
    assert_eq!(stamps.len(), 4, "each of the flags makes a difference here");
}

#[test]
fn the_secret_key_can_come_from_the_environment() {
    let dir = Dir::with(&[("app.yaml", MECHANISMS), ("key", "pepper\n"), ("other", "salt")]);
    let args = ["explain", "--workload", "Deployment/web", "app.yaml"];
    let with_env = |more: &[&str]| {
        let mut command = dir.command(&[&args[..], more].concat());
        String::from_utf8(command.env("ROLLSTAMP_SECRET_KEY_FILE", "key").output().unwrap().stdout).unwrap()
    };
    let with = |flags: &str| dir.run(&format!("{} {flags}", args.join(" "))).stdout;
    assert_eq!(with_env(&[]), with("--secret-key-file key"));
    assert_ne!(with_env(&[]), with(""));
    assert_eq!(with_env(&["--secret-key-file", "other"]), with("--secret-key-file other"), "the flag wins");

    let password = listed(&with_env(&[]), "Secret/db/password");
    let mac = Hmac::<Sha256>::new_from_slice(b"pepper").unwrap().chain_update("s3cr3t").finalize();
    assert_eq!(password, hex::encode(mac.into_bytes()), "one final newline is no part of the key");
    assert_eq!(listed(&with(""), "Secret/db/password"), sha256("s3cr3t"));
    let config = "ConfigMap/env/LEVEL";
    assert_eq!(listed(&with_env(&[]), config), listed(&with(""), config), "only lines of Secrets are keyed");
}

/// The hash that a listing has for a path.
fn listed(listing: &str, path: &str) -> String {
    let line = listing.lines().find_map(|line| line.strip_suffix(path)?.strip_suffix("  "));
    line.unwrap_or_else(|| panic!("{path} is not in:\n{listing}")).to_owned()
}

#[test]
fn the_listing_has_the_keys_that_reach_a_container() {
    let dir = Dir::with(&[("app.yaml", MECHANISMS)]);
    let paths = |flags: &str| -> Vec<String> {
        let listing = dir.run(&format!("explain --workload Deployment/web {flags} app.yaml")).stdout;
        listing.lines().map(|line| line[66..].to_owned()).collect()
    };
    let frozen = [
        "ConfigMap/env/LEVEL",
        "ConfigMap/env/MODE",
        "ConfigMap/files/app.conf",
        // Mounted whole by the init container, which does not see a refreshed file.
        "ConfigMap/files/other.conf",
        "ConfigMap/files/sub.conf",
        "ConfigMap/fixed/a",
        "Secret/db/password",
        "Secret/db/username",
    ];
    let live = ["Secret/tls/tls.crt", "Secret/tls/tls.key"];
    assert_eq!(paths("--roll-on frozen"), frozen);
    let mut any = [&frozen[..], &live[..]].concat();
    any.sort_unstable();
    assert_eq!(paths(""), any);
}

#[test]
fn sha256sum_gives_the_stamp_from_value_files() {
    let dir = Dir::with(&[("app.yaml", MECHANISMS)]);
    for (path, value) in [
        ("ConfigMap/env/LEVEL", "info"),
        ("ConfigMap/env/MODE", "fast"),
        ("ConfigMap/files/app.conf", "a = 1\n"),
        ("ConfigMap/files/other.conf", "b = 2\n"),
        ("ConfigMap/files/sub.conf", "x"),
        ("ConfigMap/fixed/a", "1"),
        ("Secret/db/password", "s3cr3t"),
        ("Secret/db/username", "web"),
        ("Secret/tls/tls.crt", "hi"),
        ("Secret/tls/tls.key", "hi"),
    ] {
        dir.put(path, value);
    }
    let script = "sha256sum ConfigMap/env/* ConfigMap/files/* ConfigMap/fixed/* Secret/db/* Secret/tls/* | sha256sum";
    let have = Command::new("sha256sum").arg("--version").stdout(Stdio::null()).status().is_ok();
    if !have {
        println!("skipped: there is no sha256sum");
        return;
    }
    let shell = Command::new("sh").args(["-c", script]).env("LC_ALL", "C").current_dir(dir.root()).output().unwrap();
    let sum = String::from_utf8(shell.stdout).unwrap();
    assert_eq!(sum, format!("{}  -\n", stamp_in(&dir.run("stamp app.yaml").stdout)));
}

#[test]
fn a_workload_is_found_by_its_name() {
    let dir = Dir::with(&[("app.yaml", MECHANISMS)]);
    let listing = dir.run("explain --workload Deployment/web app.yaml").stdout;
    dir.run("explain --workload deployment/web app.yaml").prints(&listing);
    dir.run("explain --workload prod/Deployment/web --namespace prod app.yaml").prints(&listing);
    dir.run("explain --workload Deployment/web --namespace prod app.yaml").prints(&listing);
    dir.run("explain --workload Deployment/nope app.yaml")
        .fails("error: no workload Deployment/nope in the input; found: Deployment/web");
    dir.run("explain --workload dev/Deployment/web --namespace prod app.yaml")
        .fails("error: no workload dev/Deployment/web in the input; did you mean prod/Deployment/web?");
    dir.run("explain app.yaml").fails("--workload <[KIND/]NAME>");
    dir.put("copy.yaml", MECHANISMS);
    dir.run("explain --workload Deployment/web .").fails("Deployment/web is in the input more than once");
}

#[test]
fn a_workload_without_a_stamp_is_told_so() {
    let bare = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: bare}
spec: {template: {spec: {containers: [{name: c, image: i}]}}}
";
    let ran = Dir::with(&[("app.yaml", bare)]).run("explain --workload Deployment/bare app.yaml");
    ran.prints("");
    ran.says("note: Deployment/bare: no stamp: it does not consume config that digests include");

    let job = APP.replace("apps/v1", "batch/v1").replace("Deployment", "Job");
    let ran = Dir::with(&[("app.yaml", &job)]).run("explain --workload Job/web app.yaml");
    assert_eq!((ran.status, ran.stdout.lines().count()), (0, 1));
    ran.says("note: Job/web: not stamped: the template of a Job cannot change once it is applied");
}

#[test]
fn a_rollout_with_a_template_elsewhere_says_where() {
    let rollout = "\
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: canary}
spec: {workloadRef: {apiVersion: apps/v1, kind: Deployment, name: web}}
---
";
    let dir = Dir::with(&[("app.yaml", &(rollout.to_owned() + APP))]);
    let ran = dir.run("explain --workload Rollout/canary .");
    assert_eq!((ran.status, ran.stdout.as_str()), (0, ""));
    ran.says("Rollout/canary: its pod template is that of Deployment/web; explain that workload");
}
