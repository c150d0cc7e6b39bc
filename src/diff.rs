//! A unified diff that `patch -p0` and `git apply -p0` take, and that shows no value of a Secret.
//!
//! In: a text before and after its edits, and the spans of Secret values in it. Out: lines, each with its kind, so that
//! a terminal can color them.

mod hunks;
mod secret_mask;
mod text_lines;

use std::borrow::Cow;
use std::ops::Range;

use self::hunks::{Hunk, find_hunks};
use self::secret_mask::SecretMask;
use self::text_lines::TextLines;
use crate::edit::Edits;
use crate::source::Source;

/// A text that edits have changed.
#[derive(Clone, Copy, Debug)]
pub struct EditedText<'a> {
    /// The name of the text in the header; see [`quote_path`].
    pub name: &'a str,
    /// The text before the edits.
    pub before: &'a Source,
    /// The text after the edits.
    pub after: &'a Source,
    /// The edits that make one of the other.
    pub edits: &'a Edits,
    /// Bytes of the text before the edits that hold values of Secrets, sorted by where they start.
    pub secrets: &'a [Range<usize>],
}

/// The kind of a line in a diff.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DiffLineKind {
    /// A remark for people, which programs ignore.
    Remark,
    /// `---` or `+++` and the name of the text.
    Header,
    /// The line numbers of a hunk.
    HunkHeader,
    /// An unchanged line.
    Context,
    /// A line of the text before the edits only.
    Removed,
    /// A line of the text after the edits only.
    Added,
    /// The remark that the line before has no line break.
    NoLineBreak,
}

/// A line of a diff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiffLine<'a> {
    /// The kind of the line.
    pub kind: DiffLineKind,
    /// The line with its mark, without a line break.
    pub text: Cow<'a, str>,
}

/// The diff of an edited text. Values of Secrets are masked, and never part of the context.
///
/// ```
/// use rollstamp::{Edit, Edits, EditedText, Source, unified_diff};
///
/// let before = Source::new("app.yaml", "name: web\npassword: hush\n");
/// let mut edits = Edits::default();
/// edits.insert(Edit::replacement(20..24, "rush")).unwrap();
/// let after = Source::new("app.yaml", edits.apply(before.text()));
/// let text = EditedText { name: "app.yaml", before: &before, after: &after, edits: &edits, secrets: &[20..24] };
/// let lines: Vec<_> = unified_diff(&text).into_iter().map(|line| line.text).collect();
/// assert!(lines.contains(&"-password: ***".into()) && lines.contains(&"+password: ***".into()));
/// ```
pub fn unified_diff<'a>(text: &EditedText<'a>) -> Vec<DiffLine<'a>> {
    let (old, new) = (TextLines::new(text.before.text()), TextLines::new(text.after.text()));
    let mask = SecretMask::new(&old, &new, text.secrets, text.edits);
    let hunks = find_hunks(&old, &new, &mask);
    let mut diff = Diff { old, new, mask, lines: Vec::new() };
    for remark in diff.remarks(&hunks) {
        diff.push(DiffLineKind::Remark, format!("# {}: {remark}", text.name));
    }
    diff.push(DiffLineKind::Header, format!("--- {}", text.name));
    diff.push(DiffLineKind::Header, format!("+++ {}", text.name));
    for hunk in &hunks {
        diff.push_hunk(hunk);
    }
    diff.lines
}

/// A diff while it is made.
struct Diff<'a> {
    old: TextLines<'a>,
    new: TextLines<'a>,
    mask: SecretMask,
    lines: Vec<DiffLine<'a>>,
}

impl<'a> Diff<'a> {
    /// Remarks before the header: tools that apply diffs ignore lines between the texts, and people read them.
    fn remarks(&self, hunks: &[Hunk]) -> Vec<&'static str> {
        let mut remarks = Vec::new();
        let changes = hunks.iter().flat_map(|hunk| &hunk.changes);
        if changes.into_iter().any(|change| self.mask.hides_lines(&change.old, &change.new)) {
            remarks.push("values of Secrets are shown as ***, so this diff cannot be applied; use --write");
        }
        if hunks.iter().any(|hunk| hunk.ends_without_context(self.old.len())) {
            remarks.push("context next to values of Secrets is left out; git apply needs --unidiff-zero");
        }
        remarks
    }

    fn push_hunk(&mut self, hunk: &Hunk) {
        self.push(DiffLineKind::HunkHeader, hunk.header());
        let mut context_start = hunk.old.start;
        for change in &hunk.changes {
            self.push_context(context_start..change.old.start);
            for number in change.old.clone() {
                let line = self.mask.mask_old_line(&self.old, number);
                self.push_line(DiffLineKind::Removed, '-', &line);
            }
            for number in change.new.clone() {
                let line = self.mask.mask_new_line(&self.new, number);
                self.push_line(DiffLineKind::Added, '+', &line);
            }
            context_start = change.old.end;
        }
        self.push_context(context_start..hunk.old.end);
    }

    fn push_context(&mut self, lines: Range<usize>) {
        for number in lines {
            let line = self.old.line(number);
            self.push_line(DiffLineKind::Context, ' ', line);
        }
    }

    /// Adds a line with its mark. A last line without a line break is followed by the remark that diffs have for it.
    fn push_line(&mut self, kind: DiffLineKind, mark: char, line: &str) {
        let text = line.strip_suffix('\n').unwrap_or(line);
        self.push(kind, format!("{mark}{text}"));
        if !line.ends_with('\n') {
            self.push(DiffLineKind::NoLineBreak, "\\ No newline at end of file");
        }
    }

    fn push(&mut self, kind: DiffLineKind, text: impl Into<Cow<'a, str>>) {
        self.lines.push(DiffLine { kind, text: text.into() });
    }
}

/// Writes a path as git does in the header of a diff: with a tab behind a name that has spaces, so that its end is
/// known, and with quotes around a name with characters that could be taken for something else.
pub fn quote_path(path: &str) -> String {
    if !path.contains(char::is_control) && !path.contains(['"', '\\']) {
        return if path.contains(' ') { format!("{path}\t") } else { path.to_string() };
    }
    let mut quoted = String::from("\"");
    for letter in path.chars() {
        match letter {
            '"' | '\\' => quoted.extend(['\\', letter]),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            letter if letter.is_control() => {
                for byte in letter.to_string().bytes() {
                    quoted.push_str(&format!("\\{byte:03o}"));
                }
            }
            letter => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}
