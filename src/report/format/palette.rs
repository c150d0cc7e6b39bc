//! The colors of reports: those of Okabe and Ito ("Color Universal Design", 2008), which people with any kind of color
//! vision can tell apart. PaletteColor is never the only sign.

use crate::report::diagram::Presence;

/// A color on pages, in pictures and on terminals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PaletteColor {
    /// The color on pages and in pictures, as CSS writes it.
    pub hex: &'static str,
    /// The color in the table of 256 colors that terminals share: the most similar one that can be read on black and on
    /// white and differs from the others for people with any kind of color vision.
    pub terminal: u8,
}

const BLUE: PaletteColor = PaletteColor { hex: "#0072B2", terminal: 32 };
const GREEN: PaletteColor = PaletteColor { hex: "#009E73", terminal: 29 };
const GRAY: PaletteColor = PaletteColor { hex: "#7A7A7A", terminal: 243 };
const VERMILION: PaletteColor = PaletteColor { hex: "#D55E00", terminal: 166 };
const PURPLE: PaletteColor = PaletteColor { hex: "#CC79A7", terminal: 169 };
const ORANGE: PaletteColor = PaletteColor { hex: "#E69F00", terminal: 172 };
const SKY: PaletteColor = PaletteColor { hex: "#56B4E9", terminal: 74 };

/// Content that reaches only a new pod.
pub const FROZEN: PaletteColor = BLUE;

/// Content that is refreshed in place.
pub const LIVE: PaletteColor = GREEN;

/// Content that reaches no container.
pub const UNMOUNTED: PaletteColor = GRAY;

/// Configs and keys that are missing.
pub const UNRESOLVED: PaletteColor = VERMILION;

/// Configs that are defined more than once with different content.
pub const AMBIGUOUS: PaletteColor = PURPLE;

/// Errors.
pub const ERROR: PaletteColor = VERMILION;

/// Warnings.
pub const WARNING: PaletteColor = ORANGE;

/// Notes.
pub const NOTE: PaletteColor = BLUE;

/// Fixes.
pub const HELP: PaletteColor = GREEN;

/// Removed lines of a diff.
pub const REMOVED: PaletteColor = VERMILION;

/// Added lines of a diff.
pub const ADDED: PaletteColor = GREEN;

/// Positions in a diff.
pub const HUNK: PaletteColor = SKY;

/// Changes that were made or that are to be made.
pub const CHANGED: PaletteColor = BLUE;

/// The color of what is wrong about a config that pods need.
pub(crate) fn color_of_problem(presence: Presence) -> PaletteColor {
    if presence == Presence::Ambiguous { AMBIGUOUS } else { UNRESOLVED }
}

/// The color of a class of a report, by its word.
pub(in crate::report) fn color_of_class(class: &str) -> PaletteColor {
    match class {
        "rolls" | "changed" => BLUE,
        "nextRun" => PURPLE,
        "refreshes" => GREEN,
        "stale" => VERMILION,
        "refused" | "unknown" => ORANGE,
        "new" => SKY,
        _ => GRAY,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Linear red, green and blue.
    type Light = [f64; 3];

    const ALL: [PaletteColor; 7] = [BLUE, GREEN, GRAY, VERMILION, PURPLE, ORANGE, SKY];

    /// Full color vision, deuteranopia and protanopia, as matrices on linear light (Machado, Oliveira and Fernandes,
    /// "A Physiologically-based Model for Simulation of PaletteColor Vision Deficiency", 2009).
    const VISIONS: [(&str, [Light; 3]); 3] = [
        ("full", [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]),
        (
            "deuteranopia",
            [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
        ),
        (
            "protanopia",
            [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
        ),
    ];

    fn light_of(bytes: [u8; 3]) -> Light {
        bytes.map(|byte| {
            let part = f64::from(byte) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        })
    }

    fn on_page(color: PaletteColor) -> Light {
        let byte = |at: usize| u8::from_str_radix(&color.hex[at..at + 2], 16).unwrap();
        light_of([byte(1), byte(3), byte(5)])
    }

    /// The light of a color of the table: a cube of six levels from 16, and grays from 232.
    fn on_terminal(color: PaletteColor) -> Light {
        const LEVELS: [u8; 6] = [0, 95, 135, 175, 215, 255];
        if color.terminal >= 232 {
            return light_of([8 + 10 * (color.terminal - 232); 3]);
        }
        let index = usize::from(color.terminal - 16);
        light_of([LEVELS[index / 36], LEVELS[index / 6 % 6], LEVELS[index % 6]])
    }

    fn product(matrix: &[Light; 3], light: Light) -> Light {
        matrix.map(|row| row.iter().zip(light).map(|(factor, part)| factor * part).sum::<f64>())
    }

    /// CIE L*a*b*, in which distances are differences that people see.
    fn lab(light: Light) -> Light {
        let to_xyz = [[0.41246, 0.35758, 0.18044], [0.21267, 0.71515, 0.07218], [0.01933, 0.11919, 0.95030]];
        let [x, y, z] = product(&to_xyz, light.map(|part| part.clamp(0.0, 1.0)));
        let root = |part: f64| if part > 0.008856 { part.cbrt() } else { (903.3 * part + 16.0) / 116.0 };
        let (x, y, z) = (root(x / 0.95047), root(y), root(z / 1.08883));
        [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
    }

    fn distance(one: Light, other: Light, vision: &[Light; 3]) -> f64 {
        let (one, other) = (lab(product(vision, one)), lab(product(vision, other)));
        one.iter().zip(other).map(|(one, other)| (one - other).powi(2)).sum::<f64>().sqrt()
    }

    /// The contrast of WCAG with black and with white, of which the smaller.
    fn contrast(light: Light) -> f64 {
        let luminance = 0.2126 * light[0] + 0.7152 * light[1] + 0.0722 * light[2];
        ((luminance + 0.05) / 0.05).min(1.05 / (luminance + 0.05))
    }

    #[test]
    fn colors_differ_for_people_with_any_kind_of_color_vision() {
        for (vision, matrix) in &VISIONS {
            for (index, &one) in ALL.iter().enumerate() {
                for &other in &ALL[index + 1..] {
                    // A difference of 2.3 is just noticeable.
                    for medium in [on_page, on_terminal] {
                        let difference = distance(medium(one), medium(other), matrix);
                        assert!(difference > 8.0, "{vision}: {one:?} and {other:?}: {difference:.1}");
                    }
                }
            }
        }
    }

    #[test]
    fn terminals_show_the_colors_of_pages_on_any_ground() {
        for color in ALL {
            assert!(distance(on_page(color), on_terminal(color), &VISIONS[0].1) < 21.0, "{color:?}");
            assert!(contrast(on_terminal(color)) > 2.4, "{color:?}");
        }
    }
}
