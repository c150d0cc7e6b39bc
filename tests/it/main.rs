//! One test binary. A module name starts with the subject of its tests: `cli_*` for the command line, `diff_*` for
//! diffs, `faults_*` for what goes wrong around a run, `hostile_*` for input made to harm, `host_*` for the programs
//! that run rollstamp, `impact_*`, `kinds_*`, `rename_*`, `stamp_*` and `yaml_*` for these parts of the product,
//! `security_*` for what input must not be able to do, `project_*` for rules that the repository itself follows.

#![allow(unreachable_pub, reason = "in a program `pub` marks the interface of a module")]
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "tests print what they skip, and stop where they fail")]

/// Shared helpers.
mod support;

/// Applications and ApplicationSets of Argo CD.
mod apps_argo;
/// Applications of Flux.
mod apps_flux;
/// Applications that only a rendering of their parent shows.
mod apps_parents;
/// Charts that render to other values each time.
mod apps_random;
/// Helm releases of Flux whose chart is in the repository.
mod apps_releases;
/// Applications that nothing declares, and those of the options file.
mod apps_roots;
/// Applications of several clusters in one input.
mod apps_scopes;
mod apps_sets;
/// Sources of Flux that are put together.
mod apps_sources;
/// HTML pages in a real browser.
mod browser;
/// Folders of `testdata/cases`, by snapshot and by invariant.
mod cases;
/// `rollstamp apps`.
mod cli_apps;
/// Known findings.
mod cli_baseline;
/// Reports on input of which a part is broken.
mod cli_broken_input;
/// Colors on terminals and in pipes.
#[cfg(unix)]
mod cli_colors;
/// Context that is read for references only.
mod cli_context;
/// The same bytes for the same manifests, whatever the machine.
mod cli_determinism;
/// Errors and warnings about input, with the fix that each suggests.
mod cli_errors;
/// `explain`, checked with `sha256sum`.
mod cli_explain;
/// Reports for hosts that annotate files.
mod cli_formats;
/// Help texts.
mod cli_help;
/// Ignore files and excluded paths.
mod cli_ignore_files;
/// Paths, patterns, standard input and renderers as input.
mod cli_input;
/// `links` as table and JSON.
mod cli_links;
/// Parts of the list of `links`, and objects named as for kubectl.
mod cli_links_selection;
/// The stream on stdout: manifests that can be applied, and the place that they go to.
mod cli_manifests;
/// Names, labels, annotations and selectors that the API server refuses.
mod cli_metadata;
/// Configs that are not in the input.
mod cli_missing;
/// Inferred namespaces and undecided stamps.
mod cli_namespaces;
/// The search for the options file.
mod cli_options_file;
/// Output modes and their guarantees.
mod cli_output;
/// Content that another reference takes the place of.
mod cli_overrides;
/// Reports on input that can be read in part.
mod cli_partial_reports;
/// Patches of kustomizations.
mod cli_patches;
/// `links` as Mermaid, Graphviz and HTML.
mod cli_pictures;
/// Places of findings, in every format.
mod cli_places;
/// Progress on a terminal.
mod cli_progress;
/// `rename` on files, and its exit status.
mod cli_rename;
/// Repeated keys.
mod cli_repeated_keys;
/// Likenesses of public repositories.
mod cli_repositories;
/// Rule files of kustomize and kapp.
mod cli_rule_files;
/// Rules of the options file.
mod cli_rules;
/// Secret values, which no output shows.
mod cli_secrets;
/// Selectors of configs.
mod cli_selectors;
/// References in a shape that the API server refuses or drops.
mod cli_shapes;
/// Places that are links.
mod cli_source_url;
/// `stamp` on files, and its exit status.
mod cli_stamp;
/// Suggestions for misspelt names.
mod cli_suggestions;
/// Tables on terminals and in pipes.
#[cfg(unix)]
mod cli_tables;
/// Template source of Helm, ytt, OpenShift and other engines.
mod cli_templates;
/// Invariants over the files that `ROLLSTAMP_CORPUS` names.
mod corpus;

/// Diffs, applied by `patch` and `git apply`.
#[cfg(unix)]
mod diff_applied;

/// Files that cannot be written as they should be, full disks and closed streams.
#[cfg(unix)]
mod faults_files;
/// Runs that are killed while they write.
#[cfg(unix)]
mod faults_kills;
/// `--timeout`.
#[cfg(unix)]
mod faults_timeouts;

/// Pipes, devices, loops of links and names of files.
#[cfg(unix)]
mod hostile_files;
/// Renderers that do not end as they should.
#[cfg(unix)]
mod hostile_programs;
/// Texts made to take all time or memory.
mod hostile_texts;

/// The bodies of the fuzzer on stable.
mod fuzz_stable;

/// The GitHub Action in every mode.
#[cfg(unix)]
mod host_action;
/// Installation of the binary by the GitHub Action.
#[cfg(unix)]
mod host_action_install;
/// The Argo CD plugin, run by the steps of Argo CD's plugin server.
#[cfg(unix)]
mod host_argocd;
/// Renderings that a CI keeps between runs.
mod host_cache;
/// Flux, which substitutes variables later.
mod host_flux;
/// The problem matcher of GitHub Actions.
mod host_github;
/// The GitLab component.
#[cfg(unix)]
mod host_gitlab;
/// Helm with rollstamp as its post-renderer.
mod host_helm;
/// A function in a kpt pipeline.
mod host_kpt;
/// The KRM function alone.
mod host_krm;
/// `kubectl rollstamp`.
#[cfg(unix)]
mod host_kubectl;
/// The kustomize exec plugin and KRM function in real builds.
mod host_kustomize;
/// References that kustomize leaves behind.
mod host_kustomize_references;
/// The pre-commit hooks.
#[cfg(unix)]
mod host_pre_commit;
/// What a change of a repository does, cluster by cluster.
mod impact_apps;
/// Touched applications against all, in histories made at random.
mod impact_apps_history;
/// `impact --base` with directories, revisions and renderers.
mod impact_base;
/// Helm releases of Flux by what their charts install, with the real helm.
mod impact_chart_releases;
/// Impact classes of every kind of change.
mod impact_classes;
/// Impact reports in each format.
mod impact_fail_on;
mod impact_formats;
/// Random git histories: `impact` compared with what a real run changes.
mod impact_history;
/// Configs that no workload consumes, objects without pods, and runs that come to an end.
mod impact_objects;
/// Helm releases of Flux, whose charts are elsewhere.
mod impact_releases;
mod impact_rollouts;
/// Vectors of a real API server: what it refuses and what rolls.
mod impact_server_vectors;
mod impact_shards;
/// Templates compared as the API server stores them.
mod impact_stored;
/// Impact on workloads with several pod templates.
mod impact_templates;
/// The text of `impact` on a terminal.
mod impact_terminal;
/// Updates that the API server rejects, kind by kind.
mod impact_updates;
/// The tables of the documentation that are made of the schemas of reports.
mod json_page;
/// Annotations of in-cluster controllers.
mod kinds_controllers;
/// Keys of the Secrets of the External Secrets Operator.
mod kinds_external_secrets;
/// Kinds of operators, where a stamp has side effects.
mod kinds_operators;
/// Generated tables of kinds in docs.
mod kinds_page;
/// Producer kinds: every row made into manifests.
mod kinds_producers;
/// Secrets whose type needs keys.
mod kinds_secret_types;
/// Workload kinds and reference fields: every row made into manifests.
mod kinds_tables;
/// Pod specs of unknown kinds.
mod kinds_unknown;
/// Errors about options.
mod options_errors;
/// Flags against the options file.
mod options_overrides;
/// JSON Schema of the options document.
mod options_schema;
/// Wheels, packages of npm, and files for other package managers.
#[cfg(unix)]
mod packages;
/// The page that runs the library in a browser.
mod playground;
/// Import directions between modules.
mod project_direction;
/// Measures of the source: lengths of files, functions and names.
mod project_measures;
/// The glossary, held against public names.
mod project_words;
/// Examples of the README and the book, run.
mod readme;
/// Archives, completions and manual pages.
#[cfg(unix)]
mod release;
/// Names in rules of RBAC.
mod rename_access;
/// A tree of applications, compared with kustomize.
mod rename_apps;
/// Suffixes of other tools.
mod rename_foreign_suffix;
/// Names of generated configs.
mod rename_generated;
/// Earlier generations of renamed configs.
mod rename_generations;
/// Names compared with real kustomize.
mod rename_kustomize;
/// Texts that mention old names.
mod rename_mentions;
/// Objects that are written with merge keys.
mod rename_merge_keys;
/// Suffix vectors made with real kustomize.
mod rename_suffix_vectors;
/// The page of rules, and the style of all messages.
mod rules_page;
/// Rendering the applications of hostile repositories.
#[cfg(unix)]
mod security_apps;
/// What only the command line may allow when applications are rendered.
#[cfg(unix)]
mod security_apps_opt_in;
/// Ways in that rendering leaves closed, one by one.
#[cfg(unix)]
mod security_apps_rows;
/// Files that change while they are read.
#[cfg(unix)]
mod security_changed_files;
/// Control characters of names.
mod security_escapes;
/// Files that a repository must not make us read.
#[cfg(unix)]
mod security_files;
/// Git, which a pull request must not make run anything.
mod security_git;
/// Runs that a signal ends.
#[cfg(unix)]
mod security_interrupts;
/// Values of Secrets in unusual places.
mod security_masks;
/// Programs in the repository, which are not run by their names.
#[cfg(unix)]
mod security_programs;
/// Values of Secrets in every shape, through every verb and format.
mod security_secret_values;
/// Rendered manifests of applications, stamped and renamed.
mod stamp_apps;
/// Vectors of the frozen digest recipe.
mod stamp_digest_vectors;
/// Warnings about workloads that a controller restarts too.
mod stamp_double_roll;
/// Hooks of Helm, and the release around them.
mod stamp_helm_hooks;
/// Stamps on Jobs, hooks and other objects that cannot change, and over immutable configs.
mod stamp_jobs;
/// Configs with many keys and many users.
mod stamp_large_configs;
/// `--remove`, which gives back what stood there before.
mod stamp_removal;
/// Stamps of workloads with several pod templates.
mod stamp_templates;
/// Workflows and action.yml, validated by their schemas.
#[cfg(unix)]
mod workflows;
/// The YAML reader compared with a published parser.
mod yaml_differential;
/// Inputs made to be slow.
mod yaml_hostile;
/// kubectl as a reader of inputs and outputs.
mod yaml_kubectl;
mod yaml_lines;
/// The YAML reader on random texts.
mod yaml_properties;
/// Sources whose texts are read again.
mod yaml_released;
/// `serde_yaml` as a second reader of every fixture.
mod yaml_second_reader;
/// Documents as Kubernetes reads them.
mod yaml_vectors;
/// Keys, merges, duplicates, places and mistakes.
mod yaml_walk;
/// Edits in every layout that people write.
mod yaml_write;
