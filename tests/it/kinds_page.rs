//! The tables of kinds in the documentation are those of the code. `INSTA_UPDATE=always` writes them into it.

use rollstamp::kinds::workloads;
use rollstamp::report::{fields_markdown, kinds_markdown, producers_markdown};

use crate::support::pages::assert_holds;

const ORIGIN: &str = "the tables in src/kinds";

#[test]
fn the_tables_of_what_is_read_are_those_of_the_code() {
    let core = kinds_markdown(workloads::core_kinds());
    assert_holds("docs/manifests.md", "kinds of Kubernetes", ORIGIN, &core);
    assert_holds("docs/manifests.md", "other kinds", ORIGIN, &others());
}

#[test]
fn the_page_of_kinds_is_that_of_the_code() {
    assert_holds("docs/kinds.md", "kinds", ORIGIN, &kinds_markdown(workloads::all()));
    assert_holds("docs/kinds.md", "fields", ORIGIN, &fields_markdown());
    assert_holds("docs/kinds.md", "producers", ORIGIN, &producers_markdown());
}

/// The kinds of other projects by group, in the order of the tables.
fn others() -> String {
    let core = workloads::core_kinds();
    let mut groups: Vec<(&str, Vec<&str>)> = Vec::new();
    for kind in workloads::all().filter(|kind| !core.iter().any(|other| std::ptr::eq(*kind, other))) {
        match groups.iter_mut().find(|(group, _)| *group == kind.groups[0]) {
            Some((_, kinds)) => kinds.push(&kind.kind),
            None => groups.push((&kind.groups[0], vec![&kind.kind])),
        }
    }
    groups.into_iter().map(|(group, kinds)| format!("- `{group}`: {}\n", kinds.join(", "))).collect()
}
