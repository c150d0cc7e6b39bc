//! The impact as a table for a terminal, whole at any width: long words are broken, never cut off.

use super::{grouped, spots, template_words};
use crate::impact::{Class, Impact, WorkloadImpact};

const HEADINGS: [&str; 3] = ["IMPACT", "WORKLOAD", "WHY"];

/// The blanks between two columns.
const GAP: usize = 2;

/// As many keys of one config are listed; the rest is counted.
const KEYS: usize = 10;

/// As many changes of one template are listed; the rest is counted.
const CHANGES: usize = 5;

/// A table of the workloads that something happens to, what needs eyes first, in lines of at most `width` columns.
pub fn impact_text(impact: &Impact, width: usize) -> String {
    let mut workloads: Vec<&WorkloadImpact> = impact.workloads.iter().collect();
    workloads.sort_by_key(|workload| workload.class);
    if workloads.is_empty() {
        return String::new();
    }
    let rows: Vec<[Vec<String>; 3]> = workloads.iter().map(|workload| row(impact, workload)).collect();
    let widths = widths(&rows, width);
    let mut out = String::new();
    line(&mut out, &HEADINGS, &widths);
    for row in rows {
        let columns: Vec<Vec<String>> = row
            .iter()
            .zip(widths)
            .map(|(lines, width)| lines.iter().flat_map(|line| wrap(line, width)).collect())
            .collect();
        for number in 0..columns.iter().map(Vec::len).max().unwrap_or(0) {
            let cells: Vec<&str> = columns.iter().map(|column| column.get(number).map_or("", String::as_str)).collect();
            line(&mut out, &[cells[0], cells[1], cells[2]], &widths);
        }
    }
    out
}

fn row(impact: &Impact, workload: &WorkloadImpact) -> [Vec<String>; 3] {
    let mut place = vec![workload.label()];
    place.extend(workload.head_spot.as_ref().or(workload.base_spot.as_ref()).map(ToString::to_string));
    [vec![workload.class_label().to_string()], place, why(impact, workload)]
}

fn why(impact: &Impact, workload: &WorkloadImpact) -> Vec<String> {
    let mut lines = Vec::new();
    for (config, ways, reasons) in grouped(workload) {
        let config = &impact.configs[config];
        lines.push(format!("{}/{} by {}", config.kind, config.name, ways.join(", ")));
        for reason in reasons.iter().take(KEYS) {
            let places = config.key(&reason.key).map(|key| spots(key.base.as_ref(), key.head.as_ref()));
            lines.push(format!("  {} {}: {}", reason.key, reason.change.as_str(), places.unwrap_or_default()));
        }
        lines.extend(more(reasons.len(), KEYS).map(|more| format!("  {more}")));
    }
    let changes = template_words(workload);
    lines.extend(changes.iter().take(CHANGES).cloned());
    lines.extend(more(changes.len(), CHANGES));
    lines.extend(workload.sentence.iter().map(|sentence| format!("→ {sentence}")));
    lines.extend(
        workload
            .refresh
            .filter(|_| workload.class == Class::Refreshes)
            .map(|refresh| format!("→ {}", refresh.sentence())),
    );
    if lines.is_empty() {
        lines.push(String::from(match workload.class {
            Class::New => "in the new tree only",
            Class::Gone => "in the old tree only",
            _ => "its pod template changes",
        }));
    }
    lines
}

fn more(count: usize, shown: usize) -> Option<String> {
    (count > shown).then(|| format!("and {} more", count - shown))
}

/// The widths of the columns: the first two get what they need within reason, the last one gets the rest.
fn widths(rows: &[[Vec<String>; 3]], width: usize) -> [usize; 3] {
    let longest = |column: usize| {
        let cells = rows.iter().flat_map(|row| row[column].iter().map(|line| line.chars().count()));
        cells.max().unwrap_or(0).max(HEADINGS[column].len())
    };
    let first = longest(0);
    let rest = width.saturating_sub(first + 2 * GAP);
    let second = longest(1).min(rest * 2 / 5).max(8);
    [first, second, rest.saturating_sub(second).max(20)]
}

fn line(out: &mut String, cells: &[&str; 3], widths: &[usize; 3]) {
    let padded: Vec<String> = cells.iter().zip(widths).map(|(cell, &width)| format!("{cell:width$}")).collect();
    out.push_str(padded.join(&" ".repeat(GAP)).trim_end());
    out.push('\n');
}

/// A line in pieces of at most `width` characters. The second and later pieces are indented a little further.
fn wrap(line: &str, width: usize) -> Vec<String> {
    let indent = line.len() - line.trim_start().len();
    let mut pieces: Vec<String> = Vec::new();
    let mut piece = " ".repeat(indent);
    let mut is_empty = true;
    for word in line.split_whitespace() {
        for (number, part) in broken(word, width.saturating_sub(indent + 2).max(8)).into_iter().enumerate() {
            let gap = usize::from(!is_empty && number == 0);
            if !is_empty && piece.chars().count() + gap + part.chars().count() > width {
                pieces.push(std::mem::replace(&mut piece, " ".repeat(indent + 2)));
            } else if gap == 1 {
                piece.push(' ');
            }
            piece.push_str(part);
            is_empty = false;
        }
    }
    pieces.push(piece);
    pieces
}

/// A word that is too long in pieces, broken behind a `/`, `-`, `.` or `:` where there is one.
fn broken(word: &str, width: usize) -> Vec<&str> {
    let mut rest = word;
    let mut pieces = Vec::new();
    while rest.chars().count() > width {
        let end = rest.char_indices().nth(width).map_or(rest.len(), |(at, _)| at);
        let at = rest[..end].rfind(['/', '-', '.', ':', '_']).map_or(end, |at| at + 1);
        let (piece, after) = rest.split_at(at);
        pieces.push(piece);
        rest = after;
    }
    pieces.push(rest);
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_lost_in_narrow_columns() {
        for (line, width) in [
            ("  LOG_LEVEL changed: apps/web/base/app.yaml:7, was origin/main:apps/web/base/app.yaml:6", 30),
            ("prod-eu-west-1/Deployment/a-very-long-name-of-a-workload-that-nobody-should-have-given", 20),
            ("éééééééééééééééééééééééé ü", 10),
            ("short", 40),
        ] {
            let pieces = wrap(line, width);
            assert!(pieces.iter().all(|piece| piece.chars().count() <= width), "{pieces:?}");
            let letters = |text: &str| text.chars().filter(|letter| !letter.is_whitespace()).collect::<String>();
            assert_eq!(letters(&pieces.concat()), letters(line));
        }
    }
}
