//! Markdown as GitHub and GitLab read it: tables of texts that nobody vouches for, within a bound.

use crate::report::diagnostics::ReportedDiagnostic;

/// The most that GitHub takes as the summary of a step; of more it shows nothing at all.
pub const SUMMARY_LIMIT: usize = 1 << 20;

/// The longest cell, in characters: one name or list must not fill the page.
const CELL: usize = 1000;

/// A text as part of a sentence or a cell: nothing in it is markup, a link, a mention, or a line break.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in clip(text).chars() {
        match letter {
            // A mention is looked for after the markup is gone; the space of no width ends it.
            '@' => out.push_str("@\u{200b}"),
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            letter if letter.is_control() => out.push(' '),
            letter if letter.is_ascii_punctuation() && !"-.,;:/()'\"%=+?".contains(letter) => {
                out.extend(['\\', letter]);
            }
            letter => out.push(letter),
        }
    }
    out
}

/// A text as code, also in a table, where a bar must be escaped even in code.
pub fn code(text: &str) -> String {
    let text: String = clip(text).chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    if text.trim().is_empty() {
        return escape(&text);
    }
    let fence = "`".repeat(longest_backticks(&text) + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{}{pad}{fence}", text.replace('|', "\\|"))
}

/// An address as the target of a link in a cell: nothing in it ends the target or the cell.
pub(in crate::report) fn escape_address(address: &str) -> String {
    let mut out = String::with_capacity(address.len());
    for letter in address.chars() {
        match letter {
            '(' | ')' | '<' | '>' | '|' | '\\' | '`' | ' ' | '"' => {
                out.push_str(&format!("%{:02X}", u32::from(letter)))
            }
            letter => out.push(letter),
        }
    }
    out
}

/// The length of the longest run of backticks.
pub(in crate::report) fn longest_backticks(text: &str) -> usize {
    text.split(|letter| letter != '`').map(str::len).max().unwrap_or(0)
}

fn clip(text: &str) -> String {
    match text.char_indices().nth(CELL) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// A table of cells that are Markdown already, in at most `room` bytes: rows that have no place are counted in a line
/// below it. No rows make no table, and neither does a room without place for one row.
pub fn table<const N: usize>(headings: [&str; N], rows: &[[String; N]], room: usize) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let head = line(&headings.map(str::to_owned)) + &line(&["---"; N].map(str::to_owned));
    let lines: Vec<String> = rows.iter().map(|row| line(row)).collect();
    let more = |rows: usize| format!("\n{rows} more that do not fit here.\n");
    let whole = head.len() + lines.iter().map(String::len).sum::<usize>();
    let reserve = if whole <= room { 0 } else { more(rows.len()).len() };
    let mut out = head;
    let mut shown = 0;
    for next in lines {
        if out.len() + next.len() + reserve > room {
            break;
        }
        out.push_str(&next);
        shown += 1;
    }
    if shown == 0 {
        return String::new();
    }
    if shown < rows.len() {
        out.push_str(&more(rows.len() - shown));
    }
    out
}

/// Diagnostics alone, in at most `room` bytes.
pub(in crate::report) fn diagnostics_markdown(heading: &str, reported: &[ReportedDiagnostic], room: usize) -> String {
    let mut page = MarkdownPage::new("", heading, room);
    page.diagnostics(&reported.iter().collect::<Vec<_>>());
    page.text
}

/// A page that never grows beyond its room.
pub(in crate::report) struct MarkdownPage {
    pub(in crate::report) text: String,
    room: usize,
}

impl MarkdownPage {
    /// A page that starts with a mark and a heading.
    pub(in crate::report) fn new(mark: &str, heading: &str, room: usize) -> MarkdownPage {
        let mut page = MarkdownPage { text: String::new(), room };
        page.push(&format!("{mark}### rollstamp: {}\n", escape(heading)));
        page
    }

    /// Adds a text, if there is room for all of it.
    pub(in crate::report) fn push(&mut self, text: &str) {
        if self.text.len() + text.len() <= self.room {
            self.text.push_str(text);
        }
    }

    /// A part that is made to fit.
    pub(in crate::report) fn section(&mut self, make: impl FnOnce(usize) -> String) {
        let text = make(self.room.saturating_sub(self.text.len() + 1));
        if !text.is_empty() {
            self.push(&format!("\n{text}"));
        }
    }

    /// A part that is opened by who wants to know.
    pub(in crate::report) fn folded(&mut self, title: &str, make: impl FnOnce(usize) -> String) {
        let end = "\n</details>\n";
        let open = format!("\n<details><summary>{title}</summary>\n");
        let text = make(self.room.saturating_sub(self.text.len() + open.len() + end.len() + 1));
        if !text.is_empty() {
            self.push(&format!("{open}\n{text}{end}"));
        }
    }

    pub(in crate::report) fn table<const N: usize>(&mut self, headings: [&str; N], rows: &[[String; N]]) {
        self.section(|room| table(headings, rows, room));
    }

    /// Adds a table of diagnostics, the worst first.
    pub(in crate::report) fn diagnostics(&mut self, reported: &[&ReportedDiagnostic]) {
        let mut sorted = reported.to_vec();
        sorted.sort_by_key(|one| one.diagnostic.severity);
        let row = |one: &&ReportedDiagnostic| {
            let place = one.range.as_ref().map(|range| code(&format!("{}:{}", range.file, range.line)));
            [one.diagnostic.severity.as_str().to_owned(), place.unwrap_or_default(), escape(&one.text)]
        };
        let rows: Vec<[String; 3]> = sorted.iter().map(row).collect();
        self.table(["Severity", "Place", "Message"], &rows);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_is_markup() {
        for (text, escaped) in [
            ("a|b", "a\\|b"),
            ("<img src=x>", "&lt;img src=x&gt;"),
            ("`x` *y* _z_ [l](u) #1 ~s~ $m$", "\\`x\\` \\*y\\* \\_z\\_ \\[l\\](u) \\#1 \\~s\\~ \\$m\\$"),
            ("@octocat", "@\u{200b}octocat"),
            ("two\nlines\r", "two lines "),
            ("k8s/app.yaml:1: x-y", "k8s/app.yaml:1: x-y"),
        ] {
            assert_eq!(escape(text), escaped);
        }
    }

    #[test]
    fn code_holds_bars_and_backticks() {
        for (text, shown) in [("a|b", "`a\\|b`"), ("a`b", "``a`b``"), ("`", "`` ` ``"), ("", ""), ("x\ny", "`x y`")] {
            assert_eq!(code(text), shown);
        }
        assert!(code(&"x".repeat(5000)).chars().count() < 1010);
    }

    #[test]
    fn a_table_stays_in_its_room_and_says_what_is_missing() {
        let rows: Vec<[String; 1]> = (0..100).map(|n| [format!("row {n}")]).collect();
        let all = table(["A"], &rows, 10_000);
        assert_eq!((all.lines().count(), all.contains("more")), (102, false));
        assert_eq!(table(["A"], &rows, all.len()), all);
        let some = table(["A"], &rows, 300);
        assert!(some.len() <= 300 && some.ends_with("more that do not fit here.\n"), "{some}");
        assert_eq!(table(["A"], &rows, 20), "");
        assert_eq!(table(["A"], &[], 300), "");
    }
}
