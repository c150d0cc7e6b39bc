//! What only the command line may allow: commands of the options file, and the network.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::support::shell::{Dir, Ran};

const CONFIG: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: env}\ndata: {A: b}\n";

/// A repository whose options file declares an application with a command, which leaves a trace when it is run.
fn with_command() -> Dir {
    let dir = Dir::with(&[
        (
            "rollstamp.yaml",
            "apiVersion: rollstamp.dev/v1\nkind: Rollstamp\nspec:\n  repository:\n    applications:\n    - {name: web, paths: \
             [web], inputs: ['shared/*.txt'], command: [web/render.sh, -x, a b]}\n",
        ),
        ("web/a.txt", "a"),
        ("shared/b.txt", "b"),
        ("private/key.txt", "k"),
    ]);
    let script = format!(
        "#!/bin/sh\n{{ echo \"$#:$2:$SECRET_TOKEN:$HOME\"; find . -type f | sort; }} > {}\ncat <<END\n{CONFIG}END\n",
        dir.path("trace").display()
    );
    dir.put("web/render.sh", script);
    dir
}

fn run(dir: &Dir, args: &[&str]) -> Ran {
    let mut command = dir.command(args);
    command.env("SECRET_TOKEN", "hush").env("XDG_CACHE_HOME", dir.path("cache"));
    Ran::of(&mut command)
}

#[test]
fn a_command_is_run_only_with_the_flag_and_in_a_copy_of_its_inputs() {
    let dir = with_command();
    let listed = run(&dir, &["apps"]);
    assert!(listed.stdout.contains("its `command` is run only with --allow-exec"), "{}", listed.stdout);
    let links = run(&dir, &["links", "--apps"]);
    links.says("web is unknown: its `command` is run only with --allow-exec");
    assert!(!dir.path("trace").exists());
    let ran = run(&dir, &["links", "--apps", "--allow-exec"]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    ran.says("1 rendered");
    let trace = dir.get("trace");
    let (first, files) = trace.split_once('\n').unwrap();
    assert!(first.starts_with("2:a b::/") && first.ends_with("/home"), "{first}");
    assert_eq!(files, "./shared/b.txt\n./web/a.txt\n./web/render.sh\n");
}

#[test]
fn the_options_file_cannot_allow_anything() {
    let dir = with_command();
    for field in ["allowExec", "allowNetwork"] {
        for place in [format!("  {field}: true\n"), format!("  repository: {{{field}: true}}\n")] {
            dir.put("rollstamp.yaml", format!("apiVersion: rollstamp.dev/v1\nkind: Rollstamp\nspec:\n{place}"));
            let ran = run(&dir, &["links", "--apps"]);
            assert_eq!(ran.status, 2, "{}", ran.stderr);
            ran.says(field);
        }
    }
    for command in ["[]", "['']", "[a], kustomize: {}"] {
        let row = format!("{{name: web, paths: [web], command: {command}}}");
        dir.put(
            "rollstamp.yaml",
            format!("apiVersion: rollstamp.dev/v1\nkind: Rollstamp\nspec: {{repository: {{applications: [{row}]}}}}\n"),
        );
        let ran = run(&dir, &["apps"]);
        assert_eq!(ran.status, 2, "{command}: {}", ran.stderr);
        ran.says("spec.repository.applications: web: ");
    }
    assert!(!dir.path("trace").exists());
}

#[test]
fn a_command_outside_of_the_repository_is_not_made_a_program() {
    let dir = with_command();
    dir.put("rollstamp.yaml", dir.get("rollstamp.yaml").replace("web/render.sh", "../render.sh"));
    let ran = run(&dir, &["links", "--apps", "--allow-exec"]);
    ran.says("../render.sh is not a file of the repository");
    dir.run("links --allow-exec web").fails("--allow-exec needs --apps");
}

/// A server that answers every request with one text, and counts the requests.
fn serve(text: String) -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let requests = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&requests);
    thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { continue };
            counted.fetch_add(1, Ordering::SeqCst);
            let _ = stream.read(&mut [0; 4096]);
            let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", text.len());
            let _ = stream.write_all(format!("{head}{text}").as_bytes());
        }
    });
    (port, requests)
}

#[test]
fn the_network_is_reached_only_with_the_flag() {
    if crate::support::peers::Kustomize::all().is_empty() {
        return;
    }
    let (port, requests) = serve(CONFIG.to_owned());
    let web = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {template: {spec: {containers: [{name: app, \
               image: app, envFrom: [{configMapRef: {name: env}}]}]}}}\n";
    let dir = Dir::with(&[
        ("app/kustomization.yaml", &format!("resources:\n- web.yaml\n- http://127.0.0.1:{port}/env.yaml\n")),
        ("app/web.yaml", web),
        (
            "chart/Chart.yaml",
            "apiVersion: v2\nname: chart\nversion: 1.0.0\ndependencies: [{name: db, version: 1.0.0, repository: \
         'https://charts.example.com'}]\n",
        ),
    ]);
    let ran = run(&dir, &["links", "--apps"]);
    assert_eq!(requests.load(Ordering::SeqCst), 0);
    ran.says("1 of them partial");
    ran.says("the dependency db is not in charts/");
    let ran = run(&dir, &["links", "--apps", "--allow-network", "--format", "json", "app"]);
    assert!(requests.load(Ordering::SeqCst) > 0, "{}", ran.stderr);
    let report: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(report["applications"][0]["status"], "rendered", "{}", ran.stderr);
    assert_eq!(report["links"].as_array().map(Vec::len), Some(1), "{}", ran.stdout);
}
