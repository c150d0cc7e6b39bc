//! Listings by their parts: a part is what one link brings, so that a plan of many workloads that consume one large
//! config does not hold its lines many times.

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::generated::GeneratedId;
use super::model::{KeySelection, Link, LinkId, Resolution};
use super::{ConfigId, Graph};
use crate::digest::{ListingLine, ListingText};

/// Below this many links threads cost more than they save.
const PARALLEL_FROM: usize = 16;

/// A part of a listing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ListingPart {
    /// The content that a link consumes.
    Content(LinkId),
    /// The request for a generated config that a link leads to.
    Request(LinkId, GeneratedId),
}

/// The values that the lines of a part depend on. Equal ones make equal lines, whichever links they are from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum PartContent<'g> {
    Content(ConfigId, &'g str, &'g KeySelection),
    Request(GeneratedId, &'g KeySelection),
}

impl Graph<'_> {
    /// The listing that is made of these parts.
    pub fn listing(&self, parts: &[ListingPart]) -> BTreeSet<ListingLine> {
        let mut lines = BTreeSet::new();
        for part in parts {
            match *part {
                ListingPart::Content(link) => {
                    let link = &self.links[link];
                    lines.extend(self.listing_lines(link, self.final_name(link)));
                }
                ListingPart::Request(link, generated) => {
                    lines.extend(self.request_lines(&self.generated[generated], &self.links[link].keys));
                }
            }
        }
        lines
    }

    /// The text of the same listing, for its digest.
    pub(crate) fn listing_text(&self, parts: &[ListingPart]) -> ListingText {
        let mut text = ListingText::default();
        for part in parts {
            match *part {
                ListingPart::Content(link) => {
                    let link = &self.links[link];
                    let Some(config) = self.config_of(link) else { continue };
                    for (key, entry) in self.consumed(link) {
                        let path = [link.target.kind.as_str(), "/", self.final_name(link), "/", key];
                        text.add(path, config.hash_of_key(self.bundle, entry));
                    }
                }
                ListingPart::Request(link, generated) => {
                    for line in self.request_lines(&self.generated[generated], &self.links[link].keys) {
                        text.add([&line.path], line.hash);
                    }
                }
            }
        }
        text
    }

    /// Hashes the values that go into listings of these parts, on all threads: listings are made one after the other.
    pub(crate) fn hash_parts<'p>(&self, parts: impl Iterator<Item = &'p ListingPart>) {
        let mut selections = Vec::new();
        for part in parts {
            if let ListingPart::Content(link) = *part
                && let Resolution::Config(config) = self.links[link].resolution
            {
                selections.push((config, &self.links[link].keys));
            }
        }
        selections.sort_unstable();
        selections.dedup();
        let hash = |(config, selection): &(ConfigId, &KeySelection)| self.hash_selection(*config, selection);
        if selections.len() < PARALLEL_FROM {
            for selection in &selections {
                hash(selection);
            }
        } else {
            selections.par_iter().for_each(hash);
        }
    }

    fn hash_selection(&self, config: ConfigId, selection: &KeySelection) {
        let config = &self.configs[config];
        let object = self.bundle.open(&self.bundle.objects[config.object]);
        for (_, key) in selection.select(&config.content.keys) {
            config.content.hash_key(key, object.node());
        }
    }

    /// The number of lines that a part has at most, as far as that is known without making them.
    pub(crate) fn count_lines(&self, part: &ListingPart) -> usize {
        let ListingPart::Content(link) = *part else { return 1 };
        match &self.links[link] {
            Link { keys: KeySelection::These(keys), .. } => keys.len(),
            link => self.config_of(link).map_or(0, |config| config.content.keys.len()),
        }
    }

    /// The values that the lines of a part depend on.
    pub(crate) fn content_of_part(&self, part: &ListingPart) -> Option<PartContent<'_>> {
        match *part {
            ListingPart::Request(link, generated) => Some(PartContent::Request(generated, &self.links[link].keys)),
            ListingPart::Content(link) => {
                let link = &self.links[link];
                let Resolution::Config(config) = link.resolution else { return None };
                Some(PartContent::Content(config, self.final_name(link), &link.keys))
            }
        }
    }
}
