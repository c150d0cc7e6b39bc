//! Applications that declare others and have to be rendered for that, since a template, a generator or a patch decides what
//! they declare: rounds of rendering and discovery, until nothing new is found.

use rollstamp::repository::{Application, DiscoveryOptions, RenderedManifests, RenderedParents, discover_with};

use super::render::{RenderedText, Renderers, render_applications};
use super::side::RepositorySide;
use crate::exit::Failure;
use crate::messages::Messages;

/// Applications that declare applications are followed so deep.
const MAX_ROUNDS: usize = 8;

/// The most applications that are rendered for what they declare.
const MAX_PARENTS: usize = 1000;

/// Completes the applications of a side by what the renderings of those that declare others show, beside what is known
/// already.
pub fn complete_discovery(
    side: &mut RepositorySide,
    options: &DiscoveryOptions,
    renderers: Renderers<'_>,
    known: &mut RenderedParents,
    messages: &Messages,
) -> Result<(), Failure> {
    let mut count = 0;
    for _ in 0..MAX_ROUNDS {
        let mut parents = std::mem::take(&mut side.discovery.parents);
        parents.dedup();
        count += parents.len();
        if parents.is_empty() || count > MAX_PARENTS {
            break;
        }
        render_round(side, &parents, renderers, known, messages)?;
        side.discovery = discover_with(&side.index, options, known);
    }
    Ok(())
}

fn render_round(
    side: &RepositorySide,
    parents: &[Application],
    renderers: Renderers<'_>,
    known: &mut RenderedParents,
    messages: &Messages,
) -> Result<(), Failure> {
    let progress = messages.progress("rendering");
    progress.show_items("rendering what declares applications", parents.len());
    let listed: Vec<&Application> = parents.iter().collect();
    let renderings = render_applications(side, &listed, renderers, &progress)?;
    for (application, rendering) in parents.iter().zip(renderings) {
        let rendering = rendering.as_ref().map_err(Clone::clone);
        let texts = rendering.map(|texts| texts.iter().map(as_manifests).collect());
        known.add(&side.index, application, texts);
    }
    Ok(())
}

fn as_manifests(rendered: &RenderedText) -> RenderedManifests<'_> {
    RenderedManifests { file: rendered.file.as_deref(), text: &rendered.text }
}
