//! The applications of a repository: what is applied together, found in the files of the repository alone. Nothing is
//! rendered, run or fetched: what declares applications is followed as far as its files show it.

mod address;
mod application;
mod application_set;
mod argo;
mod argo_chart;
mod argo_directory;
mod argo_walk;
mod build;
mod chart;
mod clusters;
mod declared;
mod declared_object;
mod dependencies;
mod discover;
mod fields;
mod flux;
mod flux_artifact;
mod flux_source;
mod generator;
mod go_template;
mod index;
mod kustomization;
mod manifest;
mod normalize;
mod pairs;
mod parameters;
mod patch;
mod path;
mod places;
mod post_build;
mod random;
mod recipe;
mod release;
mod release_chart;
mod release_values;
mod rendered;
mod resource_set;
mod roots;
mod set_template;
mod settings;
mod value_generator;
mod value_source;
mod variables;
mod wrapper;

pub use application::{
    Application, ApplicationKind, ApplicationState, Declaration, ReasonCode, RenderTool, StateReason,
};
pub use discover::{Discovery, discover, discover_with};
pub use index::{IndexedContent, OUTPUT_LIST, RepositoryFile, RepositoryIndex};
pub use pairs::{ApplicationPair, ApplicationStatus, ReportedApplication, pair_applications};
pub use places::{RenderedObject, find_place};
pub use random::{RandomField, RandomValues, names_random_function};
pub use recipe::{
    FileCopy, HelmStep, HelmValues, KustomizeStep, MAX_RELEASE_NAME, PATH_TO_FILES, RELEASE_FILE, Recipe, RenderStep,
    StepPrograms, escape_commas, is_release_name,
};
pub use rendered::{HiddenParent, RenderedManifests, RenderedParents};
pub use settings::{DeclaredApplication, DeclaredRendering, DiscoveryOptions, KnownCluster};
pub use variables::FluxVariables;
