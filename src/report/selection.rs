//! The part of the links that a report shows.

use std::collections::BTreeSet;

use crate::graph::{ConfigId, LinkId};

/// The links and unused configs that a report shows; all of them by default.
#[derive(Clone, Debug, Default)]
pub struct LinkSelection {
    /// The links, unless all are shown.
    pub links: Option<BTreeSet<LinkId>>,
    /// The unused configs, unless all are shown.
    pub unused: Option<BTreeSet<ConfigId>>,
}

impl LinkSelection {
    /// All links, and all unused configs.
    pub const ALL: LinkSelection = LinkSelection { links: None, unused: None };

    pub(in crate::report) fn shows_link(&self, id: LinkId) -> bool {
        self.links.as_ref().is_none_or(|links| links.contains(&id))
    }

    pub(in crate::report) fn shows_unused(&self, id: ConfigId) -> bool {
        self.unused.as_ref().is_none_or(|configs| configs.contains(&id))
    }
}
