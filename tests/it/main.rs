//! One test binary; a module for each thing that must hold.

#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "tests say what they skip, and stop where they fail")]

/// The action for GitHub in every mode.
#[cfg(unix)]
mod action;
/// Where the action gets its binary from.
#[cfg(unix)]
mod action_install;
/// A runner for the steps of the action.
#[cfg(unix)]
mod action_runner;
/// Argo CD's plugin server, with the plugin that we publish.
#[cfg(unix)]
mod argocd;
/// The pages in a real browser.
mod browser;
/// Every folder of `testdata/cases`, by snapshot and by invariant.
mod cases;
/// What is wrong with input, and the way out.
mod cli_errors;
/// Where a stamp comes from, in terms that anybody can check.
mod cli_explain;
/// Reports for hosts that annotate files.
mod cli_formats;
/// What the command line says about itself.
mod cli_help;
/// What the command line reads, and in which order.
mod cli_input;
/// The list of links, for people and for programs.
mod cli_links;
/// What the command line writes, and what it never writes.
mod cli_output;
/// Rules of the options file.
mod cli_rule_files;
mod cli_rules;
/// Values of Secrets, which nobody is shown.
mod cli_secrets;
/// What `stamp` does to files, and its exit status.
mod cli_stamp;
/// What in-cluster controllers decide by their annotations.
mod controllers;
/// The invariants over the files that `ROLLSTAMP_CORPUS` names.
mod corpus;
/// The frozen recipe.
mod digest_vectors;
/// Which module may use which.
mod direction;
/// The links as drawings.
mod drawn;
/// Flux, which replaces variables after us.
mod flux;
/// The component for GitLab.
#[cfg(unix)]
mod gitlab;
/// Helm, with us as its post-renderer.
mod helm;
/// A function in a pipeline of kpt.
mod host_kpt;
/// A function that gets a ResourceList, without anybody around it.
mod host_krm;
/// A plugin in the middle of builds of kustomize.
mod host_kustomize;
/// What a change starts from: directories, revisions, renders.
mod impact_base;
/// What a change does to each kind of workload, class by class.
mod impact_classes;
/// The report on a change, in each format.
mod impact_formats;
/// Histories made at random, beside what real runs change.
mod impact_history;
/// What must hold of every change.
mod invariants;
/// The tables of kinds and references, made into manifests.
mod kind_tables;
/// The tables of kinds in the documentation.
mod kinds_page;
/// `kubectl rollstamp`.
#[cfg(unix)]
mod kubectl;
/// The published schema of the options document.
mod options_schema;
/// Other programs to compare with.
mod peers;
/// The hooks for pre-commit.
#[cfg(unix)]
mod pre_commit;
/// The table of kinds that produce configs, made into manifests.
mod producers;
/// The sign of life on a terminal.
mod progress;
/// The README, run.
mod readme;
/// Archives, completions, manual pages.
#[cfg(unix)]
mod release;
/// A tree of applications, beside what kustomize makes of it.
mod rename_apps;
/// What `rename` does to files, and its exit status.
mod rename_cli;
/// Names that real kustomize gives.
mod rename_kustomize;
/// New names for what controllers will write.
mod rename_products;
/// Workloads that a controller restarts too.
mod rolls_twice;
/// `serde_yaml` as a second reader of every fixture.
mod second_reader;
/// A directory of files and the binary run in it.
mod shell;
/// The suffix, against names that real kustomize gave.
mod suffix_vectors;
/// Where vectors are.
mod vectors;
/// What the runner of GitHub Actions takes from a step.
mod workflow_commands;
/// Workflows and action.yml, as their validators see them.
#[cfg(unix)]
mod workflows;
/// A published parser's opinion on the fixtures.
mod yaml_differential;
/// Inputs made to be slow.
mod yaml_hostile;
/// Random texts.
mod yaml_properties;
/// How Kubernetes reads documents.
mod yaml_vectors;
/// Keys, merges, duplicates, places and mistakes.
mod yaml_walk;
/// Edits in every layout that people write.
mod yaml_write;
