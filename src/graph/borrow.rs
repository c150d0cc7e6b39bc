//! Objects that use the pod template of another: a Rollout with `workloadRef`.

use super::{Workload, WorkloadId};
use crate::bundle::{Bundle, ObjectName};
use crate::diagnostic::{Diagnostics, StampMessage};
use crate::hash_map::HashMap;
use crate::index::IdVec;
use crate::kinds::api_group;
use crate::yaml::Node;

/// Marks each workload whose template another object uses, and says where that one's stand nowhere in the input.
pub(super) fn link_template_borrowers(bundle: &Bundle, workloads: &mut IdVec<Workload>, diagnostics: &mut Diagnostics) {
    let mut borrowers = Vec::new();
    for (id, Workload { object, kind, .. }) in workloads.entries() {
        if kind.borrows_template.is_some()
            && kind.find_borrowed_template(bundle.open(&bundle.objects[*object]).node()).is_some()
        {
            borrowers.push(id);
        }
    }
    if borrowers.is_empty() {
        return;
    }
    let mut by_name: HashMap<_, WorkloadId> = HashMap::default();
    for (id, workload) in workloads.entries() {
        let object = &bundle.objects[workload.object];
        let group = api_group(&object.api_version).to_owned();
        by_name.insert((object.name.clone(), group, object.kind.clone()), id);
    }
    for at in borrowers {
        let Workload { object: borrower, kind, .. } = &workloads[at];
        let borrower = *borrower;
        let object = &bundle.objects[borrower];
        let opened = bundle.open(object);
        let Some(reference) = kind.find_borrowed_template(opened.node()) else { continue };
        let text = |key: &str| reference.get(key).and_then(Node::decoded_text).unwrap_or_default().into_owned();
        let (group, kind, name) = (api_group(&text("apiVersion")).to_owned(), text("kind"), text("name"));
        let target = format!("{kind}/{name}");
        match by_name.get(&(ObjectName { name, ..object.name.clone() }, group, kind)) {
            Some(&lender) => workloads[lender].borrower = Some(borrower),
            None => {
                let place = bundle.place(object, reference);
                diagnostics.report(place, object.label(), StampMessage::TemplateElsewhere { target });
            }
        }
    }
}
