//! The text of `impact` on a terminal, where the change of a real repository fits one screen.

use std::fmt::Write as _;

use rollstamp::impact::ComparedTree;
use rollstamp::report::{Format, ImpactReport, RenderOptions, Rendered, Report, render};
use rollstamp::{ImpactOptions, LinkOptions, ParseOptions, RollOn, Source, impact, link, parse};

/// The text about files of one content each.
fn text_of_files(old: &[String], new: &[String], options: &RenderOptions) -> String {
    let sources = |files: &[String]| {
        let named = files.iter().enumerate();
        named.map(|(number, text)| Source::new(format!("file-{number}.yaml"), text.as_str())).collect()
    };
    let (old, new) = (parse(sources(old), &ParseOptions::default()), parse(sources(new), &ParseOptions::default()));
    let (base, head) = (link(&old, &LinkOptions::default()), link(&new, &LinkOptions::default()));
    let trees = [&base, &head].map(|graph| ComparedTree { graph, applied: None });
    let impact = impact(&trees[0], &trees[1], &ImpactOptions::default());
    let report = ImpactReport { impact: &impact, head: &head, diagnostics: &[], roll_on: RollOn::Any };
    match render(&Report::Impact(report), Format::Text, options) {
        Rendered::Text(text) => text,
        Rendered::Step(_) => panic!("a step has other parts"),
    }
}

fn text(old: &str, new: &str, options: &RenderOptions) -> String {
    text_of_files(&[old.to_string()], &[new.to_string()], options)
}

/// A Deployment of two containers with one image.
fn workload(name: &str, version: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}}}\nspec:\n  replicas: 1\n  template:\n    \
         spec:\n      initContainers: [{{name: copy, image: 'registry.example.com/shop/{name}:{version}'}}]\n      \
         containers: [{{name: app, image: 'registry.example.com/shop/{name}:{version}'}}]\n---\n"
    )
}

fn workloads(names: &[String], version: &str) -> String {
    names.iter().map(|name| workload(name, version)).collect()
}

#[test]
fn a_block_says_once_what_its_lines_share() {
    let names = ["web".to_string()];
    let options = RenderOptions::default().width(Some(120));
    let shown = text(&workloads(&names, "1.0"), &workloads(&names, "1.1"), &options);
    let expected = "\
IMPACT  WORKLOAD        FILE:LINE      WHY
rolls   Deployment/web  file-0.yaml:1  image of app, copy: …/web:1.0 → 1.1
                                       → 1 pod, RollingUpdate: up to 1 extra, none missing
";
    assert_eq!(shown, expected);
}

#[test]
fn what_is_alike_in_several_files_is_one_block() {
    let files = |version: &str| vec![workload("web", version); 3];
    let shown = text_of_files(&files("1.0"), &files("1.1"), &RenderOptions::default().width(Some(120)));
    assert_eq!(shown.lines().count(), 3, "{shown}");
    assert!(shown.contains("Deployment/web  ×3"), "{shown}");
}

#[test]
fn what_has_no_room_on_a_screen_is_counted() {
    let names: Vec<String> = (0..100).map(|number| format!("web-{number}")).collect();
    let (old, new) = (workloads(&names, "1.0"), workloads(&names, "1.1"));
    let shown = text(&old, &new, &RenderOptions::default().width(Some(120)));
    assert_eq!(shown.lines().count(), 38, "{shown}");
    let last = shown.lines().last().unwrap_or_default();
    assert!(last.starts_with("rolls   82 more") && last.ends_with("--wide lists all"), "{last}");
    for options in [RenderOptions::default(), RenderOptions::default().width(Some(120)).wide(true)] {
        let all = text(&old, &new, &options);
        assert_eq!(all.lines().count(), 201, "each line is whole where nobody reads it on a screen");
        assert!(all.contains("rolls   Deployment/web-99  file-0.yaml:"), "{all}");
    }
}

#[test]
fn keys_that_have_no_room_are_counted() {
    let config = |value: &str| {
        let mut text = String::from("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: env}\ndata:\n");
        for number in 0..100 {
            writeln!(text, "  KEY_{number}: {value}").unwrap();
        }
        text
    };
    let shown = text(&config("a"), &config("b"), &RenderOptions::default().width(Some(120)));
    assert_eq!(shown.lines().filter(|line| line.starts_with("changed")).count(), 18, "{shown}");
    assert!(shown.contains("82 more") && shown.trim_end().ends_with("--wide lists all"), "{shown}");
}
