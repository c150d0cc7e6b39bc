//! The shard of one machine in a comparison that several machines make.

use std::collections::BTreeSet;

use rollstamp::repository::{ApplicationPair, IndexedContent, ReasonCode};

use super::{Compared, ComparedRepositories, PairOutcome};
use crate::exit::Failure;
use crate::messages::Messages;
use crate::repository::cache::{PartHash, RenderCache};
use crate::repository::parts::{RenderedPart, encode_renderings, select_shard};
use crate::repository::random::may_be_random;
use crate::values::Shard;

impl ComparedRepositories<'_> {
    /// A hash of the changed files that applications read, by which a run on another machine knows that it compares the
    /// same. A part that lies in the repository is read by none.
    pub(super) fn hash_changes(&self) -> Result<String, Failure> {
        let mut changed: BTreeSet<&str> = BTreeSet::new();
        for side in [&self.base, &self.session.head] {
            for application in &side.discovery.applications {
                changed.extend(application.inputs.intersection(&self.changed).map(String::as_str));
            }
        }
        let files = self.session.head.read_files(&changed);
        let files = files.map_err(|error| Failure::because(format!("cannot read the changed files: {error}")))?;
        let mut hash = PartHash::new();
        for path in changed {
            hash.add(path);
            hash.add_bytes(files.get(path).map_or(&[], Vec::as_slice));
        }
        Ok(hash.finish())
    }

    /// The applications that the change touches, or all, without those that cannot be rendered.
    fn pair_renderable(&self) -> Vec<Compared<'_>> {
        let mut selected = Vec::new();
        for pair in self.pair_all() {
            if !pair.is_touched && !self.renders_all {
                continue;
            }
            let outcome = self.outcome_without_rendering(&pair);
            if matches!(outcome, PairOutcome::Waiting) {
                selected.push(Compared { pair, outcome, random_fields: Vec::new() });
            }
        }
        selected
    }

    /// The names of applications that the change can touch.
    pub fn touched_names(&self) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        for pair in self.pair_all() {
            if pair.is_touched {
                names.extend(pair.application().map(ToString::to_string));
            }
        }
        names
    }

    /// The number of applications that shards are made of.
    pub fn count_renderable(&self) -> usize {
        self.pair_renderable().len()
    }

    /// Renders one shard of what the change can touch. What may render to other values each time is left to the machine
    /// that compares.
    ///
    /// # Errors
    /// An application whose renderer is not installed.
    pub fn render_shard(&self, shard: Shard, messages: &Messages) -> Result<RenderedPart, Failure> {
        let mut selected = self.pair_renderable();
        let sizes: Vec<u64> = selected.iter().map(|one| self.input_size(&one.pair)).collect();
        let mut own = select_shard(&sizes, shard);
        own.retain(|&index| {
            let pair = &selected[index].pair;
            !(pair.is_touched && pair.head.is_some_and(|head| may_be_random(&self.session.head, head)))
        });
        self.render_pairs(&mut selected, &own, messages)?;
        let mut applications = Vec::new();
        for &index in &own {
            let Some(application) = selected[index].pair.application() else { continue };
            applications.push(application.to_string());
            let PairOutcome::Rendered(before, after) = &selected[index].outcome else { continue };
            for reason in [before, after].into_iter().filter_map(|rendering| rendering.as_ref().err()) {
                if reason.code == ReasonCode::NoTool {
                    let text = format!("{application} is not rendered: {}; install it", reason.text);
                    return Err(Failure::because(text));
                }
            }
        }
        let renderings = self.session.cache.as_ref().map(RenderCache::take_recorded).unwrap_or_default();
        Ok(RenderedPart {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            base: self.commit.clone(),
            head: self.hash_changes()?,
            shard: shard.number(),
            shards: shard.count(),
            applications,
            renderings: encode_renderings(renderings),
        })
    }

    /// The size of the texts that rendering an application reads, and one more byte, as starting a program takes time.
    fn input_size(&self, pair: &ApplicationPair<'_>) -> u64 {
        let mut size = 1;
        for input in pair.application().iter().flat_map(|application| &application.inputs) {
            if let Some(IndexedContent::Text(text)) = self.session.head.index.content(input) {
                size += text.len() as u64;
            }
        }
        size
    }
}
