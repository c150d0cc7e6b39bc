//! The former value in the place of a mapping, recorded in the layout of the first key that was written into it.
//!
//! Removing an entry gives back what stood there before it was set: nothing at all, empty braces, or a null. Which of
//! them it was can be told by two things that no reader of YAML or JSON looks at:
//!
//! - In lines, a key that was written below a key without a value is quoted differently from that key.
//! - In braces, blanks before the colon of the first key are counted, as far as they are more than those of the key that
//!   holds the mapping. Braces that are the value of an entry in lines were there before, and need no blank.

use super::scalar::write_in_style;
use super::{key_style, lines};
use crate::yaml::tree::{Node, NodeKind, ScalarStyle};

/// The former value in the place of a mapping.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// The mapping came with its key, or nothing is known of it.
    Absent,
    /// Braces with nothing between them.
    Braces,
    /// Braces with comments or line breaks between them.
    BracesWithLines,
    /// A null that is written out.
    Null(&'static str),
    /// Nothing behind the colon.
    NoValue,
    /// A key without a colon.
    NoColon,
}

/// The number of blanks before a colon for each of them, in braces.
const BLANKS: [Origin; 9] = [
    Origin::Absent,
    Origin::Braces,
    Origin::Null("null"),
    Origin::Null("~"),
    Origin::Null("Null"),
    Origin::Null("NULL"),
    Origin::NoValue,
    Origin::NoColon,
    Origin::BracesWithLines,
];

impl Origin {
    /// The former value of an entry that is null.
    pub(super) fn of_null(key: Node<'_>, value: Node<'_>) -> Origin {
        let written = value.raw();
        if !written.is_empty() {
            return BLANKS.into_iter().find(|origin| origin.is_spelled(written)).unwrap_or(Origin::Absent);
        }
        if lines::end_of_head(key, value) > key.span().end { Origin::NoValue } else { Origin::NoColon }
    }

    fn is_spelled(self, text: &str) -> bool {
        matches!(self, Origin::Null(spelling) if spelling == text)
    }

    /// The blanks before the colon of the first key in braces, below the key that holds them.
    pub(super) fn blanks_in_braces(self, holder_key: Node<'_>) -> usize {
        let own = BLANKS.iter().position(|origin| *origin == self).unwrap_or_default();
        if own == 0 { 0 } else { count_blanks_before_colon(holder_key) + own }
    }

    /// The origin of a mapping in braces, or in lines, by its first key.
    pub(super) fn of_mapping(mapping: Node<'_>, first_key: Node<'_>) -> Origin {
        let Some(holder_key) = mapping.key() else {
            // In a list, or the whole document.
            return if lines::is_in_braces(mapping) == Some(true) { Origin::Braces } else { Origin::Absent };
        };
        if lines::is_in_braces(mapping) == Some(false) {
            let style = key_style(Some(holder_key));
            let key = first_key.key_text().unwrap_or_default();
            let is_written = |origin: Origin| {
                origin
                    .style_in_lines(style, &key)
                    .is_some_and(|style| write_in_style(&key, style, false) == first_key.raw())
            };
            let marked = [Origin::NoValue, Origin::NoColon].into_iter().find(|origin| is_written(*origin));
            return marked.unwrap_or(Origin::Absent);
        }
        let blanks = count_blanks_before_colon(first_key).saturating_sub(count_blanks_before_colon(holder_key));
        let origin = BLANKS.get(blanks).copied().unwrap_or(Origin::Absent);
        let is_held_in_lines = mapping.parent().map(Node::kind) == Some(NodeKind::Mapping { flow: false });
        match origin {
            Origin::Absent | Origin::Braces if is_held_in_lines => {
                let is_own_line = lines::lead_of(mapping.source_text(), first_key.full_span().start).is_some();
                if is_own_line { Origin::BracesWithLines } else { Origin::Braces }
            }
            _ => origin,
        }
    }

    /// The style of keys that are written in lines below a key of this style; none if it would be no other than that of
    /// keys that come with it.
    pub(super) fn style_in_lines(self, holder: ScalarStyle, key: &str) -> Option<ScalarStyle> {
        let usual = write_in_style(key, holder, false);
        let styles = [ScalarStyle::DoubleQuoted, ScalarStyle::SingleQuoted, ScalarStyle::Plain];
        let mut others = styles.into_iter().filter(|style| write_in_style(key, *style, false) != usual);
        match self {
            Origin::NoValue => others.next(),
            Origin::NoColon => others.nth(1),
            _ => None,
        }
    }
}

/// The number of blanks between a key and its colon.
fn count_blanks_before_colon(key: Node<'_>) -> usize {
    let rest = &key.source_text()[key.span().end..];
    let blanks = rest.len() - rest.trim_start_matches(' ').len();
    if rest[blanks..].starts_with(':') { blanks } else { 0 }
}
