//! Digests, each listing hashed once: thousands of workloads can consume one large config.

use std::collections::HashMap;

use crate::graph::{Graph, ListingPart, PartContent};

/// Listings of fewer lines are hashed faster than they are looked up.
const WORTH_REMEMBERING: usize = 64;

/// The digests of large listings, by what the listings are made of.
#[derive(Default)]
pub(super) struct DigestMemo<'g> {
    digests: HashMap<Vec<PartContent<'g>>, String>,
}

impl<'g> DigestMemo<'g> {
    /// Computes the digest of a listing, or finds that of an equal one.
    pub(super) fn digest_of(&mut self, graph: &'g Graph<'g>, parts: &[ListingPart]) -> String {
        let lines: usize = parts.iter().map(|part| graph.count_lines(part)).sum();
        if lines < WORTH_REMEMBERING {
            return graph.listing_text(parts).digest();
        }
        let mut contents: Vec<PartContent<'g>> = parts.iter().filter_map(|part| graph.content_of_part(part)).collect();
        contents.sort_unstable();
        contents.dedup();
        self.digests.entry(contents).or_insert_with(|| graph.listing_text(parts).digest()).clone()
    }
}
