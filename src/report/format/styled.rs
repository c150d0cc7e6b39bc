//! Text for people: each part of it is escaped, and colored where its reader shows colors.

use super::palette::PaletteColor;
use crate::escape::escape_lines;

/// The end of any style, as ECMA-48 writes it.
const PLAIN: &str = "\u{1b}[0m";

const BOLD: &str = "\u{1b}[1m";

/// A text that grows by parts. Control characters in it are only those of its own styles.
pub(in crate::report) struct StyledText {
    text: String,
    shows_colors: bool,
}

impl StyledText {
    pub(in crate::report) fn new(shows_colors: bool) -> StyledText {
        StyledText { text: String::new(), shows_colors }
    }

    pub(in crate::report) fn push(&mut self, text: &str) {
        self.text.push_str(&escape_lines(text));
    }

    /// Adds a text that is escaped already, or that holds nothing to escape.
    pub(super) fn push_escaped(&mut self, text: &str) {
        self.text.push_str(text);
    }

    pub(in crate::report) fn push_bold(&mut self, text: &str) {
        self.push_styled(text, BOLD);
    }

    /// Adds a text in a color, if there is one.
    pub(in crate::report) fn push_colored(&mut self, text: &str, color: Option<PaletteColor>) {
        match color {
            Some(color) if self.shows_colors => self.push_styled(text, &format!("\u{1b}[38;5;{}m", color.terminal)),
            _ => self.push(text),
        }
    }

    fn push_styled(&mut self, text: &str, style: &str) {
        if !self.shows_colors || text.is_empty() {
            return self.push(text);
        }
        self.text.push_str(style);
        self.push(text);
        self.text.push_str(PLAIN);
    }

    /// Adds spaces.
    pub(super) fn pad(&mut self, columns: usize) {
        for _ in 0..columns {
            self.text.push(' ');
        }
    }

    pub(in crate::report) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    pub(in crate::report) fn into_string(self) -> String {
        self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::format::palette::FROZEN;

    #[test]
    fn only_own_styles_are_control_characters() {
        let mut text = StyledText::new(true);
        text.push("a\u{1b}[31m\n");
        text.push_colored("\u{9b}b", Some(FROZEN));
        text.push_bold("");
        assert_eq!(text.into_string(), "a\\u001b[31m\n\u{1b}[38;5;32m\\u009bb\u{1b}[0m");
        let mut text = StyledText::new(false);
        text.push_colored("a", Some(FROZEN));
        text.push_bold("b");
        assert_eq!(text.into_string(), "ab");
    }
}
