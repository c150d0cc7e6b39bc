//! Configs that the generators of kustomizations name: they come only with the build.

use crate::diagnostic::Place;
use crate::kinds::ConfigKind;
use crate::source::SourceId;
use crate::yaml::Node;

/// A generator of a kustomization, by the config that the build makes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct KustomizeGenerator {
    pub(super) kind: ConfigKind,
    pub(super) name: String,
    pub(super) place: Place,
}

/// The fields of generators, and the kinds that they generate.
const FIELDS: [(&str, ConfigKind); 2] =
    [("configMapGenerator", ConfigKind::ConfigMap), ("secretGenerator", ConfigKind::Secret)];

/// Finds the generators of a kustomization.
pub(super) fn find_generators(source: SourceId, root: Node<'_>) -> Vec<KustomizeGenerator> {
    let mut generators = Vec::new();
    for (field, kind) in FIELDS {
        for generator in root.get(field).into_iter().flat_map(Node::items) {
            let Some(node) = generator.get("name") else { continue };
            let Some(name) = node.as_str() else { continue };
            let place = Place { source, span: node.span() };
            generators.push(KustomizeGenerator { kind, name: name.into_owned(), place });
        }
    }
    generators
}
