//! Inputs made to be slow. Each must be read in linear time: a quadratic reader would need minutes for one of them.

use rollstamp::source::Source;
use rollstamp::yaml::{self, DocumentContent, Limits, SyntaxProblem, Value};

/// Reads everything and looks at everything: what the first problem is.
fn read(text: String) -> Option<SyntaxProblem> {
    let source = Source::new("hostile", text);
    let limits = Limits::default();
    let mut problem = None;
    for document in yaml::read_documents(source.padded(), &limits) {
        match document.content {
            DocumentContent::Empty => {}
            DocumentContent::Invalid(error) => problem = problem.or(Some(error.problem)),
            DocumentContent::Tree(tree) => {
                let root = tree.root(source.padded());
                root.duplicate_keys();
                assert!(root.get("no such key").is_none());
                assert!(Value::from_node(root, &limits).is_ok());
            }
        }
    }
    problem
}

fn lines(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).map(line).collect()
}

#[test]
fn too_deep_nesting_is_refused() {
    for open in ["[", "{a: ", "- ", "? ", "{\"a\":", "[a, ["] {
        assert_eq!(read(open.repeat(500_000)), Some(SyntaxProblem::TooDeep(1000)), "{open}");
    }
    let indentation = lines(2_000, |depth| format!("{}a:\n", " ".repeat(depth)));
    assert_eq!(read(indentation), Some(SyntaxProblem::TooDeep(1000)));
}

#[test]
fn long_flow_collections_are_read() {
    let long = ["a, ", "[a], ", "[\u{e9}], ", "a: b, ", "\"a\": 'b', ", "[], ", "{}, ", "[a: b], ", "? a, "];
    for item in long {
        let (open, close) = if item.starts_with(['a', '"', '?']) && item != "a, " { ('{', '}') } else { ('[', ']') };
        assert_eq!(read(format!("{open}{}{close}", item.repeat(300_000))), None, "{item}");
    }
    let deep = format!("{}{}", "[".repeat(900), "a,".repeat(300_000));
    assert_eq!(read(deep), Some(SyntaxProblem::ExpectedValue));
}

#[test]
fn many_keys_are_read() {
    assert_eq!(read(lines(300_000, |key| format!("key{key}: v\n"))), None);
    assert_eq!(read("k: v\n".repeat(300_000)), None);
    assert_eq!(read("? a\n: b\n".repeat(200_000)), None);
    assert_eq!(read("a: b\r\n".repeat(200_000)), None);
    assert_eq!(read("a: b\u{85}".repeat(200_000)), None);
    assert_eq!(read(format!("{}: v\n", "- ".repeat(900))), Some(SyntaxProblem::ExpectedKey));
}

#[test]
fn long_scalars_are_read() {
    assert_eq!(read(format!("a: |\n{}", "  some text\n".repeat(500_000))), None);
    assert_eq!(read(format!("a: |+\n{}", "\n".repeat(2_000_000))), None);
    assert_eq!(read(format!("a: >\n{}", "  some text\n\n   more\n".repeat(200_000))), None);
    assert_eq!(read(format!("a: {}", "b\n  ".repeat(500_000))), None);
    assert_eq!(read(format!("a: b{}c", " ".repeat(5_000_000))), None);
    assert_eq!(read(format!("a: \"{}\"", "b\u{2028}\\n".repeat(300_000))), None);
    assert_eq!(read(format!("a: '{}'", "b''\n".repeat(300_000))), None);
    assert_eq!(read("a: \"b\n".repeat(200_000)), Some(SyntaxProblem::ExpectedKey));
}

#[test]
fn many_documents_are_read() {
    assert_eq!(read("---\n".repeat(300_000)), None);
    assert_eq!(read("--- x\n".repeat(200_000)), Some(SyntaxProblem::Separator));
    assert_eq!(read("{\"a\":1}\n".repeat(200_000)), None);
    assert_eq!(read("{\"a\":1}\n".repeat(200_000) + "x"), Some(SyntaxProblem::Json));
    assert_eq!(read("# comment\n".repeat(500_000)), None);
    assert_eq!(read("\n \n".repeat(2_000_000)), None);
}

#[test]
fn multiplied_aliases_are_refused() {
    let wide = format!("a: &a\n{}b:\n{}", "- x\n".repeat(20_000), "- *a\n".repeat(20_000));
    assert_eq!(read(wide), Some(SyntaxProblem::ExcessiveAliasing));
    let bomb = lines(40, |at| match at {
        0 => "m0: &m0 {k: v}\n".to_string(),
        _ => format!("m{at}: &m{at} {{<<: [*m{0}, *m{0}]}}\n", at - 1),
    });
    assert_eq!(read(bomb), Some(SyntaxProblem::ExcessiveAliasing));
    let (open, close) = ("[".repeat(600), "]".repeat(600));
    assert_eq!(read(format!("a: &a {open}{close}\nb: {open}*a{close}\n")), Some(SyntaxProblem::TooDeep(1000)));
    assert_eq!(read(lines(90_000, |at| format!("- &a{at} x\n- *a{at}\n"))), None);
    assert_eq!(read(lines(150_000, |at| format!("- &a{at} x\n"))), Some(SyntaxProblem::TooManyAnchors(100_000)));
}

#[test]
fn tags_and_directives_are_read() {
    assert_eq!(read("- !!str a\n".repeat(200_000)), None);
    let directives = lines(20_000, |at| format!("%TAG !t{at}! tag:x\n"));
    let documents =
        yaml::read_stream(&format!("{directives}---\n{}", "- !t19999!x a\n".repeat(20_000)), &Limits::default());
    assert!(matches!(documents.as_slice(), [document] if matches!(document.content, DocumentContent::Tree(_))));
}

#[test]
fn too_many_nodes_are_refused() {
    let limits = Limits::default().nodes(1_000);
    let text = "- a\n".repeat(1_000);
    let documents = yaml::read_documents(&text, &limits);
    assert!(
        matches!(&documents[0].content, DocumentContent::Invalid(error) if error.problem == SyntaxProblem::TooManyNodes(1_000))
    );
}
