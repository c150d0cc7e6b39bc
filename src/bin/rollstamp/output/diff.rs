//! Diffs of changed texts, with color on a terminal.

use std::io::{self, Write};

use anstyle::Style;
use rollstamp::diff::{DiffLineKind, EditedText, quote_path, unified_diff};
use rollstamp::report::palette;

use crate::colors::style_in;
use crate::input::SourceOrigin;
use crate::output::EditedSources;

/// Writes the diff of every changed text, in input order.
pub fn write(sources: &EditedSources<'_>, color: bool, out: &mut dyn Write) -> io::Result<()> {
    for (id, before, after) in sources.changed() {
        let name = name_in_header(&sources.provenance.origins[id], before.name());
        let (edits, secrets) = (&sources.edits[id], &sources.secret_spans[id][..]);
        let (before, after) = (&*before.held(), &after.to_source());
        for line in unified_diff(&EditedText { name: &name, before, after, edits, secrets }) {
            match style_of(line.kind) {
                Some(style) if color => writeln!(out, "{style}{}{style:#}", line.text)?,
                _ => writeln!(out, "{}", line.text)?,
            }
        }
    }
    Ok(())
}

fn style_of(kind: DiffLineKind) -> Option<Style> {
    match kind {
        DiffLineKind::Header => Some(Style::new().bold()),
        DiffLineKind::HunkHeader => Some(style_in(palette::HUNK)),
        DiffLineKind::Removed => Some(style_in(palette::REMOVED)),
        DiffLineKind::Added => Some(style_in(palette::ADDED)),
        DiffLineKind::Remark | DiffLineKind::Context | DiffLineKind::NoLineBreak => None,
    }
}

/// The name in the header: from the current directory where that is possible, since tools refuse absolute paths.
fn name_in_header(origin: &SourceOrigin, label: &str) -> String {
    match origin {
        SourceOrigin::Stream if label == "-" => "stdin".to_owned(),
        SourceOrigin::Stream => label.to_owned(),
        SourceOrigin::File(file) => {
            let here = std::env::current_dir().unwrap_or_default();
            let path = file.path.strip_prefix(&here).unwrap_or(&file.path);
            quote_path(&path.to_string_lossy())
        }
    }
}
