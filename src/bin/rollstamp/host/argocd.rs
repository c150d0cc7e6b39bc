//! `rollstamp argocd`: the `generate` command of an Argo CD config management plugin.
//!
//! Argo CD runs it in the application's directory, in a copy of the repository that it made for this one call. What it
//! prints becomes the application, so it prints nothing before everything has succeeded: exit status 0 with an empty
//! stdout would be an application without resources.

mod application;
mod helm;
mod parameters;
mod plain;
mod render;

use rollstamp::hosts::argocd::join_for_argocd;

use crate::cli::ArgocdArgs;
use crate::exit::{Failure, Outcome};
use crate::input::InputSource;
use crate::messages::Messages;
use crate::{options, output, run};
use application::PluginApplication;
use parameters::Parameters;
use render::PreparedRender;

/// Renders the application, stamps or renames, and prints what Argo CD can read.
pub fn run_argocd_plugin(args: &ArgocdArgs, messages: &Messages) -> Result<Outcome, Failure> {
    if args.parameters {
        output::print(&parameters::announcement())?;
        return Ok(Outcome::Done);
    }
    let parameters = Parameters::read(std::env::vars_os())?;
    let application = PluginApplication::from_environment()?;
    let (mut document, path) = options::load_default_document(&application.repository, messages)?;
    parameters.override_spec(&mut document);
    options::check_context(&application.repository, &document)?;
    document.namespace = application.namespace.clone().or(document.namespace);
    // An empty input is an error of this host, with words of its own.
    let may_be_empty = std::mem::replace(&mut document.allow_empty, true);
    let mut options = options::host_options(InputSource::Stdin, document, path, messages)?;
    let PreparedRender { origin, from, workspace: _until_the_end } =
        render::prepare_render(&parameters, &application, &options.input, messages)?;
    options.input.from = from;
    run::change_manifests_for_host(&options, messages, &|sources| {
        join_for_argocd(&sources, origin, may_be_empty).map_err(Failure::Errors)
    })
}
