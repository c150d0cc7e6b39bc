//! `--remove` gives back what stood there before the stamp, byte for byte, whatever it was.

use proptest::prelude::*;
use rollstamp::{LinkOptions, ParseOptions, Source, Stamp, Strategy as Change, apply, link, parse, plan};

const CONFIG: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: env}\ndata: {LEVEL: info}\n---\n";

/// The text after a run that stamps, or removes the stamps.
fn run(text: &str, stamp: &Stamp) -> String {
    let bundle = parse(vec![Source::new("app.yaml", text)], &ParseOptions::default());
    assert!(!bundle.has_errors(), "{:?}\n{text}", bundle.diagnostics[0].sentence());
    let graph = link(&bundle, &LinkOptions::default());
    let plan = plan(&graph, &Change::Stamp(stamp.clone()));
    let after = apply(&bundle, &plan).unwrap_or_else(|failed| panic!("{}\n{text}", failed[0].sentence()));
    after[0].text().to_string()
}

#[track_caller]
fn comes_back(text: &str) {
    let stamped = run(text, &Stamp::default());
    assert_ne!(stamped, text);
    assert_eq!(run(&stamped, &Stamp::default()), stamped, "stamping twice is not stamping once");
    let removed = run(&stamped, &Stamp::default().remove(true));
    assert_eq!(removed, text, "stamped:\n{stamped}");
}

/// The metadata of a template in lines, with a `{i}` for each level of indentation.
const IN_LINES: [&str; 30] = [
    "",
    "{i}metadata:\n",
    "{i}metadata: # none\n",
    "{i}metadata: {}\n",
    "{i}metadata: { }   # none\n",
    "{i}metadata: {\n{i}{i}}\n",
    "{i}metadata: null\n",
    "{i}metadata: ~\n",
    "{i}metadata : Null # c\n",
    "{i}\"metadata\":\n",
    "{i}'metadata': NULL\n",
    "{i}metadata:\n{i}{i}annotations:\n",
    "{i}metadata:\n{i}{i}annotations: # none\n{i}{i}# c\n",
    "{i}metadata:\n{i}{i}annotations: {}\n",
    "{i}metadata:\n{i}{i}annotations: { } # c\n",
    "{i}metadata:\n{i}{i}annotations: {\n{i}{i}{i}# c\n{i}{i}}\n",
    "{i}metadata:\n{i}{i}annotations: ~\n",
    "{i}metadata:\n{i}{i}\"annotations\":\n",
    "{i}metadata:\n{i}{i}labels: {app: web}\n{i}{i}annotations: null # c\n",
    "{i}metadata:\n{i}{i}# c\n{i}{i}labels:\n{i}{i}{i}app: web\n\n{i}{i}# d\n",
    "{i}metadata:\n{i}{i}creationTimestamp: null\n",
    "{i}metadata:\n{i}{i}annotations:\n{i}{i}{i}a: b # c\n{i}{i}{i}# d\n",
    "{i}metadata:\n{i}{i}annotations:\n{i}{i}{i}a: |\n{i}{i}{i}{i}text\n{i}{i}labels: {app: web}\n",
    "{i}metadata:\n{i}{i}annotations:\n{i}{i}{i}? a\n{i}{i}{i}: b\n",
    "{i}metadata:\n{i}{i}? annotations\n{i}{i}? labels\n",
    "{i}metadata:\n{i}{i}annotations: {a: b}\n",
    "{i}metadata:\n{i}{i}annotations: { \"a\": b, } # c\n",
    "{i}metadata:\n{i}{i}annotations: {\n{i}{i}{i}a: b, # c\n{i}{i}{i}d: e\n{i}{i}}\n",
    "{i}metadata: {labels: {app: web}}\n",
    "{i}metadata: &m {annotations: &a {}}\n",
];

/// The metadata of a template in braces, with the comma behind it.
const IN_BRACES: [&str; 24] = [
    "",
    "metadata, ",
    "metadata: , ",
    "metadata: {}, ",
    "metadata : { }, ",
    "metadata: null, ",
    "metadata: ~, ",
    "metadata: {annotations}, ",
    "metadata: {annotations: }, ",
    "metadata: {annotations: {}}, ",
    "metadata: {annotations: {}, labels: {app: web}}, ",
    "metadata: {labels: {app: web}, annotations: { }}, ",
    "metadata: {annotations: null}, ",
    "metadata: {annotations: NULL, labels: {}}, ",
    "metadata: {annotations: {a: b}}, ",
    "metadata: {annotations: {a: b,}}, ",
    "metadata: { annotations : { a : b } }, ",
    "metadata: {labels: {app: web}}, ",
    "\"metadata\": {\"annotations\":{}}, ",
    "\"metadata\":{\"annotations\":null,\"labels\":{}}, ",
    "'metadata': {'annotations': {'a': 'b'}}, ",
    "metadata: {annotations: {a: }}, ",
    "metadata: {annotations: {a: b, c: d}, }, ",
    "metadata: {annotations: { # c\n  }}, ",
];

const SPEC: &str = "containers: [{name: web, image: 'web:1', envFrom: [{configMapRef: {name: env}}]}]";

fn in_lines(metadata: &str, step: usize, is_last: bool) -> String {
    let indentation = " ".repeat(step);
    let metadata: String = metadata.replace("{i}", &indentation);
    let metadata: String = metadata.lines().map(|line| format!("  {line}\n")).collect();
    let spec = format!("  {indentation}spec: {{{SPEC}}}\n");
    let template = if is_last { spec + &metadata } else { metadata + &spec };
    format!("{CONFIG}apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web}}\nspec:\n  template:\n{template}")
}

fn in_braces(metadata: &str, spec_first: bool) -> String {
    let template = if spec_first && !metadata.is_empty() {
        format!("spec: {{{SPEC}}}, {}", metadata.trim_end_matches(", "))
    } else {
        format!("{metadata}spec: {{{SPEC}}}")
    };
    format!(
        "{CONFIG}{{apiVersion: apps/v1, kind: Deployment, metadata: {{name: web}}, spec: {{template: {{{template}}}}}}}\n"
    )
}

#[test]
fn removal_gives_every_shape_in_lines_back() {
    for metadata in IN_LINES {
        for step in [2, 4] {
            for is_last in [false, true] {
                let text = in_lines(metadata, step, is_last);
                comes_back(&text);
                comes_back(&text.replace('\n', "\r\n"));
                comes_back(text.trim_end());
            }
        }
    }
}

#[test]
fn removal_gives_every_shape_in_braces_back() {
    for metadata in IN_BRACES {
        for spec_first in [false, true] {
            let text = in_braces(metadata, spec_first);
            comes_back(&text);
            comes_back(text.trim_end());
        }
    }
}

#[test]
fn removal_gives_json_back() {
    let spec = r#"{"containers":[{"name":"web","image":"web:1","envFrom":[{"configMapRef":{"name":"env"}}]}]}"#;
    for metadata in [
        "",
        r#""metadata":null,"#,
        r#""metadata":{},"#,
        r#""metadata":{"annotations":null},"#,
        r#""metadata":{"annotations":{}},"#,
        r#""metadata":{"labels":{"app":"web"},"annotations":{}},"#,
        r#""metadata":{"annotations":{"a":"b"}},"#,
        r#""metadata":{"creationTimestamp":null},"#,
    ] {
        let config = r#"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"env"},"data":{"LEVEL":"info"}}"#;
        let workload = format!(
            r#"{{"apiVersion":"apps/v1","kind":"Deployment","metadata":{{"name":"web"}},"spec":{{"template":{{{metadata}"spec":{spec}}}}}}}"#
        );
        let list = format!(r#"{{"apiVersion":"v1","kind":"List","items":[{config},{workload}]}}"#);
        comes_back(&list);
        let value: serde_json::Value = serde_json::from_str(&list).unwrap();
        comes_back(&serde_json::to_string_pretty(&value).unwrap());
        comes_back(&format!("{}\n", serde_json::to_string_pretty(&value).unwrap()).replace("  ", "\t"));
    }
}

/// Text that stands for a mapping of annotations, and may stand for one of metadata.
fn mapping(inner: impl Strategy<Value = String> + 'static) -> BoxedStrategy<String> {
    let entries = prop::collection::vec(inner, 0..3);
    let braces = (
        entries,
        prop::sample::select(vec!["", " ", "  "]),
        prop::sample::select(vec![", ", ",", " , "]),
        any::<bool>(),
    );
    let braces = braces.prop_map(|(entries, pad, comma, ends)| {
        let end = if ends && !entries.is_empty() { "," } else { "" };
        format!("{{{pad}{}{end}{pad}}}", entries.join(comma))
    });
    let null = prop::sample::select(vec!["", "null", "~", "Null", "NULL"]).prop_map(str::to_string);
    prop_oneof![3 => braces, 1 => null].boxed()
}

fn entry(keys: Vec<&'static str>, value: BoxedStrategy<String>) -> impl Strategy<Value = String> {
    let quote = prop::sample::select(vec!["", "\"", "'"]);
    (prop::sample::select(keys), quote, prop::sample::select(vec![": ", " : "]), value)
        .prop_map(|(key, quote, colon, value)| format!("{quote}{key}{quote}{colon}{value}"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn removal_gives_back_what_was_there(
        annotations in mapping(entry(vec!["a/b", "c"], Just("d".to_string()).boxed())),
        labels in prop::option::of(mapping(entry(vec!["app"], Just("web".to_string()).boxed()))),
        labels_first in any::<bool>(),
        quotes in prop::sample::select(vec!["", "\"", "'"]),
        pad in prop::sample::select(vec!["", " "]),
        in_block in any::<bool>(),
        comment in prop::sample::select(vec!["", " # c"]),
    ) {
        // A key without a value ends in its colon.
        let annotations = format!("{quotes}annotations{quotes}: {annotations}");
        let labels = labels.map(|labels| format!("labels: {labels}"));
        let mut fields = vec![annotations];
        fields.extend(labels);
        if labels_first {
            fields.reverse();
        }
        let metadata = if in_block {
            let lines: String = fields.iter().map(|field| format!("{{i}}{{i}}{}{comment}\n", field.trim_end())).collect();
            format!("{{i}}metadata:{comment}\n{lines}")
        } else {
            format!("{{i}}metadata: {{{pad}{}{pad}}}{comment}\n", fields.join(", "))
        };
        let text = in_lines(&metadata, 2, false);
        let bundle = parse(vec![Source::new("app.yaml", text.as_str())], &ParseOptions::default());
        prop_assume!(!bundle.has_errors());
        comes_back(&text);
        if !in_block {
            let metadata = format!("metadata: {{{pad}{}{pad}}}, ", fields.join(", "));
            comes_back(&in_braces(&metadata, labels_first));
        }
    }
}

#[test]
fn lists_for_reloader_come_back_without_quotes() {
    for list in ["x", "env", "'x'", "\"x, y\"", "x.y"] {
        for annotations in [
            format!("{{reloader.stakater.com/auto: 'true', configmaps.exclude.reloader.stakater.com/reload: {list}}}"),
            format!(
                "{{configmaps.exclude.reloader.stakater.com/reload: {list} , reloader.stakater.com/auto: 'true' }} # c"
            ),
            format!(
                "\n    configmaps.exclude.reloader.stakater.com/reload: {list}\n    reloader.stakater.com/auto: 'true'"
            ),
        ] {
            let text = format!(
                "{CONFIG}apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\n  annotations: {annotations}\nspec:\n  \
                 template:\n    spec: {{containers: [{{name: a, image: a, envFrom: [{{configMapRef: {{name: env}}}}]}}]}}\n"
            );
            let stamp = Stamp::default().exclude_from_reloader(true);
            let stamped = run(&text, &stamp);
            assert!(stamped.matches("env").count() > text.matches("env").count() || list == "env", "{stamped}");
            assert_eq!(run(&stamped, &stamp), stamped, "stamping twice is not stamping once");
            assert_eq!(run(&stamped, &stamp.remove(true)), text, "stamped:\n{stamped}");
        }
    }
}
