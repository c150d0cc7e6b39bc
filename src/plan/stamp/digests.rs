//! Digests, each listing hashed once: thousands of workloads can consume one large config. Those of small listings are
//! computed on all threads, before anybody needs them.

use rayon::prelude::*;

use crate::graph::{Graph, ListingPart, PartContent};
use crate::hash_map::HashMap;

/// Listings of fewer lines are hashed faster than they are looked up.
const WORTH_REMEMBERING: usize = 64;

/// Below this many listings threads cost more than they save.
const PARALLEL_FROM: usize = 32;

/// The digests of listings.
#[derive(Default)]
pub(super) struct DigestMemo<'g> {
    /// Those of large ones, by what the listings are made of.
    large: HashMap<Vec<PartContent<'g>>, String>,
    /// Those of small ones, by their parts.
    small: HashMap<Vec<ListingPart>, String>,
}

impl<'g> DigestMemo<'g> {
    /// Computes what the digests of these listings are made of, and those of the small ones, on all threads.
    pub(super) fn prepare(&mut self, graph: &'g Graph<'g>, mut listings: Vec<Vec<ListingPart>>) {
        graph.hash_parts(listings.iter().flatten());
        listings.retain(|parts| count_lines(graph, parts) < WORTH_REMEMBERING);
        let digest = |parts: &Vec<ListingPart>| graph.listing_text(parts).digest();
        let digests: Vec<String> = if listings.len() < PARALLEL_FROM {
            listings.iter().map(digest).collect()
        } else {
            listings.par_iter().map(digest).collect()
        };
        self.small = listings.into_iter().zip(digests).collect();
    }

    /// Computes the digest of a listing, or finds that of an equal one.
    pub(super) fn digest_of(&mut self, graph: &'g Graph<'g>, parts: &[ListingPart]) -> String {
        if let Some(digest) = self.small.get(parts) {
            return digest.clone();
        }
        if count_lines(graph, parts) < WORTH_REMEMBERING {
            return graph.listing_text(parts).digest();
        }
        let mut contents: Vec<PartContent<'g>> = parts.iter().filter_map(|part| graph.content_of_part(part)).collect();
        contents.sort_unstable();
        contents.dedup();
        self.large.entry(contents).or_insert_with(|| graph.listing_text(parts).digest()).clone()
    }
}

fn count_lines(graph: &Graph<'_>, parts: &[ListingPart]) -> usize {
    parts.iter().map(|part| graph.count_lines(part)).sum()
}
