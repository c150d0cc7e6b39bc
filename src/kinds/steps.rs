//! Ways from an object down to nodes of it, as data: through lists and maps as well as keys.

use crate::yaml::Node;

/// A step from a node to what it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The value of a key. On a list, that of each of its items: where a way goes through a list, it need not say so.
    Key(&'static str),
    /// The value of each key with this start and end; of every key, where both are empty.
    KeyLike(&'static str, &'static str),
    /// Each item of a list.
    Each,
}

/// Steps from an object, or from a node of it, down to what is meant.
pub type Steps = &'static [Step];

/// A way down, checked by the compiler instead of split at run time: `steps!("spec" / "jobs" / [] / "template")`, where
/// `[]` is each item of a list and `*` each value of a map.
macro_rules! steps {
    (@ []) => { $crate::kinds::steps::Step::Each };
    (@ *) => { $crate::kinds::steps::Step::KeyLike("", "") };
    (@ $key:literal) => { $crate::kinds::steps::Step::Key($key) };
    (@ ($start:literal * $end:literal)) => { $crate::kinds::steps::Step::KeyLike($start, $end) };
    () => { &[] };
    ($($step:tt)/ +) => { &[$($crate::kinds::steps::steps!(@ $step)),+] };
}
pub(crate) use steps;

/// Finds the nodes at the end of a way: `found` is called with each and with the node that holds it.
pub fn walk<'a>(from: Node<'a>, steps: &[Step], found: &mut dyn FnMut(Node<'a>, Node<'a>)) {
    go(from, from, steps, found);
}

/// The nodes at the end of a way.
pub fn nodes<'a>(from: Node<'a>, steps: &[Step]) -> Vec<Node<'a>> {
    let mut nodes = Vec::new();
    walk(from, steps, &mut |_, node| nodes.push(node));
    nodes
}

/// Whether a way leads anywhere.
pub fn leads(from: Node<'_>, steps: &[Step]) -> bool {
    let mut any = false;
    walk(from, steps, &mut |_, _| any = true);
    any
}

fn go<'a>(parent: Node<'a>, node: Node<'a>, steps: &[Step], found: &mut dyn FnMut(Node<'a>, Node<'a>)) {
    let Some((step, rest)) = steps.split_first() else { return found(parent, node) };
    match *step {
        Step::Key(key) => match node.get(key) {
            Some(value) => go(node, value, rest, found),
            None => node.items().for_each(|item| {
                if let Some(value) = item.get(key) {
                    go(item, value, rest, found);
                }
            }),
        },
        Step::Each => node.items().for_each(|item| go(node, item, rest, found)),
        Step::KeyLike(start, end) => {
            let like = |key: &str| key.starts_with(start) && key.ends_with(end);
            let entries = node.entries().into_iter().filter(|(key, ..)| like(key));
            entries.for_each(|(_, _, value)| go(node, value, rest, found));
        }
    }
}

/// A way as people write it: `spec/jobs[]/template`, with `*` for any key and `\/` for a slash in one.
pub fn show(steps: &[Step]) -> String {
    let mut text = String::new();
    for step in steps {
        if !text.is_empty() && *step != Step::Each {
            text.push('/');
        }
        match step {
            Step::Key(key) => text.push_str(&key.replace('/', "\\/")),
            Step::KeyLike(start, end) => {
                text.push_str(&format!("{}*{}", start.replace('/', "\\/"), end.replace('/', "\\/")));
            }
            Step::Each => text.push_str("[]"),
        }
    }
    text
}
