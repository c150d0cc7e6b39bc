//! The pod templates of a workload, and the links that reach the pods of each.

use std::ops::Range;

use super::model::{Link, LinkId};
use super::{Graph, Workload};
use crate::index::IdVec;
use crate::kinds::path::FieldPath;
use crate::yaml::{Node, NodeId};

/// A place where a workload describes pods.
#[derive(Clone, Debug)]
pub struct PodTemplate {
    /// The mapping that describes them, as written: it can be an alias.
    pub node: NodeId,
    /// The path from the object to that mapping, as reports show it: `spec.kafka`. Empty for a Pod.
    pub path: String,
    /// From there to the annotations of the pods; none where nothing could be written.
    pub annotations: Option<FieldPath>,
    /// The links that it was read for.
    pub links: Range<LinkId>,
    /// Links of the workload that were found by other rules, and whose names are in this template.
    held: Vec<LinkId>,
}

impl PodTemplate {
    pub(super) fn new(node: NodeId, path: String, annotations: Option<FieldPath>, links: Range<LinkId>) -> PodTemplate {
        PodTemplate { node, path, annotations, links, held: Vec::new() }
    }
}

impl Workload {
    /// Returns `true` if it has several pod templates, which must be told apart.
    pub fn has_several_templates(&self) -> bool {
        self.templates.len() > 1
    }

    /// The links that its pod templates were not read for.
    fn other_links(&self) -> Range<LinkId> {
        match self.templates.last() {
            Some(last) => last.links.end..self.links.end,
            None => self.links.clone(),
        }
    }

    /// Assigns each of the other links to the template that holds its name, or else to all of them.
    pub(super) fn assign_other_links(&mut self, object: Node<'_>, links: &IdVec<Link>) {
        let mut spans = Vec::new();
        for template in &self.templates {
            spans.push(object.with_id(template.node).target().span());
        }
        let others = self.other_links();
        for id in (others.start.index()..others.end.index()).map(LinkId::new) {
            let position = object.with_id(links[id].node).span().start;
            match find_holder(&spans, position) {
                Some(holder) if spans.len() > 1 => self.templates[holder].held.push(id),
                _ => self.shared.push(id),
            }
        }
    }
}

/// The index of the span that holds a position. One that holds other spans as well is not the component of one template,
/// so what is only in it may concern them all.
fn find_holder(spans: &[Range<usize>], position: usize) -> Option<usize> {
    // Templates are in the order of the text, unless they are aliases.
    let holder = spans.iter().rposition(|span| span.contains(&position))?;
    let own = &spans[holder];
    let holds_other = spans.iter().any(|span| span != own && own.contains(&span.start));
    (!holds_other).then_some(holder)
}

impl<'b> Graph<'b> {
    /// The links that reach the pods of a template of a workload: its own, and those outside of all its templates.
    pub fn links_of_template<'g>(
        &'g self,
        workload: &'g Workload,
        template: &'g PodTemplate,
    ) -> impl Iterator<Item = &'g Link> + use<'g, 'b> {
        self.link_ids_of_template(workload, template).map(|id| &self.links[id])
    }

    /// The ids of the same links.
    pub(crate) fn link_ids_of_template<'g>(
        &'g self,
        workload: &'g Workload,
        template: &'g PodTemplate,
    ) -> impl Iterator<Item = LinkId> + use<'g, 'b> {
        let own = (template.links.start.index()..template.links.end.index()).map(LinkId::new);
        own.chain(template.held.iter().chain(&workload.shared).copied())
    }

    /// The pod template that a link of a workload belongs to, if the workload has several and it is only in one of them.
    pub fn template_of_link<'g>(&self, workload: &'g Workload, id: LinkId) -> Option<&'g PodTemplate> {
        let templates = &workload.templates;
        if !workload.has_several_templates() {
            return None;
        }
        let next = templates.partition_point(|template| template.links.end <= id);
        match templates.get(next) {
            Some(reader) if reader.links.contains(&id) => Some(reader),
            _ => templates.iter().find(|template| template.held.contains(&id)),
        }
    }
}
