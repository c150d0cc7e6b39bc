//! Regions against documents: whatever regions confirm, the document must confirm too.

use super::{EditedDocument, PlannedValue};
use crate::bundle::{Bundle, BundleDocument};
use crate::edit::{Edit, Edits};
use crate::yaml::{Node, NodeKind, Value};
use crate::{ParseOptions, Source, parse};

/// Pseudo-random numbers, the same on every run (xorshift).
struct Random(u64);

impl Random {
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

const ROUNDS: usize = 30_000;

/// Values that edits write well, and texts that they must not write.
const GOOD: &[&str] = &["new", "app-7f9c", "\"quoted\"", "a b"];
const BAD: &[&str] = &[
    "",
    " ",
    "x: y",
    "x # y",
    "|",
    "|+\n",
    ">\n    z",
    "'",
    "\"",
    "[",
    "{a: b}",
    "&x y",
    "*x",
    "!t z",
    "!!str z",
    "new\n",
    "new\n  k: v",
    "new\nk: v",
    "new\n    more",
    "\t",
    "\n\t\n",
    "new\n# c\n",
    "new\n...\n",
    "new\n---\n",
    "---\n",
    "%x\n",
    "- z",
    "-",
    "? z",
    ": z",
    "<<: z",
    "\u{85}",
    "\u{2028}k: v",
    "\r",
    "\r\n",
    "\u{feff}",
    "yes",
    "1",
    "~",
    "k: v\n",
    "k:\n",
    "  k: v\n",
    "    k: v\n",
    "      k: v\n",
    "name: z\n",
    "  name: z\n",
    "    name: z\n",
    "# c\n",
    "\n",
    "\n\n",
    "@",
    "\u{1}",
];

const TEXT: &str = "# c\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: cfg  # c\n  labels:\n    a: b\n\n  # d\n\ndata:\n  k: |\n    x\n\n  \
    l: >+\n    y\n\n  m: \"q\"\n  n: 'r'\n  o: two\n    lines\n  p:\n  name: z\n---\nspec:\n- name: a\n  ref:\n    name: cfg\n    key: k\n\
    -   name: b\n    ref: {name: cfg}\n  # c\n- - name: c\n    x:\n    - name: d\n      y: |-\n       z\n      name: e\n  - ? a: b\n    : c: d\n\
    end:\n  - k\n  last: 1";

macro_rules! cases {
    ($($case:literal),* $(,)?) => {
        &[$(include_str!(concat!("../../../testdata/cases/", $case))),*]
    };
}

const CASES: &[&str] = cases![
    "annotations-shapes/in/all.yaml",
    "argo-rollout-canary/in/app.yaml",
    "configs-in-every-style/in/all.yaml",
    "cron-job/in/report.yaml",
    "job-sets-and-training/in/app.yaml",
    "names-in-roles/in/all.yaml",
    "one-name-in-two-namespaces/in/all.yaml",
    "projected-volume/in/all.yaml",
    "stale-stamps-in-every-style/in/all.yaml",
    "strimzi-kafka/in/app.yaml",
    "templates-of-external-secrets/in/app.yaml",
    "volumes-of-csi-drivers/in/app.yaml",
];

fn texts() -> Vec<String> {
    let mut texts = vec![TEXT.to_string(), TEXT.replace('\n', "\r\n"), TEXT.replacen("cfg  # c", "&a cfg", 1)];
    texts.extend(CASES.iter().map(|case| (*case).to_string()));
    texts
}

/// Values of block mappings, and their keys.
fn values<'a>(root: Node<'a>) -> Vec<(Node<'a>, Node<'a>, Node<'a>)> {
    let mut found = Vec::new();
    let mut open = vec![root];
    while let Some(node) = open.pop() {
        open.extend(node.children());
        if node.kind() == (NodeKind::Mapping { flow: false }) {
            found.extend(node.pairs().map(|(key, value)| (node, key, value)));
        }
    }
    found
}

/// An edit of a value or near it, and whether its text was meant to be sound.
fn made_up_edit(random: &mut Random, text: &str, key: Node<'_>, value: Node<'_>) -> (Edit, String) {
    let new = if random.below(3) > 0 { random.pick(GOOD) } else { random.pick(BAD) };
    let places = [value.span().start, value.span().end, key.span().start, key.span().end];
    let line = text[..key.span().start].rfind('\n').map_or(0, |at| at + 1);
    let next = text[value.span().end..].find('\n').map_or(text.len(), |at| value.span().end + at + 1);
    let edit = match random.below(8) {
        0 => Edit::insertion(random.pick(&places), new),
        1 => Edit::insertion(random.pick(&[line, next]), format!("{}k: {new}\n", &text[line..key.span().start])),
        2 => Edit::insertion(random.pick(&[line, next]), new),
        3 => Edit::deletion(key.span().start..value.span().end),
        _ => Edit::replacement(value.span(), new),
    };
    (edit, new.trim_matches('"').to_string())
}

struct Counts {
    regions: usize,
    documents: usize,
}

fn check_edits(bundle: &Bundle, document: &BundleDocument, random: &mut Random, counts: &mut Counts) {
    let old_text = bundle.sources[document.source].padded();
    let opened = document.tree.open(old_text);
    let values = values(opened.root());
    if values.is_empty() {
        return;
    }
    let (mut edits, mut planned) = (Edits::default(), Vec::new());
    for _ in 0..=random.below(3) {
        let (mapping, key, value) = random.pick(&values);
        let (edit, text) = made_up_edit(random, old_text, key, value);
        let is_inside = document.range.start <= edit.range().start && edit.range().end <= document.range.end;
        if !is_inside || edits.insert(edit).is_err() {
            continue;
        }
        let Some(name) = key.key_text() else { continue };
        if random.below(8) > 0 {
            planned.push((mapping.id(), vec![name.into_owned()], Some(Value::String(text))));
        }
    }
    let new_text = edits.apply(old_text);
    let edited = EditedDocument { document, tree: opened.tree(), old_text, edits: &edits };
    let planned: Vec<_> =
        planned.iter().map(|(base, path, value)| PlannedValue { base: *base, path, value: value.as_ref() }).collect();
    let by_regions = edited.regions_match(&planned) == Some(true);
    let by_document = edited.matches_plan(&planned) == Some(true);
    counts.regions += usize::from(by_regions);
    counts.documents += usize::from(by_document);
    assert!(by_document || !by_regions, "only regions confirm {edits:?}\nin {old_text:?}\nwhich gives {new_text:?}");
}

#[test]
fn regions_confirm_nothing_that_the_document_does_not_confirm() {
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    let sources = texts().into_iter().map(|text| Source::new("x", text)).collect();
    let bundle = parse(sources, &ParseOptions::default().keep_all(true));
    let documents: Vec<&BundleDocument> = bundle.documents.iter().collect();
    assert!(documents.len() > 40, "only {} documents", documents.len());
    let mut counts = Counts { regions: 0, documents: 0 };
    for round in 0..ROUNDS {
        let few = if round % 2 == 0 { documents.len() } else { 6 };
        check_edits(&bundle, documents[random.below(few)], &mut random, &mut counts);
    }
    let Counts { regions, documents } = counts;
    assert!(regions * 2 > documents && documents * 10 > ROUNDS, "{regions} by regions, {documents} by document");
}
