//! Annotations that exist in block style: the new one is the last line, before the comments that follow.

use super::given;

#[test]
fn after_the_last_entry() {
    given(
        "
template:
  metadata:
    annotations:
      a: b
  spec: {}
",
    )
    .set("v")
    .produces(
        "
template:
  metadata:
    annotations:
      a: b
      our/sum: \"v\"
  spec: {}
",
    );
}

#[test]
fn before_the_comments_that_follow() {
    given(
        "
template:
  metadata:
    # above
    annotations: # beside
      # first
      a: b # of a
      # about nothing in particular

    # about the labels
    labels: {app: web}
",
    )
    .set("v")
    .produces(
        "
template:
  metadata:
    # above
    annotations: # beside
      # first
      a: b # of a
      our/sum: \"v\"
      # about nothing in particular

    # about the labels
    labels: {app: web}
",
    );
}

#[test]
fn in_the_indentation_of_the_entries() {
    given("template:\n    metadata:\n        annotations:\n          a: b\n    spec: {}\n").set("v").produces(
        "template:\n    metadata:\n        annotations:\n          a: b\n          our/sum: \"v\"\n    spec: {}\n",
    );
    given("template:\n metadata:\n  annotations:\n           a: b\n")
        .set("v")
        .produces("template:\n metadata:\n  annotations:\n           a: b\n           our/sum: \"v\"\n");
}

#[test]
fn keys_are_written_as_the_last_one() {
    let text = |keys: &str| format!("template:\n  metadata:\n    annotations:\n{keys}");
    for (before, after) in [
        ("      \"a\": b\n", "      \"a\": b\n      \"our/sum\": \"v\"\n"),
        ("      'a': b\n", "      'a': b\n      'our/sum': \"v\"\n"),
        ("      \"a\": b\n      c: d\n", "      \"a\": b\n      c: d\n      our/sum: \"v\"\n"),
        ("      ? a\n      : b\n", "      ? a\n      : b\n      our/sum: \"v\"\n"),
        ("      ? a\n", "      ? a\n      our/sum: \"v\"\n"),
        ("      a:\n", "      a:\n      our/sum: \"v\"\n"),
    ] {
        given(&text(before)).set("v").produces(&text(after));
    }
}

#[test]
fn quoted_keys_on_the_way_are_found() {
    given("\"template\":\n  'metadata':\n    \"annotations\":\n      a: b\n")
        .set("v")
        .produces("\"template\":\n  'metadata':\n    \"annotations\":\n      a: b\n      our/sum: \"v\"\n");
    given("? template\n: ? metadata\n  : ? annotations\n    : a: b\n")
        .set("v")
        .produces("? template\n: ? metadata\n  : ? annotations\n    : a: b\n      our/sum: \"v\"\n");
}

#[test]
fn values_of_several_lines_stay_whole() {
    let text = |entries: &str| format!("template:\n  metadata:\n    annotations:\n{entries}    labels: {{}}\n");
    for (before, after) in [
        ("      a: one\n        two # c\n", "      a: one\n        two # c\n      our/sum: \"v\"\n"),
        ("      a: \"one\n        two\"\n", "      a: \"one\n        two\"\n      our/sum: \"v\"\n"),
        ("      a: |\n        one\n\n\n", "      a: |\n        one\n      our/sum: \"v\"\n\n\n"),
        ("      a: |+\n        one\n\n\n", "      a: |+\n        one\n\n\n      our/sum: \"v\"\n"),
        ("      a: >-\n        one\n      # c\n", "      a: >-\n        one\n      our/sum: \"v\"\n      # c\n"),
        ("      a: |\n      # c\n", "      a: |\n      our/sum: \"v\"\n      # c\n"),
        ("      a: {\n        }\n", "      a: {\n        }\n      our/sum: \"v\"\n"),
        ("      a:\n      - b\n", "      a:\n      - b\n      our/sum: \"v\"\n"),
        ("      a:\n      -\n", "      a:\n      -\n      our/sum: \"v\"\n"),
    ] {
        given(&text(before)).set("v").produces(&text(after));
    }
}

#[test]
fn a_text_block_at_the_very_end_stays_at_the_end() {
    // What follows it would change how kustomize reads it.
    for end in ["", "\n"] {
        let text = |entries: &str| format!("template:\n  metadata:\n    annotations:\n      c: d\n{entries}{end}");
        given(&text("      a: |\n        one"))
            .set("v")
            .produces(&text("      our/sum: \"v\"\n      a: |\n        one"));
        given(&text("      \"a\": |\n        one"))
            .set("v")
            .produces(&text("      \"our/sum\": \"v\"\n      \"a\": |\n        one"));
    }
    given("- x\n---\ntemplate:\n  metadata:\n    annotations:\n      a: |+\n        one\n\n").set("v").produces(
        "- x\n---\ntemplate:\n  metadata:\n    annotations:\n      our/sum: \"v\"\n      a: |+\n        one\n\n",
    );
    given("template:\n  metadata:\n    annotations:\n      a: |\n        one\n---\nx: y\n").set("v").produces(
        "template:\n  metadata:\n    annotations:\n      a: |\n        one\n      our/sum: \"v\"\n---\nx: y\n",
    );
}

#[test]
fn line_breaks_are_those_around() {
    given("template:\r\n  metadata:\r\n    annotations:\r\n      a: b\r\n")
        .set("v")
        .produces("template:\r\n  metadata:\r\n    annotations:\r\n      a: b\r\n      our/sum: \"v\"\r\n");
    given("template:\r\n  metadata:\r\n    labels: {}")
        .set("v")
        .produces("template:\r\n  metadata:\r\n    labels: {}\r\n    annotations:\r\n      our/sum: \"v\"");
    given("x:\n  a: b\n---\ntemplate:\r\n  spec: {}\r\n").set("v").produces(
        "x:\n  a: b\n---\ntemplate:\r\n  metadata:\r\n    annotations:\r\n      our/sum: \"v\"\r\n  spec: {}\r\n",
    );
    given("template:\n  metadata:\n    annotations:\n      a: |\r\n        one\r\n\r\n      b: c\r\n")
        .set("v")
        .produces("template:\n  metadata:\n    annotations:\n      a: |\r\n        one\r\n\r\n      b: c\r\n      our/sum: \"v\"\r\n");
}

#[test]
fn a_final_line_break_is_neither_added_nor_lost() {
    given("template:\n  metadata:\n    annotations:\n      a: b")
        .set("v")
        .produces("template:\n  metadata:\n    annotations:\n      a: b\n      our/sum: \"v\"");
    given("template:\n  metadata:\n    annotations:\n      a: b # c")
        .set("v")
        .produces("template:\n  metadata:\n    annotations:\n      a: b # c\n      our/sum: \"v\"");
}

#[test]
fn marks_around_documents_stay_where_they_are() {
    given("\u{feff}template:\n  metadata:\n    annotations:\n      a: b\n")
        .set("v")
        .produces("\u{feff}template:\n  metadata:\n    annotations:\n      a: b\n      our/sum: \"v\"\n");
    given("# only\n---\n# words\n--- # here\ntemplate:\n  metadata:\n    annotations:\n      a: b\n...\n# more\n---\nx: y\n")
        .set("v")
        .produces(
            "# only\n---\n# words\n--- # here\ntemplate:\n  metadata:\n    annotations:\n      a: b\n      our/sum: \"v\"\n\
             ...\n# more\n---\nx: y\n",
        );
}

#[test]
fn offsets_are_bytes() {
    given("# Größe: 漢字 🙂\nünïcode: ключ\ntemplate: # è\n  metadata:\n    annotations:\n      ä: \"ö\" # ü\n    name: é\n")
        .set("v")
        .produces(
            "# Größe: 漢字 🙂\nünïcode: ключ\ntemplate: # è\n  metadata:\n    annotations:\n      ä: \"ö\" # ü\n      \
             our/sum: \"v\"\n    name: é\n",
        );
}

#[test]
fn tabs_after_content_are_no_obstacle() {
    given("template:\t\n  metadata:\t# c\n    annotations:\t\n      a:\t\"1\"\t\n  spec: {}\n").set("v").produces(
        "template:\t\n  metadata:\t# c\n    annotations:\t\n      a:\t\"1\"\t\n      our/sum: \"v\"\n  spec: {}\n",
    );
}

#[test]
fn anchors_without_other_users_are_no_obstacle() {
    given("template: &t\n  metadata: &m # c\n    annotations: &a\n      a: &x b\n")
        .set("v")
        .produces("template: &t\n  metadata: &m # c\n    annotations: &a\n      a: &x b\n      our/sum: \"v\"\n");
    given("template:\n  metadata:\n    annotations:\n      a: &x b\n  spec: *x\n")
        .set("v")
        .produces("template:\n  metadata:\n    annotations:\n      a: &x b\n      our/sum: \"v\"\n  spec: *x\n");
}

#[test]
fn a_merged_mapping_gets_an_entry_of_its_own() {
    given("m: &m {our/sum: old, a: b}\ntemplate:\n  metadata:\n    annotations:\n      <<: *m\n").set("v").replaces(
        "m: &m {our/sum: old, a: b}\ntemplate:\n  metadata:\n    annotations:\n      <<: *m\n      our/sum: \"v\"\n",
    );
    given("m: &m {a: b}\ntemplate:\n  metadata:\n    annotations: {<<: *m}\n")
        .set("v")
        .produces("m: &m {a: b}\ntemplate:\n  metadata:\n    annotations: {<<: *m, our/sum: \"v\"}\n");
    given("m: &m {labels: {a: b}}\ntemplate:\n  metadata:\n    <<: *m\n").set("v").produces(
        "m: &m {labels: {a: b}}\ntemplate:\n  metadata:\n    <<: *m\n    annotations:\n      our/sum: \"v\"\n",
    );
    given("m: &m {labels: {a: b}}\ntemplate:\n  <<: *m\n")
        .set("v")
        .produces("m: &m {labels: {a: b}}\ntemplate:\n  metadata:\n    annotations:\n      our/sum: \"v\"\n  <<: *m\n");
}
