//! The reader with its short cut for simple lines and without it: equal trees, equal errors, for every input there is.
//!
//! `ROLLSTAMP_CORPUS` adds every file below a folder, and `ROLLSTAMP_FUZZ_ROUNDS` sets how many texts are made up
//! (default: 20,000 of each kind, the same on every run; another `ROLLSTAMP_FUZZ_SEED` makes others).

use std::path::{Path, PathBuf};

use base64::Engine;
use rollstamp::source::Source;
use rollstamp::yaml::{self, Document, DocumentContent, Limits, Node, NodeId, Tree};
use serde_json::Value as Json;

/// Limits that leave room, and some that are exceeded soon.
fn limits() -> [Limits; 3] {
    let limits = Limits::default();
    [limits.clone(), limits.clone().nodes(20), limits.depth(10)]
}

/// Checks that a text is read the same in both ways.
fn check_text(text: &str) {
    let source = Source::new("x", text);
    for limits in limits() {
        let tokens = limits.clone().takes_short_cuts(false);
        check_documents(text, &yaml::read_stream(text, &limits), &yaml::read_stream(text, &tokens));
        let text = source.padded();
        check_documents(text, &yaml::read_documents(text, &limits), &yaml::read_documents(text, &tokens));
    }
}

fn check_documents(text: &str, ours: &[Document], expected: &[Document]) {
    assert_eq!(ours.len(), expected.len(), "documents of {text:?}");
    for (ours, expected) in ours.iter().zip(expected) {
        assert_eq!((&ours.range, ours.ignored), (&expected.range, expected.ignored), "ranges of {text:?}");
        match (&ours.content, &expected.content) {
            (DocumentContent::Empty, DocumentContent::Empty) => {}
            (DocumentContent::Tree(ours), DocumentContent::Tree(expected)) => {
                assert!(ours == expected, "{text:?}\nis read by lines as\n{ours:#?}\nby tokens as\n{expected:#?}");
                check_lookups(text, ours, expected);
            }
            (DocumentContent::Invalid(ours), DocumentContent::Invalid(expected)) => {
                assert!(ours == expected, "{text:?}\nfails by lines with\n{ours:?}\nby tokens with\n{expected:?}");
            }
            (ours, expected) => panic!("{text:?}\nis by lines {}\nby tokens {}", outcome(ours), outcome(expected)),
        }
    }
}

/// Checks that keys are found the same with the short cut for them and without it.
fn check_lookups(text: &str, ours: &Tree, expected: &Tree) {
    for id in (0..ours.node_count()).map(NodeId::new) {
        let (ours, expected) = (ours.node(text, id), expected.node(text, id));
        if !ours.is_mapping() {
            continue;
        }
        let (entries, others) = (ours.entries(), expected.entries());
        assert_eq!(entries.len(), others.len(), "entries of {ours:?} in {text:?}");
        for ((key, node, value), (other_key, other_node, other_value)) in entries.iter().zip(&others) {
            assert_eq!((key, node.id(), value.id()), (other_key, other_node.id(), other_value.id()), "{text:?}");
        }
        let keys = others.iter().map(|(key, ..)| &**key).chain(["k", "true", "1", "-1", "<<", ""]);
        for key in keys {
            let ids = |(key, value): (Node<'_>, Node<'_>)| (key.id(), value.id());
            assert_eq!(ours.entry(key).map(ids), expected.entry(key).map(ids), "{key:?} in {text:?}");
            assert!(ours.may_hold_key(&[key]) || expected.entry(key).is_none(), "{key:?} in {text:?}");
        }
        let ids = |node: Node<'_>| -> Vec<_> {
            node.duplicate_keys().iter().map(|(first, second)| (first.id(), second.id())).collect()
        };
        assert_eq!(ids(ours), ids(expected), "duplicates in {text:?}");
    }
}

fn outcome(content: &DocumentContent) -> String {
    match content {
        DocumentContent::Empty => "empty".to_string(),
        DocumentContent::Tree(tree) => format!("{tree:#?}"),
        DocumentContent::Invalid(error) => format!("{error:?}"),
    }
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> = std::fs::read_dir(folder).into_iter().flatten().flatten().collect();
    entries.sort_by_key(std::fs::DirEntry::path);
    for entry in entries {
        let path = entry.path();
        if path.is_dir() && !path.is_symlink() {
            files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml") {
            found.push(path);
        }
    }
}

fn texts_below(folder: &Path) -> Vec<String> {
    let mut paths = Vec::new();
    files(folder, &mut paths);
    paths.iter().filter_map(|path| std::fs::read_to_string(path).ok()).collect()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn vectors() -> Vec<String> {
    let mut texts = Vec::new();
    for file in ["yaml-traps.jsonl", "yaml-test-suite.jsonl"] {
        let lines = std::fs::read_to_string(root().join("testdata/vectors").join(file)).unwrap();
        for line in lines.lines() {
            let vector: Json = serde_json::from_str(line).unwrap();
            let input = base64::engine::general_purpose::STANDARD.decode(vector["input_base64"].as_str().unwrap());
            texts.extend(String::from_utf8(input.unwrap()));
        }
    }
    texts
}

#[test]
fn vectors_and_fixtures_are_read_the_same_by_lines_and_by_tokens() {
    let mut texts = vectors();
    texts.extend(texts_below(&root().join("testdata")));
    if let Some(folder) = std::env::var_os("ROLLSTAMP_CORPUS") {
        texts.extend(texts_below(Path::new(&folder)));
    }
    assert!(texts.len() > 500, "only {} texts", texts.len());
    for text in &texts {
        check_text(text);
        check_text(&text.replace('\n', "\r\n"));
    }
}

/// Pseudo-random numbers, the same on every run (xorshift).
struct Random(u64);

impl Random {
    fn new(salt: u64) -> Random {
        let seed = std::env::var("ROLLSTAMP_FUZZ_SEED").ok().and_then(|seed| seed.parse::<u64>().ok());
        Random(seed.unwrap_or(1).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ (salt + 1))
    }

    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) as usize % bound.max(1)
    }

    fn pick<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }
}

fn rounds() -> usize {
    std::env::var("ROLLSTAMP_FUZZ_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(20_000)
}

/// Starts of lines and of what follows a `- `.
const HEADS: &[&str] = &[
    "",
    "",
    "- ",
    "- ",
    "-",
    "- - ",
    "? ",
    ": ",
    "k: ",
    "k: ",
    "key:",
    "key:",
    "a b: ",
    "\"q\": ",
    "'q': ",
    "\"q\" : ",
    "n : ",
    "é: ",
    "x:y: ",
    "-1: ",
    "...",
    "---",
    "... a: ",
    ".k: ",
    "--- ",
    "%x: ",
    "<<: ",
    "y: ",
    "1: ",
    "*x : ",
    "&a k: ",
    "!t k: ",
    "[a]: ",
    "{a: b}: ",
    "- k: ",
    "- k:",
    "-\t",
    "k:\t",
    "a#b: ",
    "a: b: ",
    "#",
    "'it''s': ",
    "\"\\n\": ",
    "~: ",
];

const VALUES: &[&str] = &[
    "",
    "",
    "v",
    "a b",
    "a  b ",
    "v # c",
    "v#c",
    "# c",
    "\"q\"",
    "'q'",
    "\"q\" # c",
    "\"q\"x",
    "'it''s'",
    "\"\\n\"",
    "\"a",
    "'a",
    "|",
    ">",
    "|-",
    ">+",
    "|2",
    "| # c",
    "|x",
    "[]",
    "{}",
    "[a, b]",
    "{a: b}",
    "[a",
    "{a: b",
    "]",
    "*x",
    "&x",
    "&x v",
    "!t v",
    "!!str",
    "a: b",
    "a:",
    ":a",
    "-",
    "- ",
    "-a",
    "@",
    "`",
    "%",
    "\t",
    "a\tb",
    "a \t# c",
    "\u{85}",
    "é",
    "a\u{2028}b",
    "1",
    "-1",
    ".inf",
    "~",
    "yes",
    "?",
    "? a",
    ",",
    "---",
    "...",
    "\"q\":",
    "'q': v",
    "\"q\"# c",
    "http://x:80/#a",
    "\r",
    "k:v",
    "0",
    "a,b",
    "a]b",
    "\u{feff}x",
    "<<",
    "=",
    "\\",
    "\"two\n  lines\"",
    "'two\nlines'",
    "{\n}",
    "\u{1}",
];

const BREAKS: &[&str] =
    &["\n", "\n", "\n", "\n", "\n", "\n", "\r\n", "\n\n", "\n  \n", "\n\t\n", "\n# c\n", "\n    # c\n", "\r", ""];

fn made_up_line(random: &mut Random, out: &mut String) {
    let column = random.pick(&[0, 0, 0, 1, 2, 2, 2, 4, 4, 6]);
    out.push_str(&" ".repeat(column));
    if random.below(30) == 0 {
        out.push('\t');
    }
    out.push_str(random.pick(HEADS));
    if random.below(8) == 0 {
        out.push_str(random.pick(HEADS));
    }
    out.push_str(random.pick(VALUES));
    out.push_str(random.pick(BREAKS));
}

#[test]
fn made_up_lines_are_read_the_same_by_lines_and_by_tokens() {
    let mut random = Random::new(1);
    for _ in 0..rounds() {
        let mut text = String::new();
        for _ in 0..=random.below(9) {
            made_up_line(&mut random, &mut text);
        }
        check_text(&text);
    }
}

/// Puts a piece somewhere into a text, or leaves a part out, or says a part twice.
fn mutate(text: &str, random: &mut Random) -> String {
    let start = floor(text, random.below(text.len() + 1));
    let end = floor(text, (start + random.below(12)).min(text.len()));
    let piece = match random.below(6) {
        0 => "",
        1 => &text[start..end],
        2 => " ",
        3 => random.pick(BREAKS),
        4 => random.pick(HEADS),
        _ => random.pick(VALUES),
    };
    let rest = if random.below(2) == 0 { start } else { end };
    [&text[..start], piece, &text[rest..]].concat()
}

fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Some lines of a text, from the start of one on.
fn excerpt<'t>(text: &'t str, random: &mut Random) -> &'t str {
    let lines: Vec<usize> = text.match_indices('\n').map(|(at, _)| at + 1).collect();
    if lines.is_empty() {
        return text;
    }
    let start = if random.below(3) == 0 { 0 } else { random.pick(&lines) };
    let lines = 1 + random.below(25);
    let end = text[start..].match_indices('\n').nth(lines).map_or(text.len(), |(at, _)| start + at + 1);
    &text[start..end]
}

#[test]
fn mutated_fixtures_are_read_the_same_by_lines_and_by_tokens() {
    let mut texts = vectors();
    texts.extend(texts_below(&root().join("testdata")));
    let mut random = Random::new(2);
    for _ in 0..rounds() {
        let mut text = excerpt(texts[random.below(texts.len())].as_str(), &mut random).to_string();
        for _ in 0..=random.below(3) {
            text = mutate(&text, &mut random);
        }
        check_text(&text);
    }
}
