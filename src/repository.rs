//! The applications of a repository: what is applied together, found in the files of the repository alone. Nothing is
//! rendered, run or fetched: what declares applications is followed as far as its files show it.

mod address;
mod application;
mod application_set;
mod argo;
mod argo_directory;
mod argo_walk;
mod build;
mod chart;
mod declared;
mod discover;
mod fields;
mod flux;
mod flux_source;
mod generator;
mod index;
mod kustomization;
mod manifest;
mod parameters;
mod patch;
mod path;
mod roots;
mod set_template;
mod settings;
mod variables;

pub use application::{
    Application, ApplicationKind, ApplicationState, Declaration, ReasonCode, RenderTool, StateReason,
};
pub use discover::{Discovery, discover};
pub use index::{IndexedContent, RepositoryFile, RepositoryIndex};
pub use settings::{DeclaredApplication, DeclaredRendering, DiscoveryOptions, KnownCluster};
