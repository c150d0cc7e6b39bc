//! Rolls pods when the ConfigMaps and Secrets that they use change, offline, before the manifests are applied.
//!
//! Four functions and the values between them: [`parse`] turns sources into a bundle of objects, [`link`] finds which
//! workload consumes which keys of which config, [`plan()`] decides what changes and why, and [`apply`] returns the new
//! texts. Nothing here touches a file, the environment, the clock or the terminal.
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
//! assert!(rollstamp::plan(&graph, &Strategy::Stamp(Stamp::default())).changes.is_empty());
//! ```

pub mod index;

pub mod source;

pub mod stream;

pub mod diagnostic;

pub mod edit;

pub mod diff;

pub mod yaml;

pub mod kinds;

pub mod rules;

pub mod bundle;

pub mod content;

pub mod digest;

pub mod suffix;

pub mod graph;

pub mod plan;

pub mod impact;

pub mod report;

pub mod hosts;

pub use bundle::{Bundle, ParseOptions, parse};
pub use graph::{DigestPolicy, Graph, LinkOptions, Scope, link};
pub use impact::{Impact, ImpactOptions, impact};
pub use plan::{Applier, Plan, Rename, RollOn, Stamp, Strategy, apply, plan};
pub use rules::Rules;
pub use source::Source;
