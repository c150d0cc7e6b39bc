//! Texts made to take all time or memory: each run ends in seconds, with memory in proportion to the text, and with a
//! clear error or a right answer.

use std::fmt::Write;
use std::process::Stdio;

use crate::support::measure::{Bounds, run_bounded};
use crate::support::shell::Dir;

const CONFIG: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: env}\ndata:\n";

const USER: &str = "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {template: {spec: {containers: \
                    [{name: a, image: i, envFrom: [{configMapRef: {name: env}}]}]}}}\n";

/// So many lines.
fn lines(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).map(line).collect()
}

/// Runs every verb on a text, within bounds: a part of what the first one says, or a status without a word.
#[track_caller]
fn check(name: &str, text: &str, megabytes: u64, expected: &str) {
    let dir = Dir::with(&[(name, text)]);
    for verb in ["stamp --check", "rename --check", "links", "explain --workload deploy/web", "impact --base empty"] {
        dir.put("empty", "");
        let mut args: Vec<&str> = verb.split(' ').collect();
        args.extend(["--max-file-size", "200MiB", name]);
        let ran = run_bounded(dir.command(&args).stdin(Stdio::null()), Bounds { seconds: 90, megabytes });
        assert!(matches!(ran.status, 0..=2), "{verb}: {}", ran.stderr);
        if verb == "stamp --check" {
            let found = ran.stderr.contains(expected) || ran.stdout.contains(expected);
            let shown: String = ran.stderr.chars().take(2_000).collect();
            assert!(found, "{name}: {expected:?} is not in {shown}");
        }
    }
}

#[test]
fn aliases_do_not_multiply() {
    let bomb = |open: &str, close: &str| {
        let mut text = String::from("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: env}\n");
        text.push_str("x0: &x0 {a: b}\n");
        for at in 1..30 {
            let before = at - 1;
            let aliases = vec![format!("*x{before}"); 9].join(", ");
            writeln!(text, "x{at}: &x{at} {open}{aliases}{close}").unwrap();
        }
        format!("{text}{USER}")
    };
    check("bomb.yaml", &bomb("[", "]"), 100, "aliases expand this document beyond the limit of Kubernetes");
    check("merges.yaml", &bomb("{<<: [", "]}"), 100, "aliases expand this document beyond the limit of Kubernetes");
    let anchors = lines(120_000, |key| format!("  k{key}: &a{key} v\n"));
    check("anchors.yaml", &format!("{CONFIG}{anchors}{USER}"), 200, "more than 100000 anchors");
}

#[test]
fn nesting_is_limited() {
    let nested = format!("{CONFIG}  a: {}\n{USER}", "[".repeat(1_000_000));
    check("nested.yaml", &nested, 100, "nested deeper than 1000 levels; raise the limit by `--max-depth`");
    let json = format!("{{\"kind\": \"ConfigMap\", \"a\": {}", "[".repeat(2_000_000));
    check("nested.json", &json, 100, "nested deeper than 1000 levels");
    let braces = format!("{CONFIG}  a: {}\n{USER}", "{{ ".repeat(1_000_000));
    check("braces.yaml", &braces, 100, "nested deeper than 1000 levels");
}

#[test]
#[ignore = "slow: reads large texts in every verb"]
fn large_texts_take_memory_in_proportion() {
    let scalar = format!("{CONFIG}  a: {}\n{USER}", "x".repeat(100_000_000));
    check("scalar.yaml", &scalar, 700, "its content has 100000000 bytes; Kubernetes accepts at most 1048576");
    let block = format!("{CONFIG}  a: |\n{}{USER}", "    some text\n".repeat(3_000_000));
    check("block.yaml", &block, 400, "its content has 30000000 bytes");
    check("documents.yaml", &"a: 1\n---\n".repeat(1_000_000), 600, "nothing to stamp");
    let keys = lines(300_000, |key| format!("  k{key}: v\n"));
    check("keys.yaml", &format!("{CONFIG}{keys}{USER}"), 600, "1 workload to stamp");
    let errors = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: env}\ndata: {a: [\n---\n".repeat(20_000);
    check("errors.yaml", &errors, 400, "expected a value");
}

#[test]
fn many_objects_of_one_name_take_linear_time() {
    // Each reference could mean each of the configs, since it names no namespace.
    let configs = lines(1_000, |number| {
        format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: env, namespace: n{number}}}\ndata: {{a: b}}\n---\n")
    });
    let users = lines(500, |number| USER.replace("name: web", &format!("name: web{number}")));
    check("same.yaml", &format!("{configs}{users}"), 300, "500 workloads to stamp");
    let different = lines(1_000, |number| {
        format!("{CONFIG}  a: b{number}\n---\n").replace("name: env", &format!("name: env, namespace: n{number}"))
    });
    check("different.yaml", &format!("{different}{users}"), 300, "nothing to stamp");
    let references = "{configMapRef: {name: env}}, ".repeat(2_000);
    let user = USER.replace("{configMapRef: {name: env}}", &references);
    check("references.yaml", &format!("{CONFIG}  a: b\n{user}"), 300, "1 workload to stamp");
}
