//! Configs that were renamed to be immutable, and now get a name without being so.

use super::config_changes::ConfigComparisons;
use super::trees::{NamedTree, TreePair};
use crate::diagnostic::{Diagnostics, ImpactMessage};
use crate::graph::ConfigId;
use crate::yaml::Node;

/// Reports them. Under the same name it would be refused, which is the effect on the config.
pub(super) fn report_dropped_immutable(
    trees: &TreePair<'_>,
    configs: &ConfigComparisons<'_, '_>,
    diagnostics: &mut Diagnostics,
) {
    for (_, config) in configs.entries() {
        let (Some(base), Some(head)) = (config.base, config.head) else { continue };
        let earlier = trees.base.applied_config_name(base);
        let has_new_name = earlier != trees.head.applied_config_name(head);
        if has_new_name && is_immutable(&trees.base, base) && !is_immutable(&trees.head, head) {
            let bundle = trees.head.graph.bundle;
            let object = &bundle.objects[trees.head.graph.configs[head].object];
            let message = ImpactMessage::ImmutableDropped { earlier };
            diagnostics.report(bundle.start_of(object), object.label(), message);
        }
    }
}

fn is_immutable(tree: &NamedTree<'_>, config: ConfigId) -> bool {
    let opened = tree.open_applied_object(tree.graph.configs[config].object);
    opened.node().get("immutable").is_some_and(Node::is_true)
}
