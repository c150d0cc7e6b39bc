//! What cannot be edited, and the places that stand in the way.

use rollstamp::yaml::RefusalReason;

use super::given;

#[test]
fn shared_through_anchors() {
    for (text, at, other) in [
        ("a: &t\n  spec: {}\ntemplate: *t\n", "*t", "&t"),
        ("template: &t\n  spec: {}\nb: *t\n", "&t", "*t"),
        ("template:\n  metadata: &m\n    name: a\nb: *m\n", "&m", "*m"),
        ("template:\n  metadata: &m {}\nb: *m\n", "&m", "*m"),
        ("template:\n  metadata: &m\nb: *m\n", "&m", "*m"),
        ("a: &m\n  name: a\ntemplate:\n  metadata: *m\n", "*m", "&m"),
        ("a: &m ~\ntemplate:\n  metadata: *m\n", "*m", "&m"),
        ("template:\n  metadata:\n    annotations: !!map &m {a: b}\nb: *m\n", "&m", "*m"),
        ("a: &m {a: b}\ntemplate:\n  metadata:\n    annotations: *m\n", "*m", "&m"),
        ("template:\n  metadata:\n    annotations:\n      our/sum: &s old\nb: *s\n", "&s", "*s"),
        ("spec: &s\n  template:\n    spec: {}\nb:\n  <<: *s\n", "&s", "*s"),
        ("a: &s\n  template:\n    spec: {}\nspec: *s\n", "&s", "*s"),
    ] {
        given(text).set("v").refuses(RefusalReason::Shared, at, Some(other));
    }
    given("a: &m {annotations: {our/sum: old}}\ntemplate:\n  metadata: *m\n").remove().refuses(
        RefusalReason::Shared,
        "*m",
        Some("&m"),
    );
    given("template:\n  metadata:\n    annotations: {our/sum: &s old}\nb: *s\n").remove().refuses(
        RefusalReason::Shared,
        "&s",
        Some("*s"),
    );
    given("template:\n  metadata:\n    annotations: {&s our/sum: old}\nb: *s\n").remove().refuses(
        RefusalReason::Shared,
        "&s",
        Some("*s"),
    );
}

#[test]
fn an_equal_value_needs_no_edit_even_if_it_is_shared() {
    given("a: &m {annotations: {our/sum: v}}\ntemplate:\n  metadata: *m\n")
        .set("v")
        .replaces("a: &m {annotations: {our/sum: v}}\ntemplate:\n  metadata: *m\n");
}

#[test]
fn merged() {
    given("m: &m {annotations: {a: 1}}\ntemplate:\n  metadata:\n    <<: *m\n").set("v").refuses(
        RefusalReason::Merged,
        "<<",
        Some("annotations"),
    );
    given("m: &m {metadata: {}}\nn: &n {x: y}\ntemplate:\n  <<: [*n, *m]\n  spec: {}\n").set("v").refuses(
        RefusalReason::Merged,
        "<<",
        Some("metadata"),
    );
    given("m: &m {our/sum: x}\ntemplate:\n  metadata:\n    annotations:\n      our/sum: old\n      <<: *m\n")
        .set("v")
        .refuses(RefusalReason::Merged, "<<", Some("our/sum"));
    given("m: &m {our/sum: x}\ntemplate:\n  metadata:\n    annotations:\n      <<: *m\n      our/sum: old\n")
        .remove()
        .refuses(RefusalReason::Merged, "<<", Some("our/sum"));
    given("m: &m {our/sum: x}\ntemplate:\n  metadata:\n    annotations: {<<: *m}\n").remove().refuses(
        RefusalReason::Merged,
        "<<",
        Some("our/sum"),
    );
}

#[test]
fn duplicates() {
    given("template:\n  metadata:\n    annotations: {}\n    'annotations': {}\n").set("v").refuses(
        RefusalReason::Duplicate,
        "'annotations'",
        Some("annotations"),
    );
    given("template:\n  metadata: {}\n  \"metadata\": {}\n").set("v").refuses(
        RefusalReason::Duplicate,
        "\"metadata\"",
        Some("metadata"),
    );
    given("template:\n  metadata:\n    annotations:\n      our/sum: a\n      'our/sum': b\n").remove().refuses(
        RefusalReason::Duplicate,
        "'our/sum'",
        Some("our/sum"),
    );
}

#[test]
fn other_kinds_of_values() {
    for (text, at) in [
        ("template:\n  metadata: 5\n", "5"),
        ("template:\n  metadata: ''\n", "''"),
        ("template: {metadata: {annotations: [a]}}\n", "[a]"),
        ("template: []\n", "[]"),
    ] {
        given(text).set("v").refuses(RefusalReason::NotAMapping, at, None);
    }
    given("template:\n  metadata:\n    annotations: {our/sum: [a]}\n").set("v").refuses(
        RefusalReason::NotAScalar,
        "[a]",
        None,
    );
    given("template:\n  metadata:\n    annotations: {our/sum: {}}\n").remove().refuses(
        RefusalReason::NotAScalar,
        "{}",
        None,
    );
    given("template:\n  metadata:\n    annotations: {our/sum: !!binary dg==}\n").set("w").refuses(
        RefusalReason::Tagged,
        "!!binary dg==",
        None,
    );
    given("template:\n  metadata:\n    annotations: !!null\n").set("w").refuses(RefusalReason::Tagged, "!!null", None);
}

#[test]
fn a_text_block_that_would_grow() {
    let text = |between: &str, after: &str| {
        format!(
            "template:\n  metadata:\n    annotations:\n      a: |+\n        one\n{between}      our/sum: old\n{after}    x: y\n"
        )
    };
    for after in ["\n", "        # c\n", "          \n"] {
        given(&text("", after)).remove().refuses(RefusalReason::TextBlock, "our/sum", Some("|+\n        one\n"));
    }
    for (between, after) in [("", ""), ("", "      # c\n"), ("      # c\n", "        # d\n")] {
        given(&text(between, after)).remove().leaves(&text(between, after).replace("      our/sum: old\n", ""));
    }
}

#[test]
fn layouts_and_keys_beyond_reason() {
    given("template:\n  metadata:\n    annotations:\n      ?\n        our/sum\n      : old\n")
        .remove()
        .leaves("template:\n  {}\n");
    given("template:\n  metadata:\n    annotations:\n      ?\n        our/sum\n      : old\n      a: b\n")
        .remove()
        .refuses(RefusalReason::Layout, "our/sum", None);
}
