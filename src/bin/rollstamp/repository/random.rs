//! Applications whose charts may make random values: they are rendered twice, and what differs is no change.

use std::collections::BTreeSet;
use std::thread::sleep;
use std::time::Duration;

use rollstamp::repository::{Application, RandomValues, RenderStep, names_random_function};

use super::render::{RenderedText, Renderers, Rendering, render_applications};
use super::side::RepositorySide;
use crate::exit::Failure;
use crate::progress::Progress;

/// The time after which the clock of a template shows another second.
const SECOND: Duration = Duration::from_millis(1_050);

/// Returns `true` if an application renders charts whose templates call a function that gives another result each time.
/// The archive of a chart is not opened, and neither is a command of the user; both may.
pub fn may_be_random(side: &RepositorySide, application: &Application) -> bool {
    if application.recipe.steps.iter().any(|step| matches!(step, RenderStep::Command(_))) {
        return true;
    }
    let renders_charts = application.recipe.steps.iter().any(|step| match step {
        RenderStep::Files(_) | RenderStep::Command(_) => false,
        RenderStep::Kustomize(step) => step.inflates_charts,
        RenderStep::Helm(_) => true,
    });
    if !renders_charts {
        return false;
    }
    if application.recipe.steps.iter().any(RenderStep::fetches) {
        return true;
    }
    let mut paths: BTreeSet<&str> = application.inputs.iter().map(String::as_str).collect();
    paths.retain(|path| !path.ends_with(".md"));
    let Ok(read) = side.read_files(&paths) else { return true };
    let is_in_files = read
        .iter()
        .any(|(path, bytes)| path.ends_with(".tgz") || names_random_function(&String::from_utf8_lossy(bytes)));
    let mut generated = application.recipe.steps.iter().flat_map(RenderStep::generated_files);
    is_in_files || generated.any(|(_, text)| names_random_function(text))
}

/// Renders applications a second time, and compares each with what it has just rendered to.
pub fn find_random(
    side: &RepositorySide,
    rendered: &[(&Application, &[RenderedText])],
    renderers: Renderers<'_>,
    progress: &Progress,
) -> Result<Vec<RandomValues>, Failure> {
    if rendered.is_empty() {
        return Ok(Vec::new());
    }
    sleep(SECOND);
    let applications: Vec<&Application> = rendered.iter().map(|(application, _)| *application).collect();
    let again = render_applications(side, &applications, renderers.without_cache(), progress)?;
    let mut found = Vec::new();
    for ((_, first), second) in rendered.iter().zip(&again) {
        found.push(compare_renderings(first, second));
    }
    Ok(found)
}

fn compare_renderings(first: &[RenderedText], second: &Rendering) -> RandomValues {
    let Ok(second) = second else { return RandomValues::default() };
    RandomValues::find(&texts_of(first), &texts_of(second))
}

/// The texts that renderers printed.
fn texts_of(rendered: &[RenderedText]) -> Vec<&str> {
    rendered.iter().filter(|one| one.file.is_none()).map(|one| one.text.as_str()).collect()
}

/// Puts random values into the rendering of the other side.
pub fn put_into(random: &RandomValues, texts: &mut [RenderedText]) {
    for rendered in texts.iter_mut().filter(|rendered| rendered.file.is_none()) {
        rendered.text = random.put_into(&rendered.text);
    }
}
