//! The links as drawings: Mermaid and DOT, read by the programs that draw them where those are installed.

use std::io::Write as _;
use std::process::{Command, Stdio};

use crate::support::peers;
use crate::support::shell::{APP, Dir};

const MECHANISMS: &str = include_str!("../../testdata/mechanisms/app.yaml");

/// Names that mean something to Mermaid, Graphviz or HTML.
pub const HOSTILE: &str = include_str!("../../testdata/mechanisms/hostile-names.yaml");

/// The names in [`HOSTILE`], as people are to see them.
pub const HOSTILE_NAMES: [&str; 7] = [
    "Deployment/end",
    "Deployment/say \"hi\" [x] (y) {z}",
    "ConfigMap/</script><img src=x onerror=alert(1)>",
    "ConfigMap/a#b;c&amp;d`e\\N%%{init}%%",
    "ConfigMap/größe-値-🚀",
    "Secret/$$x$$ **bold** :::style:#fff;",
    "ConfigMap/graph --> x",
];

fn drawn(dir: &Dir, format: &str) -> String {
    let ran = dir.run(&format!("links --format {format} ."));
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    ran.stdout
}

#[test]
fn mechanisms_are_drawn() {
    let dir = Dir::with(&[("app.yaml", MECHANISMS)]);
    insta::assert_snapshot!("links-mermaid", drawn(&dir, "mermaid"));
    insta::assert_snapshot!("links-dot", drawn(&dir, "dot"));
}

#[test]
fn namespaces_are_drawn_as_boxes_where_there_are_several() {
    let staging = APP.replace("metadata:\n  name", "metadata:\n  namespace: staging\n  name");
    let prod = staging.replace("staging", "prod");
    let dir = Dir::with(&[("app.yaml", &format!("{staging}---\n{prod}"))]);
    let mermaid = drawn(&dir, "mermaid");
    assert!(mermaid.contains("subgraph n0[\"prod\"]") && mermaid.contains("subgraph n1[\"staging\"]"), "{mermaid}");
    let dot = drawn(&dir, "dot");
    assert!(dot.contains("label=\"prod\"") && dot.contains("label=\"staging\""), "{dot}");
}

#[test]
fn a_chart_has_sixty_edges_unless_more_are_wanted() {
    let app = |number: usize| {
        APP.replace("name: env", &format!("name: env-{number}"))
            .replace("name: web\n", &format!("name: web-{number}\n"))
    };
    let apps: Vec<String> = (0..70).map(app).collect();
    let dir = Dir::with(&[("apps.yaml", &apps.join("---\n"))]);
    for (options, edges) in [("mermaid", 60), ("mermaid --max-edges 65", 65), ("mermaid --max-edges 500", 70)] {
        let chart = drawn(&dir, options);
        assert_eq!(chart.lines().filter(|line| line.contains("-->|")).count(), edges, "{options}");
        assert_eq!(chart.contains(&format!("not drawn: {} links", 70 - edges)), edges < 70, "{options}");
    }
    assert_eq!(dir.run("links --format mermaid --max-edges 501 .").status, 2);
}

/// GitHub draws no more than 500 edges and 50,000 characters.
#[test]
fn a_large_chart_is_cut_where_mermaid_would_refuse_it_and_says_so() {
    let app = |number: usize| {
        let name = format!("{}-{number}", "a-rather-long-name".repeat(3));
        APP.replace("name: env", &format!("name: {name}")).replace("name: web\n", &format!("name: {name}\n"))
    };
    for count in [300, 600] {
        let apps: Vec<String> = (0..count).map(app).collect();
        let broken = APP.split("---\n").nth(1).unwrap().replace("name: env", "name: nowhere");
        let text = format!("{}---\n{broken}", apps.join("---\n"));
        let mermaid = drawn(&Dir::with(&[("apps.yaml", &text)]), "mermaid --max-edges 500");
        assert!(mermaid.len() <= 50_000, "{}", mermaid.len());
        let edges = mermaid.lines().filter(|line| line.contains("-->|")).count();
        assert!((100..=500).contains(&edges), "{edges}");
        let left_out = count + 1 - edges;
        let note = format!(
            "rest[\"not drawn: {left_out} links, {left_out} configs, {left_out} workloads (see --format html)\"]"
        );
        assert!(mermaid.contains(&note), "{note}: {mermaid}");
        assert!(mermaid.contains("ConfigMap/nowhere<br/>not in the input"), "what needs attention stays");
    }
}

#[test]
fn no_value_of_a_secret_is_drawn() {
    let dir = Dir::with(&[("app.yaml", MECHANISMS)]);
    for format in ["mermaid", "dot"] {
        let drawn = drawn(&dir, format);
        assert!(!drawn.contains("s3cr3t") && !drawn.contains("czNjcjN0"), "{drawn}");
    }
}

#[test]
fn graphviz_draws_every_name_as_it_is() {
    let Some(dot) = peers::installed("dot") else {
        println!("skipped: graphviz is not installed");
        return;
    };
    let dir = Dir::with(&[("hostile.yaml", HOSTILE)]);
    let mut child = Command::new(dot).arg("-Tsvg").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(drawn(&dir, "dot").as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    let svg = String::from_utf8(output.stdout).unwrap();
    let texts: Vec<String> = svg
        .split("<text ")
        .skip(1)
        .map(|rest| plain(&rest[rest.find('>').unwrap() + 1..rest.find("</text>").unwrap()]))
        .collect();
    for name in HOSTILE_NAMES {
        assert!(texts.iter().any(|text| text == name), "{name}: {texts:#?}");
    }
}

/// A text of an XML document, its entities resolved.
fn plain(xml: &str) -> String {
    let mut parts = xml.split('&');
    let mut text = parts.next().unwrap().to_string();
    for part in parts {
        let (entity, rest) = part.split_once(';').unwrap();
        let letter = match entity {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            code => char::from_u32(code.trim_start_matches('#').parse().unwrap()).unwrap(),
        };
        text.push(if letter == '\u{a0}' { ' ' } else { letter });
        text.push_str(rest);
    }
    text
}
