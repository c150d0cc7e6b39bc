//! The content that a stamp includes: which links of a workload, and which lines of their configs.

use std::collections::BTreeSet;

use super::ROLL_ON;
use crate::digest::ListingLine;
use crate::graph::{ConfigStrategy, GeneratedConfig, Graph, Link, ListingPart, PodTemplate, Resolution, Workload};
use crate::kinds::annotation;
use crate::plan::strategy::RollOn;
use crate::yaml::Node;

/// The lines that the stamp of each pod template of a workload is computed of, without templates that consume nothing.
pub fn template_lines<'w>(
    graph: &Graph<'_>,
    workload: &'w Workload,
    roll_on: RollOn,
) -> Vec<(&'w PodTemplate, BTreeSet<ListingLine>)> {
    let inputs = StampInputs::new(graph, workload, roll_on, ConfigStrategy::Stamp);
    let mut found = Vec::new();
    for template in &workload.templates {
        if let Some(parts) = inputs.listing_parts(template) {
            found.push((template, graph.listing(&parts)));
        }
    }
    found
}

/// The parts of the listing of each pod template, as far as no workload decides by an annotation of its own.
pub(super) fn all_listing_parts(graph: &Graph<'_>, roll_on: RollOn, default: ConfigStrategy) -> Vec<Vec<ListingPart>> {
    let mut parts = Vec::new();
    for workload in &graph.workloads {
        let inputs = StampInputs { graph, workload, roll_on, default };
        for template in &workload.templates {
            parts.extend(inputs.listing_parts(template));
        }
    }
    parts
}

/// Finds a reference that leaves the stamp of a workload as it is, since the content that it leads to is not certain.
pub fn find_uncertain_link<'g>(graph: &'g Graph<'g>, workload: &'g Workload, roll_on: RollOn) -> Option<&'g Link> {
    let inputs = StampInputs::new(graph, workload, roll_on, ConfigStrategy::Stamp);
    inputs.links().iter().find(|link| inputs.is_uncertain(link))
}

/// The content that is included in the stamp of a workload.
pub(super) struct StampInputs<'g> {
    pub(super) graph: &'g Graph<'g>,
    pub(super) workload: &'g Workload,
    pub(super) roll_on: RollOn,
    /// The strategy of configs that do not say.
    pub(super) default: ConfigStrategy,
}

impl<'g> StampInputs<'g> {
    pub(super) fn new(
        graph: &'g Graph<'g>,
        workload: &'g Workload,
        roll_on: RollOn,
        default: ConfigStrategy,
    ) -> StampInputs<'g> {
        let roll_on = self::roll_on(graph, workload).unwrap_or(roll_on);
        StampInputs { graph, workload, roll_on, default }
    }

    pub(super) fn links(&self) -> &'g [Link] {
        &self.graph.links[self.workload.links.clone()]
    }

    /// Returns `true` if any pod of the workload consumes something that is included.
    pub(super) fn consume_config(&self) -> bool {
        self.links().iter().any(|link| self.includes(link))
    }

    /// The parts of the listing of a template; none if it consumes nothing that is included.
    pub(super) fn listing_parts(&self, template: &PodTemplate) -> Option<Vec<ListingPart>> {
        let mut parts = None;
        for id in self.graph.link_ids_of_template(self.workload, template) {
            let link = &self.graph.links[id];
            if !self.includes(link) {
                continue;
            }
            let parts: &mut Vec<ListingPart> = parts.get_or_insert_default();
            if self.is_config_stamped(link) {
                parts.push(ListingPart::Content(id));
            }
            for &generated in &link.generated {
                if self.graph.is_request_stamped(&self.graph.generated[generated], self.default) {
                    parts.push(ListingPart::Request(id, generated));
                }
            }
        }
        parts
    }

    /// Returns `true` if a link is part of the stamp.
    pub(super) fn includes(&self, link: &Link) -> bool {
        (self.is_config_stamped(link) || self.stamped_requests(link).next().is_some()) && self.is_link_included(link)
    }

    /// Returns `true` if the content of a link's config is part of the stamp.
    pub(super) fn includes_config(&self, link: &Link) -> bool {
        self.is_config_stamped(link) && self.is_link_included(link)
    }

    /// The links of which the config's content is part of the stamp.
    pub(super) fn included_config_links(&self) -> impl Iterator<Item = &'g Link> {
        self.links().iter().filter(|link| self.includes_config(link))
    }

    /// Returns `true` if a request is part of the stamp for a link.
    pub(super) fn includes_request(&self, link: &Link) -> bool {
        self.stamped_requests(link).next().is_some() && self.is_link_included(link)
    }

    /// Returns `true` for a reference that would be part of the stamp, were it known which content it leads to: its
    /// config has several definitions, or values that cannot be read.
    pub(super) fn is_uncertain(&self, link: &Link) -> bool {
        let is_unread = self.graph.config_of(link).is_some_and(|config| config.content.problems.has_errors());
        (is_unread || link.resolution == Resolution::Ambiguous)
            && !self.graph.selectors.ignores(&link.target)
            && self.is_link_included(link)
    }

    /// Returns `true` for a reference that would be part of the stamp, were it known what it leads to.
    pub(super) fn is_unresolved(&self, link: &Link) -> bool {
        link.resolution == Resolution::Missing
            && !self.graph.selectors.ignores(&link.target)
            && self.is_link_included(link)
    }

    pub(super) fn is_config_stamped(&self, link: &Link) -> bool {
        let Some(config) = self.graph.config_of(link) else { return false };
        config.settings.selects(ConfigStrategy::Stamp, self.default)
    }

    pub(super) fn stamped_requests(&self, link: &'g Link) -> impl Iterator<Item = &'g GeneratedConfig> {
        self.graph.generated_of(link).filter(|generated| self.graph.is_request_stamped(generated, self.default))
    }

    pub(super) fn is_link_included(&self, link: &Link) -> bool {
        self.roll_on.includes(link.delivery) && self.graph.is_included(self.workload, link)
    }
}

/// Returns the value of the workload's own annotation, if it is a known one.
pub fn roll_on(graph: &Graph<'_>, workload: &Workload) -> Option<RollOn> {
    read_roll_on(graph.open_workload(workload).node()).and_then(Result::ok)
}

/// Reads the workload's own annotation: its value, or the node of an unknown one.
pub(super) fn read_roll_on(workload: Node<'_>) -> Option<Result<RollOn, Node<'_>>> {
    let value = annotation(workload, ROLL_ON)?;
    Some(match value.decoded_text().as_deref() {
        Some("any") => Ok(RollOn::Any),
        Some("frozen") => Ok(RollOn::Frozen),
        Some("never") => Ok(RollOn::Never),
        _ => Err(value),
    })
}
