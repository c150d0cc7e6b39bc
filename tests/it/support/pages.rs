//! Pages of the documentation with parts that are made of the code.

use std::fs;
use std::path::Path;

/// Asserts that a page has these lines between the marks of that name. `INSTA_UPDATE=always` writes them into it.
pub fn assert_holds(page: &str, name: &str, origin: &str, lines: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(page);
    let text = fs::read_to_string(&path).unwrap();
    let (start, end) = (format!("<!-- {name}: made of {origin} -->\n"), "<!-- end -->");
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
    panic!("{page} is out of date; run `INSTA_UPDATE=always cargo test --test it page`");
}
