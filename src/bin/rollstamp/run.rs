//! One function a verb: read, ask the library, write.

use std::ops::Range;

use rollstamp::edit::Edits;
use rollstamp::source::Source;

use crate::exit::{Failure, Outcome};
use crate::input::{self, Input, InputOptions};
use crate::messages::Messages;
use crate::options::{ExplainOptions, LinksOptions, Mode, StampOptions};
use crate::output::{self, Product};

/// `rollstamp stamp`.
pub fn stamp(options: &StampOptions, messages: &Messages) -> Result<Outcome, Failure> {
    let input = read(&options.input, messages)?;
    let edits: Vec<Edits> = input.sources.iter().map(|_| Edits::default()).collect();
    let secrets = vec![Vec::new(); input.sources.len()];
    write(&options.mode, &options.input, &input, &edits, &secrets, messages)
}

/// `rollstamp links`.
pub fn links(options: &LinksOptions, messages: &Messages) -> Result<Outcome, Failure> {
    read(&options.input, messages)?;
    Ok(Outcome::Done)
}

/// `rollstamp explain`.
pub fn explain(options: &ExplainOptions, messages: &Messages) -> Result<Outcome, Failure> {
    read(&options.input, messages)?;
    Ok(Outcome::Done)
}

fn read(options: &InputOptions, messages: &Messages) -> Result<Input, Failure> {
    let input = input::read_all(options, could_matter).map_err(Failure::all)?;
    input.notes.iter().for_each(|note| messages.note(&note.into()));
    Ok(input)
}

/// Stands in for the library's own answer.
fn could_matter(text: &str) -> bool {
    ["ConfigMap", "Secret", "configMap", "secret", "Deployment", "StatefulSet", "DaemonSet", "CronJob", "Pod"]
        .iter()
        .any(|word| text.contains(word))
}

/// Applies edits and puts the result where the mode says; in a mode that only looks, changes are found.
fn write(
    mode: &Mode,
    options: &InputOptions,
    input: &Input,
    edits: &[Edits],
    secrets: &[Vec<Range<usize>>],
    messages: &Messages,
) -> Result<Outcome, Failure> {
    let after: Vec<Source> = input
        .sources
        .iter()
        .zip(edits)
        .map(|(source, edits)| match edits.is_empty() {
            true => Source::new(source.name(), source.text()),
            false => Source::new(source.name(), edits.apply(source.padded())),
        })
        .collect();
    let product = Product { before: &input.sources, trail: &input.trail, after: &after, edits, secrets };
    if *mode == Mode::Stdout {
        output::caveats(&after).iter().for_each(|caveat| messages.warning(caveat));
    }
    output::deliver(mode, &product, &options.exclude, messages.colors_stdout()).map_err(Failure::all)?;
    let looks_only = matches!(mode, Mode::Check(_) | Mode::Diff);
    let found = looks_only && product.changed().next().is_some();
    Ok(if found { Outcome::Found } else { Outcome::Done })
}
