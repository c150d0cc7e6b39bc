//! Values that exist are replaced in their own style.

use rollstamp::yaml::quote_string;

use super::given;

/// A digest as it usually is, one that is a number, and one that is a float.
const HEX: &str = "6d62e6dca1e22cdaeb4e38e910fa1e069930026f49f7f691d2e2eee14766d04e";
const DIGITS: &str = "1234567890123456789012345678901234567890123456789012345678901234";
const FLOAT: &str = "123e4567890123456789012345678901234567890123456789012345678901234";

fn text(value: &str) -> String {
    format!("template:\n  metadata:\n    annotations:\n      our/sum:{value}\n      z: \"1\"\n")
}

fn check(before: &str, new: &str, after: &str) {
    given(&text(before)).set(new).replaces(&text(after));
}

#[test]
fn styles_stay() {
    for (before, after) in [
        (" old # c", format!(" {HEX} # c")),
        (" 'old'", format!(" '{HEX}'")),
        (" \"old\"", format!(" \"{HEX}\"")),
        (" \"o\\u006cd\\n\"\t", format!(" \"{HEX}\"\t")),
        (" >-\n        old", format!(" >-\n        {HEX}")),
        (" >- # c\n          old\n          older\n", format!(" >- # c\n          {HEX}\n")),
        (" |-\n       old\n\n\n", format!(" |-\n       {HEX}\n\n\n")),
        (" |2-\n          old", format!(" |2-\n        {HEX}")),
        ("\n        old\n        older", format!("\n        {HEX}")),
        (" \"old\n        older\"", format!(" \"{HEX}\"")),
        (" &x old", format!(" &x {HEX}")),
        (" !!str old", format!(" !!str {HEX}")),
        (" 12", format!(" {HEX}")),
    ] {
        check(before, HEX, &after);
    }
}

#[test]
fn styles_that_would_not_give_the_string_become_double_quotes() {
    for (before, after) in [
        (" >\n        old", format!(" \"{HEX}\"")),
        (" |\n        old\n\n      # c", format!(" \"{HEX}\"\n\n      # c")),
        (" |+\n        old\n\n", format!(" \"{HEX}\"\n\n")),
        (" |-", format!(" \"{HEX}\"")),
        (" ~ # c", format!(" \"{HEX}\" # c")),
        (" null", format!(" \"{HEX}\"")),
        ("", format!(" \"{HEX}\"")),
        (" # c", format!(" \"{HEX}\" # c")),
        (" &x", format!(" &x \"{HEX}\"")),
        (" ! old", format!(" ! \"{HEX}\"")),
    ] {
        check(before, HEX, &after);
    }
    check_explicit("? our/sum # c", "? our/sum\n      : \"v\" # c");
    check_explicit("? our/sum\n      :", "? our/sum\n      : \"v\"");
}

fn check_explicit(before: &str, after: &str) {
    let text = |entry: &str| format!("template:\n  metadata:\n    annotations:\n      {entry}\n      z: \"1\"\n");
    given(&text(before)).set("v").replaces(&text(after));
}

#[test]
fn what_is_no_string_when_bare_is_quoted() {
    for new in
        [DIGITS, FLOAT, "", "y", "No", "ON", "true", "null", "~", "1_000", "0x1f", "0b1", "0o7", ".5", "1:30", "-1"]
    {
        check(" old", new, &format!(" {}", quote_string(new)));
    }
    for new in
        ["2001-12-14", "2001-12-14t21:59:43Z", "a: b", "a #b", "- a", " a", "a ", "a:", "*a", "<<", "=", "é", "a\nb"]
    {
        check(" old", new, &format!(" {}", quote_string(new)));
    }
    for new in ["abc", "a b", "a/b:c.d-e_f", "12a", "yess", "1e5a"] {
        check(" old", new, &format!(" {new}"));
    }
    check(" 'old'", "it's", " 'it''s'");
    check(" 'old'", "two\nlines", " \"two\\nlines\"");
    check(" >-\n        old", "two\nlines", " \"two\\nlines\"");
    check(" >-\n        old", DIGITS, &format!(" >-\n        {DIGITS}"));
}

#[test]
fn equal_texts_are_left_alone_if_they_are_strings() {
    check(" v", "v", " v");
    check(" 'v' # c", "v", " 'v' # c");
    check(" >-\n        v", "v", " >-\n        v");
    check(" 12", "12", " \"12\"");
    check(" yes", "yes", " \"yes\"");
    check(" 2001-12-14", "2001-12-14", " \"2001-12-14\"");
}

#[test]
fn in_braces() {
    for (before, after) in [
        ("{our/sum: old}", "{our/sum: v}"),
        ("{our/sum: }", "{our/sum: \"v\" }"),
        ("{our/sum}", "{our/sum: \"v\"}"),
        ("{our/sum, a: b}", "{our/sum: \"v\", a: b}"),
        ("{\"our/sum\":}", "{\"our/sum\": \"v\"}"),
        ("{\"our/sum\":\"old\"}", "{\"our/sum\":\"v\"}"),
        ("{our/sum: 'old', a: b}", "{our/sum: 'v', a: b}"),
    ] {
        let text = |annotations: &str| format!("template: {{metadata: {{annotations: {annotations}}}}}\n");
        given(&text(before)).set("v").replaces(&text(after));
    }
    given("template: {metadata: {annotations: {our/sum: old}}}\n")
        .set("a:b")
        .replaces("template: {metadata: {annotations: {our/sum: \"a:b\"}}}\n");
    given("{\"template\": {\"metadata\": {\"annotations\": {\"our/sum\": 12}}}}")
        .set("v\u{7f}\"")
        .replaces("{\"template\": {\"metadata\": {\"annotations\": {\"our/sum\": \"v\\u007F\\\"\"}}}}");
    given("{\"template\": {\"metadata\": {\"annotations\": {\"our/sum\": 12}}}}")
        .set("abc")
        .replaces("{\"template\": {\"metadata\": {\"annotations\": {\"our/sum\": \"abc\"}}}}");
}

#[test]
fn an_alias_is_replaced_by_the_literal() {
    given("x: &x old\ntemplate:\n  metadata:\n    annotations:\n      our/sum: *x # c\n")
        .set("v")
        .replaces("x: &x old\ntemplate:\n  metadata:\n    annotations:\n      our/sum: \"v\" # c\n");
    given("x: &x old\ntemplate:\n  metadata:\n    annotations: {our/sum: *x }\n")
        .set("v")
        .replaces("x: &x old\ntemplate:\n  metadata:\n    annotations: {our/sum: \"v\" }\n");
}

#[test]
fn at_the_end_of_the_text() {
    for (before, after) in [("old", "v"), ("|\n        old", "\"v\""), (">-\n        old", ">-\n        v")] {
        let text = |value: &str| format!("template:\n  metadata:\n    annotations:\n      our/sum: {value}");
        given(&text(before)).set("v").replaces(&text(after));
    }
    given("template:\r\n  metadata:\r\n    annotations:\r\n      our/sum: |-\r\n        old\r\n      a: b\r\n")
        .set("v")
        .replaces("template:\r\n  metadata:\r\n    annotations:\r\n      our/sum: |-\r\n        v\r\n      a: b\r\n");
}

#[test]
fn quoted_texts_are_yaml_and_json() {
    for text in ["", "a", "\"\\/", "a\tb\r\n", "\0\u{1b}\u{7f}\u{85}\u{2028}\u{feff}\u{ffff}", "é漢🙂"] {
        assert_eq!(serde_json::from_str::<String>(&quote_string(text)).unwrap(), text);
        check(" old", text, &format!(" {}", if text == "a" { "a".to_string() } else { quote_string(text) }));
    }
}
