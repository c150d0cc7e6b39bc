//! The tables of kinds in the documentation are those of the code. `INSTA_UPDATE=always` writes them into it.

use std::fs;
use std::path::Path;

use rollstamp::kinds::workloads;
use rollstamp::report::{fields_markdown, kinds_markdown, producers_markdown};

#[test]
fn the_table_of_the_readme_is_that_of_the_code() {
    let core = kinds_markdown(workloads::core_kinds());
    holds("README.md", "kinds of Kubernetes", &core);
    holds("README.md", "other kinds", &others());
}

#[test]
fn the_page_of_kinds_is_that_of_the_code() {
    holds("docs/kinds.md", "kinds", &kinds_markdown(workloads::all()));
    holds("docs/kinds.md", "fields", &fields_markdown());
    holds("docs/kinds.md", "producers", &producers_markdown());
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

/// Asserts that a page has these lines between the marks of that name.
fn holds(page: &str, name: &str, lines: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(page);
    let text = fs::read_to_string(&path).unwrap();
    let (start, end) = (format!("<!-- {name}: made of the tables in src/kinds -->\n"), "<!-- end -->");
    let from = text.find(&start).unwrap_or_else(|| panic!("{page} has no mark {start}")) + start.len();
    let to = from + text[from..].find(end).unwrap_or_else(|| panic!("{page} does not end {name}"));
    let wanted = format!("\n{lines}\n");
    if text[from..to] == wanted {
        return;
    }
    if std::env::var("INSTA_UPDATE").as_deref() == Ok("always") {
        fs::write(&path, format!("{}{wanted}{}", &text[..from], &text[to..])).unwrap();
        return;
    }
    panic!("{page} is old; run `INSTA_UPDATE=always cargo test --test it kinds_page`");
}
