//! The share of one machine in a comparison that several machines make.

use std::collections::BTreeSet;

use rollstamp::repository::{ApplicationPair, IndexedContent, ReasonCode, pair_applications};

use super::{Compared, ComparedRepositories, PairOutcome};
use crate::exit::Failure;
use crate::messages::Messages;
use crate::repository::cache::{PartHash, RenderCache};
use crate::repository::parts::{RenderedPart, deal_out};
use crate::values::Shard;

impl ComparedRepositories<'_> {
    /// A hash of the files that changed and that applications read, by which a run on another machine knows that it compares the same.
    pub(super) fn hash_changes(&self) -> Result<String, Failure> {
        let mut changed: BTreeSet<&str> = BTreeSet::new();
        for side in [&self.base, &self.session.head] {
            for application in &side.discovery.applications {
                // A part that is printed into the repository is read by none.
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

    /// The applications that the change touches, or all, in their order; and those that cannot be rendered left out.
    fn pair_selected(&self) -> Vec<Compared<'_>> {
        let head = &self.session.head.discovery.applications;
        let mut selected = Vec::new();
        for pair in pair_applications(&self.base.discovery.applications, head, &self.changed) {
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
        let head = &self.session.head.discovery.applications;
        let mut names = BTreeSet::new();
        for pair in pair_applications(&self.base.discovery.applications, head, &self.changed) {
            if pair.is_touched {
                names.extend(pair.application().map(ToString::to_string));
            }
        }
        names
    }

    /// The number of applications that several machines can share.
    pub fn count_shared(&self) -> usize {
        self.pair_selected().len()
    }

    /// Renders one share of what the change can touch.
    ///
    /// # Errors
    /// An application whose renderer is not installed.
    pub fn render_share(&self, shard: Shard, messages: &Messages) -> Result<RenderedPart, Failure> {
        let mut selected = self.pair_selected();
        let sizes: Vec<u64> = selected.iter().map(|one| self.input_size(&one.pair)).collect();
        let own = deal_out(&sizes, shard);
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
        let mut part = RenderedPart::default();
        part.version = env!("CARGO_PKG_VERSION").to_owned();
        part.base.clone_from(&self.commit);
        part.head = self.hash_changes()?;
        (part.shard, part.shards) = (shard.number(), shard.count());
        part.applications = applications;
        let renderings = self.session.cache.as_ref().map(RenderCache::take_recorded).unwrap_or_default();
        Ok(part.with_renderings(renderings))
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
