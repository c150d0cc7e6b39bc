//! Rolls pods when the ConfigMaps and Secrets that they use change, offline, before the manifests are applied.
//!
//! Four functions and the values between them: [`parse`] turns sources into a bundle of objects, [`link`] finds which
//! workload consumes which keys of which config, [`plan()`] decides what changes and why, and [`apply`] returns the new
//! texts. Beside them, [`impact()`] compares two linked trees, [`render`] writes reports about all of these
//! values, and [`unified_diff`] shows an edited text without the values of Secrets.
//! Nothing here touches a file, the environment, the clock or the terminal.
//!
//! ```
//! use rollstamp::{LinkOptions, ParseOptions, Source, Stamp, Strategy, apply, link, parse, plan};
//!
//! let text = "\
//! apiVersion: v1
//! kind: ConfigMap
//! metadata: {name: app-env}
//! data: {LOG_LEVEL: INFO}
//! ---
//! apiVersion: apps/v1
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   template:
//!     spec:
//!       containers:
//!       - name: app
//!         image: app:1
//!         envFrom: [{configMapRef: {name: app-env}}]
//! ";
//! let bundle = parse(vec![Source::new("app.yaml", text)], &ParseOptions::default());
//! let graph = link(&bundle, &LinkOptions::default());
//! let plan = plan(&graph, &Strategy::Stamp(Stamp::default()));
//! let after = apply(&bundle, &plan).unwrap();
//! assert!(after[0].text().contains(
//!     "    metadata:\n      annotations:\n        rollstamp.dev/checksum: \"cef4d24aced0e9cad85e3d74ca8bee643a8140cbb3ebc60e476c37cc9e415393\"\n"
//! ));
//!
//! // Stamping what is stamped changes nothing.
//! let again = parse(after, &ParseOptions::default());
//! let graph = link(&again, &LinkOptions::default());
//! assert!(rollstamp::plan(&graph, &Strategy::Stamp(Stamp::default())).is_empty());
//! ```
//!
//! # Stability
//!
//! What is listed on this page follows semantic versioning; options may get new fields, so they are made by changing
//! their defaults. The modules behind it are public for the command `rollstamp`, are not listed, and may change in any
//! release.
//!
//! # Features
//!
//! `cli`, on by default, builds the command. `default-features = false` leaves it out, with the dependencies that only
//! it needs.

mod hash_map;
mod setters;

#[doc(hidden)]
pub mod index;

#[doc(hidden)]
pub mod escape;

#[doc(hidden)]
pub mod suggest;

#[doc(hidden)]
pub mod source;

#[doc(hidden)]
pub mod diagnostic;

#[doc(hidden)]
pub mod edit;

#[doc(hidden)]
pub mod stream;

#[doc(hidden)]
pub mod diff;

#[doc(hidden)]
pub mod yaml;

#[doc(hidden)]
pub mod kinds;

#[doc(hidden)]
pub mod rules;

#[doc(hidden)]
pub mod bundle;

mod sha256;

#[doc(hidden)]
pub mod content;

#[doc(hidden)]
pub mod digest;

#[doc(hidden)]
pub mod suffix;

#[doc(hidden)]
pub mod graph;

#[doc(hidden)]
pub mod plan;

#[doc(hidden)]
pub mod repository;

#[doc(hidden)]
pub mod impact;

#[doc(hidden)]
pub mod report;

#[doc(hidden)]
pub mod hosts;

#[doc(inline)]
pub use bundle::{Bundle, Identity, Object, ObjectId, ObjectName, ParseOptions, Role, parse};
#[doc(inline)]
pub use diagnostic::{Diagnostic, Diagnostics, Message, Place, Severity};
#[doc(inline)]
pub use diff::{DiffLine, DiffLineKind, EditedText, unified_diff};
#[doc(inline)]
pub use edit::{Edit, EditedSource, Edits};
#[doc(inline)]
pub use graph::{
    Config, ConfigPattern, ConfigSelector, ConfigSelectors, ConfigStrategy, Container, DigestPolicy, GeneratedConfig,
    Graph, KeySelection, Link, LinkOptions, Mechanism, Resolution, Scope, Workload, link,
};
#[doc(inline)]
pub use impact::{ComparedTree, ConfigImpact, Impact, ImpactClass, ImpactOptions, WorkloadImpact, impact};
#[doc(inline)]
pub use index::{Id, IdVec};
#[doc(inline)]
pub use kinds::{ConfigKind, Delivery};
#[doc(inline)]
pub use plan::{
    Applier, KeptConfig, Plan, Rename, RenamedObject, RollOn, SkippedWorkload, Stamp, StampChange, Strategy, apply,
    edit_source, plan, verify_edits,
};
#[doc(inline)]
pub use report::{
    Format, ImpactReport, LinkSelection, LinksReport, PlanReport, RenderOptions, Rendered, Report, render,
};
#[doc(inline)]
pub use rules::Rules;
#[doc(inline)]
pub use source::{Position, Source, SourceId, UnreadableBytes};
#[doc(inline)]
pub use yaml::Limits;
