//! The palette of reports as styles of a terminal.

use anstyle::{Ansi256Color, Style};
use rollstamp::diagnostic::Severity;
use rollstamp::report::palette::{self, PaletteColor};

/// The style of text in a color.
pub fn style_in(color: PaletteColor) -> Style {
    Style::new().fg_color(Some(Ansi256Color(color.terminal).into()))
}

/// The style of a severity, the same with a snippet and without.
pub fn style_of(severity: Severity) -> Style {
    let color = match severity {
        Severity::Error => palette::ERROR,
        Severity::Warning => palette::WARNING,
        Severity::Note | Severity::Detail => palette::NOTE,
    };
    style_in(color).bold()
}
