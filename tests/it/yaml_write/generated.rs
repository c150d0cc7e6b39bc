//! Workloads in layouts put together at random.

use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::{Given, KEY, PATH, check_set, given};

/// Values of annotations, `_` being the indentation of further lines.
const VALUES: [&str; 22] = [
    " b",
    " 'b'",
    " \"b\"",
    " b # c, d",
    "\tb\t",
    "",
    " ",
    " # c",
    " ~",
    " &x b",
    " *shared",
    " !!str 5",
    " |\n_one\n_two",
    " |-\n_one",
    " |+\n_one\n\n",
    " >-\n_one\n\n_two\n",
    " >\n_one\n    ",
    " one\n_two",
    " \"one\n_two\"",
    " {a: b}",
    " {\n_a: b\n_}",
    " 'é: 漢'",
];

/// What may stand before an entry.
const BETWEEN: [&str; 5] = ["", "", "\n", "_# {c}, é\n", "# c\n"];

/// Annotations in braces, `_` being the indentation.
const BRACES: [&str; 14] = [
    "{a: b}",
    "{ a: b }",
    "{a: b,}",
    "{ a: b, c: d, }",
    "{\"a\":\"b\"}",
    "{'a': 'b' }",
    "{a: }",
    "{a: *shared }",
    "{? a : b}",
    "{\n_a: b\n_}",
    "{\n_a: b, # c\n_c: d # e, f\n_# g\n_}",
    "{\n_\"a\": \"b\",\n_}",
    "{\n_a: b }",
    "{ a: b\n_, c: d\n_}",
];

#[derive(Clone, Debug)]
struct Layout {
    step: usize,
    eol: &'static str,
    mark: &'static str,
    before: &'static str,
    after: &'static str,
    head: &'static str,
    quotes: &'static str,
    final_break: bool,
}

fn layouts() -> impl Strategy<Value = Layout> {
    (
        1..9usize,
        select(vec!["\n", "\r\n"]),
        select(vec!["", "\u{feff}"]),
        select(vec!["", "---\n", "--- # c\n", "# c\n---\n", "x: y\n---\n", "\n\n"]),
        select(vec!["", "...\n", "# end\n", "\n\n", "---\nx: y\n", "x: y\n", "  # end\n"]),
        select(vec!["", " # c", " &t", "\t", " !!map # c", " # c\n# d\n      # e"]),
        select(vec!["", "\"", "'"]),
        any::<bool>(),
    )
        .prop_map(|(step, eol, mark, before, after, head, quotes, final_break)| Layout {
            step,
            eol,
            mark,
            before,
            after,
            head,
            quotes,
            final_break,
        })
}

/// An entry of an annotations mapping in lines: what stands before, the key, the value.
fn entries() -> impl Strategy<Value = String> {
    let entry = (select(&BETWEEN[..]), select(&VALUES[..]));
    prop::collection::vec(entry, 1..4).prop_map(|entries| {
        let lines = entries.iter().enumerate().map(|(index, (before, value))| {
            let before = before.replace('_', "@@");
            format!("{before}@@\"k{index}\":{}\n", value.replace('_', "@@@"))
        });
        lines.collect()
    })
}

/// Metadata with its key, `@` being one step of indentation; and whether it has a mapping that is there but empty.
fn metadata() -> impl Strategy<Value = (String, bool)> {
    let braces = select(&BRACES[..]).prop_map(|text| text.replace('_', "@@@"));
    let labels = select(vec!["", "@labels: {a: b}\n", "@# c\n@labels:\n@@a: b # c\n", "@name: |\n@@x\n"]);
    let in_lines = (labels.clone(), entries(), any::<bool>()).prop_map(|(labels, entries, last)| {
        if last {
            (format!("metadata:\n{labels}@annotations:\n{entries}"), false)
        } else {
            (format!("metadata:\n@annotations: # c\n{entries}{labels}"), false)
        }
    });
    let in_braces = (braces.clone(), labels.clone())
        .prop_map(|(braces, labels)| (format!("metadata:\n@annotations: {braces}\n{labels}"), false));
    let all_braces = (braces, any::<bool>()).prop_map(|(braces, many)| {
        if many {
            (format!("metadata: {{\n@name: x, # c\n@annotations: {braces}\n@}}\n"), false)
        } else {
            (format!("metadata: {{annotations: {braces}, name: x}}\n"), false)
        }
    });
    let empty = (select(vec!["", " {}", " { }", " ~", " # c", " {\n@@# c\n@@}"]), labels)
        .prop_map(|(empty, labels)| (format!("metadata:\n@annotations:{empty}\n{labels}"), true));
    let absent = select(vec![
        ("", false),
        ("metadata:\n", true),
        ("metadata: {}\n", true),
        ("metadata: null # c\n", true),
        ("metadata:\n@labels:\n@@a: b\n", false),
        ("metadata: {name: x}\n", false),
        ("metadata: {\n@name: x # c\n@}\n", false),
    ]);
    prop_oneof![4 => in_lines, 2 => in_braces, 2 => all_braces, 1 => empty,
        2 => absent.prop_map(|(text, empty)| (text.to_string(), empty))]
}

/// The text of a workload, and whether it has a mapping that is there but empty.
fn workload() -> impl Strategy<Value = (String, bool)> {
    let order = subsequence(vec![0, 1], 0..=2);
    (layouts(), metadata(), order).prop_map(|(layout, (metadata, empty), order)| {
        let step = " ".repeat(layout.step);
        let spec = "spec:\n@containers:\n@- name: a\n";
        let parts = if order.len() == 1 { [spec, &metadata] } else { [&metadata, spec] };
        let parts: String = parts.concat().split_inclusive('\n').map(|line| indented(line, &step)).collect();
        let q = layout.quotes;
        let shared = "shared: &shared s\n";
        let body = format!("{shared}{q}template{q}:{}\n{parts}", layout.head);
        let mut text = [layout.mark, layout.before, &body, layout.after].concat().replace('\n', layout.eol);
        if !layout.final_break {
            text.truncate(text.trim_end_matches(['\r', '\n']).len());
        }
        (text, empty)
    })
}

/// A line one step deeper, with its own steps written out.
fn indented(line: &str, step: &str) -> String {
    let depth = line.len() - line.trim_start_matches('@').len();
    format!("{}{}", step.repeat(depth + 1), &line[depth..])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn setting_changes_one_value_and_removing_restores((text, empty) in workload()) {
        check(&text, empty);
    }

    #[test]
    fn json_in_any_layout(step in 0..5usize, name in any::<bool>(), annotations in any::<bool>(), spec in any::<bool>()) {
        check(&json(step, name, annotations, spec), false);
    }
}

fn check(text: &str, empty: bool) {
    let given: Given = given(text);
    let outcome = given.set("v");
    let text = outcome.result.as_ref().expect("nothing is shared");
    check_set(&outcome.given, text, "v");
    if !empty {
        outcome.check_removal(text, outcome.given.source.text());
    }
}

fn json(step: usize, name: bool, annotations: bool, spec: bool) -> String {
    let mut template = serde_json::Map::new();
    let mut metadata = serde_json::Map::new();
    if name {
        metadata.insert("name".to_string(), "x".into());
    }
    if annotations {
        metadata.insert(PATH[1].to_string(), serde_json::json!({ "a": "b", "c": KEY }));
    }
    if !metadata.is_empty() {
        template.insert(PATH[0].to_string(), metadata.into());
    }
    if spec || template.is_empty() {
        template.insert("spec".to_string(), serde_json::json!({ "a": [1, {}] }));
    }
    let value = serde_json::json!({ "template": template });
    let Some(indent) = step.checked_sub(1) else { return value.to_string() };
    let text = serde_json::to_string_pretty(&value).expect("a mapping");
    let indent = if indent == 0 { "\t".to_string() } else { " ".repeat(indent) };
    let lines = text.split('\n').map(|line| {
        let rest = line.trim_start_matches(' ');
        indent.repeat((line.len() - rest.len()) / 2) + rest
    });
    lines.collect::<Vec<_>>().join("\n")
}
