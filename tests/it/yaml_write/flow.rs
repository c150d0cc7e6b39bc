//! Flow style, YAML's and JSON's.

use super::given;

/// Sets in `metadata` written so, with removal leading back.
fn check(rows: &[(&str, &str)]) {
    for (before, after) in rows {
        let text = |metadata: &str| format!("template:\n  metadata: {metadata}\n  spec: {{}}\n");
        given(&text(before)).set("v").produces(&text(after));
    }
}

#[test]
fn on_one_line() {
    check(&[
        ("{annotations: {a: b}}", "{annotations: {a: b, our/sum: \"v\"}}"),
        ("{annotations: { a: b }}", "{annotations: { a: b, our/sum: \"v\" }}"),
        ("{annotations: { a: b, }}", "{annotations: { a: b, our/sum: \"v\", }}"),
        ("{annotations: {a: b,}, x: y}", "{annotations: {a: b, our/sum: \"v\",}, x: y}"),
        ("{annotations: {\"a\":\"b\"}}", "{annotations: {\"a\":\"b\",\"our/sum\":\"v\"}}"),
        ("{annotations: {'a': 'b'}}", "{annotations: {'a': 'b', 'our/sum': \"v\"}}"),
        ("{annotations: {\"a\":\"b\", \"c\":\"d\"}}", "{annotations: {\"a\":\"b\", \"c\":\"d\", \"our/sum\":\"v\"}}"),
        ("{annotations: {a : b , c : d}}", "{annotations: {a : b , c : d , our/sum : \"v\"}}"),
        ("{name: web}", "{name: web, annotations: {our/sum: \"v\"}}"),
        ("{\"name\":\"web\"}", "{\"name\":\"web\",\"annotations\":{\"our/sum\":\"v\"}}"),
    ]);
}

#[test]
fn absent_values_before_a_comma() {
    check(&[
        ("{annotations: {a: }}", "{annotations: {a: , our/sum: \"v\" }}"),
        ("{annotations: {a}}", "{annotations: {a , our/sum: \"v\"}}"),
        ("{annotations: {a: !!str }}", "{annotations: {a: !!str , our/sum: \"v\" }}"),
        ("{annotations: {a: &x }}", "{annotations: {a: &x , our/sum: \"v\" }}"),
        ("{annotations: {\"a\":}}", "{annotations: {\"a\": ,\"our/sum\":\"v\"}}"),
        ("{annotations: {? a : b}}", "{annotations: {? a : b, our/sum : \"v\"}}"),
    ]);
}

#[test]
fn on_lines_of_their_own() {
    check(&[
        (
            "{annotations: {\n    a: b,\n    c: d\n  }}",
            "{annotations: {\n    a: b,\n    c: d,\n    our/sum: \"v\"\n  }}",
        ),
        (
            "{annotations: {\n    a: b,\n    c: d,\n  }}",
            "{annotations: {\n    a: b,\n    c: d,\n    our/sum: \"v\",\n  }}",
        ),
        ("{annotations: {\n    a: b\n   ,\n  }}", "{annotations: {\n    a: b\n   ,\n    our/sum: \"v\",\n  }}"),
        ("{annotations: {\n    a: b }}", "{annotations: {\n    a: b,\n    our/sum: \"v\" }}"),
        ("{annotations: {\n    a: b, }}", "{annotations: {\n    a: b,\n    our/sum: \"v\", }}"),
        ("{annotations: { a: b\n    , c: d\n    }}", "{annotations: { a: b\n    , c: d, our/sum: \"v\"\n    }}"),
        ("{annotations: {\n    a:\n  }}", "{annotations: {\n    a: ,\n    our/sum: \"v\"\n  }}"),
        ("{\n    name: web\n  }", "{\n    name: web,\n    annotations: {\n      our/sum: \"v\"\n    }\n  }"),
        // KYAML ends every entry with a comma.
        ("{\n    name: \"web\",\n  }", "{\n    name: \"web\",\n    annotations: {\n      our/sum: \"v\",\n    },\n  }"),
    ]);
}

#[test]
fn comments_before_the_closing_brace() {
    check(&[
        ("{annotations: {\n    a: b # c\n  }}", "{annotations: {\n    a: b, # c\n    our/sum: \"v\"\n  }}"),
        (
            "{annotations: {\n    a: b # c\n    # d\n  }}",
            "{annotations: {\n    a: b, # c\n    our/sum: \"v\"\n    # d\n  }}",
        ),
        (
            "{annotations: {\n    a: b, # c, d\n    # e, f\n  }}",
            "{annotations: {\n    a: b, # c, d\n    our/sum: \"v\",\n    # e, f\n  }}",
        ),
        (
            "{annotations: {\n    a: b # c\n    , # d\n  }}",
            "{annotations: {\n    a: b # c\n    , # d\n    our/sum: \"v\",\n  }}",
        ),
        ("{annotations: {a: b # c, d\n  }}", "{annotations: {a: b, our/sum: \"v\" # c, d\n  }}"),
        ("{annotations: {a: b # c\n    }, x: y}", "{annotations: {a: b, our/sum: \"v\" # c\n    }, x: y}"),
    ]);
}

/// The blanks before the colon tell afterwards what was there, in braces inside of braces.
#[test]
fn empty_braces() {
    let text = |metadata: &str| format!("template:\n  metadata:{metadata}  spec: {{}}\n");
    for (before, after) in [
        (" {} # c\n", " {annotations: {our/sum: \"v\"}} # c\n"),
        (" { }\n", " { annotations: {our/sum: \"v\"} }\n"),
        ("\n    annotations: {} # c\n", "\n    annotations: {our/sum: \"v\"} # c\n"),
        (" {annotations: {}, x: y}\n", " {annotations: {our/sum : \"v\"}, x: y}\n"),
        (" {annotations : {}, x: y}\n", " {annotations : {our/sum  : \"v\"}, x: y}\n"),
        (" {annotations: {}}\n", " {annotations: {our/sum : \"v\"}}\n"),
        (" {x: y, annotations: { }}\n", " {x: y, annotations: { our/sum : \"v\" }}\n"),
        (" {annotations: ~, x: y}\n", " {annotations: {our/sum   : \"v\"}, x: y}\n"),
        (" {annotations: , x: y}\n", " {annotations: {our/sum      : \"v\"} , x: y}\n"),
        (" {annotations, x: y}\n", " {annotations: {our/sum       : \"v\"}, x: y}\n"),
        (" {\"annotations\":{},\"x\":0}\n", " {\"annotations\":{\"our/sum\" :\"v\"},\"x\":0}\n"),
        (" {\n    # c\n    }\n", " {\n    # c\n      annotations: {our/sum: \"v\"}\n    }\n"),
        (" {\n    }\n", " {\n      annotations: {our/sum: \"v\"}\n    }\n"),
        (" { # c\n  }\n", " { # c\n    annotations: {our/sum: \"v\"}\n  }\n"),
        (" {annotations: { # c\n    }, x: y}\n", " {annotations: { # c\n      our/sum        : \"v\"\n    }, x: y}\n"),
    ] {
        given(&text(before)).set("v").produces(&text(after));
    }
}

#[test]
fn templates_in_braces() {
    given("template: {spec: {}}\n")
        .set("v")
        .produces("template: {metadata: {annotations: {our/sum: \"v\"}}, spec: {}}\n");
    given("template: {}\n").set("v").produces("template: {metadata: {annotations: {our/sum: \"v\"}}}\n");
    given("template: { # c\n  spec: {} }\n").set("v").produces(
        "template: { # c\n  metadata: {\n    annotations: {\n      our/sum: \"v\"\n    }\n  },\n  spec: {} }\n",
    );
    given("{template: {spec: {}}}")
        .set("v")
        .produces("{template: {metadata: {annotations: {our/sum: \"v\"}}, spec: {}}}");
    given("items: [{template: {spec: {}}}]\ntemplate: {spec: [{template: 1}]}\n").set("v").produces(
        "items: [{template: {spec: {}}}]\ntemplate: {metadata: {annotations: {our/sum: \"v\"}}, spec: [{template: 1}]}\n",
    );
}

#[test]
fn json_on_one_line() {
    given(r#"{"template":{"spec":{}}}"#)
        .set("v")
        .produces(r#"{"template":{"metadata":{"annotations":{"our/sum":"v"}},"spec":{}}}"#);
    given(r#"{"template": {"metadata": {"annotations": {"a": "b"}}}}"#)
        .set("v")
        .produces(r#"{"template": {"metadata": {"annotations": {"a": "b", "our/sum": "v"}}}}"#);
    given(r#"{"template":{"metadata":null,"spec":{}}}"#)
        .set("v")
        .produces(r#"{"template":{"metadata":{"annotations"  :{"our/sum":"v"}},"spec":{}}}"#);
    given("{}").set("v").produces("{\"metadata\": {\"annotations\": {\"our/sum\": \"v\"}}}");
}

/// The same document in 2 and 4 spaces and in tabs.
#[test]
fn json_on_many_lines() {
    for (step, eol) in [("  ", "\n"), ("    ", "\n"), ("\t", "\n"), ("  ", "\r\n")] {
        let text = |text: &str| text.replace("  ", step).replace('\n', eol);
        given(&text("{\n  \"template\": {\n    \"spec\": {\n      \"x\": 1\n    }\n  }\n}\n")).set("v").produces(&text(
            "{\n  \"template\": {\n    \"metadata\": {\n      \"annotations\": {\n        \"our/sum\": \"v\"\n      }\n    },\n    \
             \"spec\": {\n      \"x\": 1\n    }\n  }\n}\n",
        ));
        given(&text("{\n  \"template\": {\n    \"metadata\": {\n      \"annotations\": {\n        \"a\": \"b\"\n      }\n    }\n  }\n}"))
            .set("v")
            .produces(&text(
                "{\n  \"template\": {\n    \"metadata\": {\n      \"annotations\": {\n        \"a\": \"b\",\n        \"our/sum\": \
                 \"v\"\n      }\n    }\n  }\n}",
            ));
        given(&text("{\n  \"template\": {\n    \"metadata\": {\n      \"name\": \"x\",\n      \"annotations\": {}\n    }\n  }\n}\n"))
            .set("v")
            .produces(&text(
                    "{\n  \"template\": {\n    \"metadata\": {\n      \"name\": \"x\",\n      \"annotations\": {\n        \
                     \"our/sum\" : \"v\"\n      }\n    }\n  }\n}\n",
            ));
        given(&text("{\n  \"template\": {\n    \"metadata\": {\n      \"name\": \"x\"\n    }\n  }\n}\n"))
            .set("v")
            .produces(&text(
                "{\n  \"template\": {\n    \"metadata\": {\n      \"name\": \"x\",\n      \"annotations\": {\n        \
                 \"our/sum\": \"v\"\n      }\n    }\n  }\n}\n",
            ));
    }
}

#[test]
fn json_behind_a_separator_is_yaml() {
    given("---\n{\"template\": {\"spec\": {}}}\n")
        .set("v")
        .produces("---\n{\"template\": {\"metadata\": {\"annotations\": {\"our/sum\": \"v\"}}, \"spec\": {}}}\n");
    given("{\"x\": 1}\n{\"template\": {\"spec\": {}}}\n").set("v").produces(
        "{\"x\": 1}\n{\"template\": {\"metadata\": {\"annotations\": {\"our/sum\": \"v\"}}, \"spec\": {}}}\n",
    );
}

#[test]
fn removing_one_of_several() {
    for (before, after) in [
        ("{our/sum: x, a: b}", "{a: b}"),
        ("{a: b, our/sum: x, c: d}", "{a: b, c: d}"),
        ("{a: b, our/sum: x}", "{a: b}"),
        ("{a: b, our/sum: x,}", "{a: b,}"),
        ("{ our/sum: x, # c\n    a: b }", "{ a: b }"),
        ("{\n    our/sum: x, # c\n    # d\n    a: b }", "{\n    # d\n    a: b }"),
        ("{ a: b # c\n    , our/sum: x }", "{ a: b # c\n      }"),
        ("{\n    a: b, # c\n    our/sum: x }", "{\n    a: b # c\n     }"),
    ] {
        let text = |annotations: &str| format!("template:\n  metadata: {{annotations: {annotations}}}\n  spec: {{}}\n");
        given(&text(before)).remove().leaves(&text(after));
    }
}
