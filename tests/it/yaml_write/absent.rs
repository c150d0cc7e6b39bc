//! Annotations or metadata that are absent or null, in block style.

use super::given;

#[test]
fn metadata_is_created_right_under_the_template_line() {
    given(
        "
template: # the pods
  # about the spec
  spec:
    containers: []
",
    )
    .set("v")
    .produces(
        "
template: # the pods
  metadata:
    annotations:
      our/sum: \"v\"
  # about the spec
  spec:
    containers: []
",
    );
}

#[test]
fn annotations_are_created_as_the_last_metadata() {
    given("template:\n  metadata:\n    labels:\n      app: web # c\n    # after\n  spec: {}\n")
        .set("v")
        .produces(
            "template:\n  metadata:\n    labels:\n      app: web # c\n    annotations:\n      our/sum: \"v\"\n    # after\n  \
             spec: {}\n",
        );
}

#[test]
fn steps_are_those_of_the_file() {
    given("template:\n    spec:\n        containers: []\n").set("v").produces(
        "template:\n    metadata:\n        annotations:\n            our/sum: \"v\"\n    spec:\n        containers: []\n",
    );
    given("template:\n   spec: {}\n")
        .set("v")
        .produces("template:\n   metadata:\n      annotations:\n         our/sum: \"v\"\n   spec: {}\n");
    given("template:\n  metadata:\n    labels:\n        deep: down\n").set("v").produces(
        "template:\n  metadata:\n    labels:\n        deep: down\n    annotations:\n        our/sum: \"v\"\n",
    );
}

#[test]
fn sequences_of_any_indentation_are_no_measure() {
    given("template:\n  spec:\n    containers:\n    - name: a\n      args:\n      - b\n").set("v").produces(
        "template:\n  metadata:\n    annotations:\n      our/sum: \"v\"\n  spec:\n    containers:\n    - name: a\n      \
         args:\n      - b\n",
    );
    given("spec:\n    template:\n        spec:\n            containers:\n            -   name: a\n").set("v").produces(
        "spec:\n    template:\n        metadata:\n            annotations:\n                our/sum: \"v\"\n        \
         spec:\n            containers:\n            -   name: a\n",
    );
}

#[test]
fn an_item_of_a_list_keeps_its_dash() {
    for (head, indent) in [("- ", "  "), ("-   ", "    "), ("  - ", "    "), ("- &a\n  ", "  "), ("- # c\n  ", "  ")] {
        let text = |first: &str| format!("items:\n{head}{first}spec: {{}} # c\n{indent}x: y\n");
        let added = format!("metadata:\n{indent}  annotations:\n{indent}    our/sum: \"v\"\n{indent}");
        given(&text("")).set("v").produces(&text(&added));
    }
    given("items:\n- metadata:\n    annotations:\n      a: b\n- x: y\n")
        .set("v")
        .produces("items:\n- metadata:\n    annotations:\n      a: b\n      our/sum: \"v\"\n- x: y\n");
}

#[test]
fn a_whole_document_gets_its_first_lines() {
    given("spec: {}\n").set("v").produces("metadata:\n  annotations:\n    our/sum: \"v\"\nspec: {}\n");
    given("\u{feff}# c\nspec: {}\n")
        .set("v")
        .produces("\u{feff}# c\nmetadata:\n  annotations:\n    our/sum: \"v\"\nspec: {}\n");
    given("\u{feff}spec: {}\n").set("v").produces("\u{feff}metadata:\n  annotations:\n    our/sum: \"v\"\nspec: {}\n");
    given("--- # c\nspec: {}\n...\n")
        .set("v")
        .produces("--- # c\nmetadata:\n  annotations:\n    our/sum: \"v\"\nspec: {}\n...\n");
    given("x: y\n---\n\u{feff}kind: Pod\nmetadata:\n    name: p\n").set("v").replaces(
        "metadata:\n  annotations:\n    our/sum: \"v\"\nx: y\n---\n\u{feff}kind: Pod\nmetadata:\n    name: p\n",
    );
}

#[test]
fn anchors_and_tags_of_the_template_stay_above() {
    for head in ["template: &t", "template: !!map # c", "template:\n  &t", "template: # c\n  !!map\n  # d\n  &t # e"] {
        given(&format!("{head}\n  # s\n  spec: {{}}\n"))
            .set("v")
            .produces(&format!("{head}\n  metadata:\n    annotations:\n      our/sum: \"v\"\n  # s\n  spec: {{}}\n"));
    }
    given("template:\n  &k spec: *k2\n".replace("*k2", "{}").as_str())
        .set("v")
        .produces("template:\n  metadata:\n    annotations:\n      our/sum: \"v\"\n  &k spec: {}\n");
}

#[test]
fn explicit_keys_lead_to_mappings_on_their_line() {
    given("? template\n: spec: {}\n")
        .set("v")
        .produces("? template\n: metadata:\n    annotations:\n      our/sum: \"v\"\n  spec: {}\n");
    given("? template\n# c\n: # d\n  spec: {}\n")
        .set("v")
        .produces("? template\n# c\n: # d\n  metadata:\n    annotations:\n      our/sum: \"v\"\n  spec: {}\n");
    given("template:\n  ? spec\n  : {}\n")
        .set("v")
        .produces("template:\n  metadata:\n    annotations:\n      our/sum: \"v\"\n  ? spec\n  : {}\n");
}

/// The quotes of the key tell afterwards that a null was there.
#[test]
fn null_annotations_get_lines_below() {
    for (head, key) in [
        ("annotations:", "\"our/sum\""),
        ("annotations: # none yet", "\"our/sum\""),
        ("annotations:\t", "\"our/sum\""),
        ("annotations: &a # c", "\"our/sum\""),
        ("\"annotations\" :", "'our/sum'"),
        ("'annotations':", "\"our/sum\""),
    ] {
        given(&format!("template:\n  metadata:\n    {head}\n      # x: y\n    labels: {{}}\n")).set("v").produces(
            &format!("template:\n  metadata:\n    {head}\n      {key}: \"v\"\n      # x: y\n    labels: {{}}\n"),
        );
    }
}

#[test]
fn null_metadata_gets_lines_below() {
    given("template:\n  metadata:\n  spec: {}\n")
        .set("v")
        .produces("template:\n  metadata:\n    \"annotations\":\n      \"our/sum\": \"v\"\n  spec: {}\n");
    given("template:\n    metadata: # c\n    # s\n    spec: {}").set("v").produces(
        "template:\n    metadata: # c\n        \"annotations\":\n            \"our/sum\": \"v\"\n    # s\n    spec: {}",
    );
}

/// The blanks before the colon tell afterwards which null was there.
#[test]
fn a_written_null_becomes_braces() {
    for (null, blanks) in [("null", 2), ("~", 3), ("Null", 4), ("NULL", 5)] {
        let gap = " ".repeat(blanks);
        given(&format!("template:\n  metadata:\n    annotations: {null} # c\n    labels: {{}}\n")).set("v").produces(
            &format!("template:\n  metadata:\n    annotations: {{our/sum{gap}: \"v\"}} # c\n    labels: {{}}\n"),
        );
        given(&format!("template:\n  metadata: {null}\n  spec: {{}}\n"))
            .set("v")
            .produces(&format!("template:\n  metadata: {{annotations{gap}: {{our/sum: \"v\"}}}}\n  spec: {{}}\n"));
    }
    given("template:\n  metadata:\n    annotations : ~\n")
        .set("v")
        .produces("template:\n  metadata:\n    annotations : {our/sum    : \"v\"}\n");
}

#[test]
fn a_key_that_has_no_colon_gets_one() {
    given("template:\n  metadata:\n    ? annotations # c\n    ? labels\n")
        .set("v")
        .produces("template:\n  metadata:\n    ? annotations # c\n    :\n      'our/sum': \"v\"\n    ? labels\n");
    given("template:\n  metadata:\n    ? annotations\n    :\n    ? labels\n")
        .set("v")
        .produces("template:\n  metadata:\n    ? annotations\n    :\n      \"our/sum\": \"v\"\n    ? labels\n");
}

#[test]
fn comments_on_lines_of_their_own_survive_a_removal() {
    given(
        "
template:
  metadata: # m
    # one
    annotations: # a
      # two
      our/sum: old # c
      # three
  spec: {}
",
    )
    .remove()
    .leaves(
        "
template:
    # one
      # two
      # three
  spec: {}
",
    );
}

#[test]
fn the_template_itself_stays() {
    given("template:\n  # c\n  metadata:\n    annotations:\n      our/sum: old\nx: y\n")
        .remove()
        .leaves("template:\n  # c\n  {}\nx: y\n");
    given("metadata:\n  annotations:\n    our/sum: |\n      old\n").remove().leaves("{}\n");
}

#[test]
fn what_is_not_there_is_not_removed() {
    for text in ["template: {}\n", "template:\n  metadata: 5\n", "template:\n  metadata:\n", "x: y\n", "- x\n"] {
        given(text).remove().leaves(text);
    }
}
