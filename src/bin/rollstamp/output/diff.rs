//! A unified diff that `patch -p0` and `git apply -p0` take, and that shows no value of a Secret.

#[cfg(test)]
mod applied;
mod hunk;
mod lines;
mod secret;

use std::io::{self, Write};
use std::path::Path;

use anstyle::{AnsiColor, Style};

use crate::input::SourceOrigin;
use crate::output::EditedSources;
use hunk::{Hunk, hunks};
use lines::Lines;
use secret::Secrets;

/// Writes the diff of every changed text, in input order.
pub fn write(sources: &EditedSources<'_>, color: bool, out: &mut dyn Write) -> io::Result<()> {
    let paint = Paint { on: color };
    for (id, before, after) in sources.changed() {
        let name = name_of(&sources.provenance.origins[id], before.name());
        let (old, new) = (Lines::new(before.text()), Lines::new(after.text()));
        let secrets = Secrets::new(&old, &new, &sources.secret_spans[id], &sources.edits[id]);
        FileDiff { name, old, new, secrets, paint: &paint }.write(out)?;
    }
    Ok(())
}

struct FileDiff<'a> {
    name: String,
    old: Lines<'a>,
    new: Lines<'a>,
    secrets: Secrets,
    paint: &'a Paint,
}

const HEADER: Style = Style::new().bold();
const PLACE: Style = AnsiColor::Cyan.on_default();
const OLD: Style = AnsiColor::Red.on_default();
const NEW: Style = AnsiColor::Green.on_default();
const PLAIN: Style = Style::new();

impl FileDiff<'_> {
    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let hunks = hunks(&self.old, &self.new, |line| self.secrets.is_in_old_line(line));
        for remark in self.remarks(&hunks) {
            writeln!(out, "# {}: {remark}", self.name)?;
        }
        self.paint.line(out, HEADER, "--- ", &format!("{}\n", self.name))?;
        self.paint.line(out, HEADER, "+++ ", &format!("{}\n", self.name))?;
        for hunk in &hunks {
            self.hunk(hunk, out)?;
        }
        Ok(())
    }

    /// Tools that apply diffs ignore lines between the files; people read them.
    fn remarks(&self, hunks: &[Hunk]) -> Vec<&'static str> {
        let mut remarks = Vec::new();
        if hunks.iter().any(|hunk| self.hides(hunk)) {
            remarks.push("values of Secrets are shown as ***, so this diff cannot be applied; use --write");
        }
        if hunks.iter().any(|hunk| hunk.ends_bare(self.old.len())) {
            remarks.push("context is left out beside values of Secrets; git apply needs --unidiff-zero");
        }
        remarks
    }

    fn hides(&self, hunk: &Hunk) -> bool {
        hunk.changes.iter().any(|change| {
            change.old.clone().any(|line| self.secrets.is_in_old_line(line))
                || change.new.clone().any(|line| self.secrets.is_in_new_line(line))
        })
    }

    fn hunk(&self, hunk: &Hunk, out: &mut dyn Write) -> io::Result<()> {
        self.paint.line(out, PLACE, "", &hunk.header())?;
        let mut done = hunk.old.start;
        for change in &hunk.changes {
            self.context(done..change.old.start, out)?;
            for line in change.old.clone() {
                self.paint.line(out, OLD, "-", &self.secrets.masked_old(&self.old, line))?;
            }
            for line in change.new.clone() {
                self.paint.line(out, NEW, "+", &self.secrets.masked_new(&self.new, line))?;
            }
            done = change.old.end;
        }
        self.context(done..hunk.old.end, out)
    }

    fn context(&self, lines: std::ops::Range<usize>, out: &mut dyn Write) -> io::Result<()> {
        lines.into_iter().try_for_each(|line| self.paint.line(out, PLAIN, " ", self.old.line(line)))
    }
}

/// Lines with or without color.
struct Paint {
    on: bool,
}

impl Paint {
    /// A line with its mark. A last line without a line break is followed by the remark that diffs have for it.
    fn line(&self, out: &mut dyn Write, style: Style, mark: &str, line: &str) -> io::Result<()> {
        let text = line.strip_suffix('\n').unwrap_or(line);
        match self.on && style != PLAIN {
            true => writeln!(out, "{style}{mark}{text}{style:#}")?,
            false => writeln!(out, "{mark}{text}")?,
        }
        if !line.ends_with('\n') {
            writeln!(out, "\\ No newline at end of file")?;
        }
        Ok(())
    }
}

/// The name in the header: from the current directory where that is possible, since both tools refuse absolute paths.
fn name_of(origin: &SourceOrigin, label: &str) -> String {
    match origin {
        SourceOrigin::Stream if label == "-" => "stdin".to_owned(),
        SourceOrigin::Stream => label.to_owned(),
        SourceOrigin::File(file) => {
            let here = std::env::current_dir().unwrap_or_default();
            let path = file.path.strip_prefix(&here).unwrap_or(&file.path);
            quoted(path)
        }
    }
}

/// A path as git writes it: a tab behind a name with blanks, so that its end is known, and quotes around a name with
/// characters that could be taken for something else.
fn quoted(path: &Path) -> String {
    let name = path.to_string_lossy();
    if name.contains(|letter: char| letter.is_control() || letter == '"' || letter == '\\') {
        let escape = |letter: char| match letter {
            '"' | '\\' => format!("\\{letter}"),
            '\n' => "\\n".to_owned(),
            '\t' => "\\t".to_owned(),
            letter if letter.is_control() => letter.to_string().bytes().map(|byte| format!("\\{byte:03o}")).collect(),
            letter => letter.to_string(),
        };
        return format!("\"{}\"", name.chars().map(escape).collect::<String>());
    }
    match name.contains(' ') {
        true => format!("{name}\t"),
        false => name.into_owned(),
    }
}
