//! The colors of diagrams: those of Okabe and Ito ("Color Universal Design", 2008), which people with any kind of
//! color vision can tell apart. Color is never the only sign.

use crate::report::diagram::Presence;

/// Blue: content that reaches only a new pod.
pub(super) const FROZEN: &str = "#0072B2";

/// Bluish green: content that is refreshed in place.
pub(super) const LIVE: &str = "#009E73";

/// Gray: content that reaches no container.
pub(super) const UNMOUNTED: &str = "#7A7A7A";

/// Vermilion: configs that are missing.
pub(super) const UNRESOLVED: &str = "#D55E00";

/// Reddish purple: configs that are defined more than once with different content.
pub(crate) const AMBIGUOUS: &str = "#CC79A7";

/// The color of what is wrong about a config that pods need.
pub(crate) fn color_of_problem(presence: Presence) -> &'static str {
    if presence == Presence::Ambiguous { AMBIGUOUS } else { UNRESOLVED }
}

/// The color of a class of a report, by its word.
pub(super) fn color_of_class(class: &str) -> &'static str {
    match class {
        "rolls" | "changed" => "#0072B2",
        "nextRun" => "#CC79A7",
        "refreshes" => "#009E73",
        "stale" => "#D55E00",
        "refused" => "#E69F00",
        "new" => "#56B4E9",
        _ => "#7A7A7A",
    }
}
