//! The parameters: one row each, for reading and announcing them.

use rollstamp::suggest::nearest_name;

use crate::options::KEEP_NEEDS_EARLIER_OUTPUT;

/// The beginning of the environment variables that stand for parameters.
pub const ENV_PREFIX: &str = "ARGOCD_ENV_ROLLSTAMP_";

/// A parameter.
pub struct ParameterRow {
    pub name: &'static str,
    pub shape: Shape,
    pub title: &'static str,
    pub tooltip: &'static str,
}

/// The form of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    Text,
    /// `true` or `false`, as text: Argo CD knows no other.
    Switch,
    List,
    Map,
}

impl Shape {
    /// The field of a parameter that holds such a value.
    pub fn field(self) -> &'static str {
        match self {
            Shape::Text | Shape::Switch => "string",
            Shape::List => "array",
            Shape::Map => "map",
        }
    }
}

const fn row(name: &'static str, shape: Shape, title: &'static str, tooltip: &'static str) -> ParameterRow {
    ParameterRow { name, shape, title, tooltip }
}

/// In the order in which they are announced.
pub const TABLE: &[ParameterRow] = &[
    row(
        "strategy",
        Shape::Text,
        "Strategy",
        "stamp writes a digest into pod templates; rename appends a content hash to names of configs. Default: stamp",
    ),
    row(
        "renderer",
        Shape::Text,
        "Renderer",
        "auto, plain, kustomize or helm. auto: kustomize if there is a kustomization.yaml, helm if there is a Chart.yaml, else plain. Default: auto",
    ),
    row(
        "roll-on",
        Shape::Text,
        "Content that rolls pods",
        "any: every key that a container consumes; frozen: without keys that are refreshed in running pods. Default: any",
    ),
    row("annotation", Shape::Text, "Annotation", "Annotation that holds the digest. Default: rollstamp.dev/checksum"),
    row(
        "strict",
        Shape::Switch,
        "Strict",
        "true: fail when a reference cannot be resolved, and on other findings. Default: false",
    ),
    row(
        "skip-invalid",
        Shape::Switch,
        "Skip invalid",
        "true: leave an unreadable manifest unchanged, with a warning. Default: false",
    ),
    row(
        "prune-last",
        Shape::Text,
        "Prune last",
        "With rename: none, argocd, flux or helm; the applier that shall prune old configs late or never. Default: none",
    ),
    row("immutable", Shape::Switch, "Immutable", "With rename, true: make renamed configs immutable. Default: false"),
    row(
        "rename-jobs",
        Shape::Switch,
        "Rename Jobs",
        "With rename, true: also rename Jobs that refer to a renamed config. Default: false",
    ),
    row(
        "allow-empty",
        Shape::Switch,
        "Allow empty",
        "true: accept an empty render, which deletes the application's resources. Default: false",
    ),
    row("exclude", Shape::List, "Exclude", "Plain manifests: glob patterns of files and directories that are skipped"),
    row(
        "no-exclude",
        Shape::Switch,
        "No exclude",
        "Plain manifests, true: ignore the exclude patterns of the options file. Default: false",
    ),
    row(
        "ignore-config",
        Shape::List,
        "Ignore configs",
        "[KIND/]NAME with patterns, left out of stamps and renames, for example Secret/reg-*",
    ),
    row(
        "keep-name",
        Shape::List,
        "Keep names",
        "With rename: [KIND/]NAME with patterns, configs that keep their names, for example ConfigMap/dashboard-*",
    ),
    row(
        "no-configs",
        Shape::Switch,
        "No configs",
        "true: ignore the configs that the options file selects. Default: false",
    ),
    row(
        "external",
        Shape::List,
        "External configs",
        "[NS/]KIND/NAME with patterns, configs that are made elsewhere, for example Secret/*-tls",
    ),
    row("no-external", Shape::Switch, "No external", "true: ignore the external of the options file. Default: false"),
    row(
        "context",
        Shape::List,
        "Context",
        "Files, directories and patterns of the repository that are read for references only, from the application's \
         directory",
    ),
    row("no-context", Shape::Switch, "No context", "true: ignore the context of the options file. Default: false"),
    row("recurse", Shape::Switch, "Recurse", "Plain manifests, true: include subdirectories. Default: false"),
    row("kustomize-options", Shape::List, "Options of kustomize build", "For example --enable-helm"),
    row("helm-release-name", Shape::Text, "Release name", "Default: the name of the application"),
    row("helm-values-files", Shape::List, "Values files", "From the application's directory, inside the repository"),
    row("helm-values", Shape::Text, "Values", "Content of a values file"),
    row("helm-set", Shape::Map, "Values by key", "As helm --set"),
    row("helm-set-string", Shape::Map, "String values by key", "As helm --set-string"),
    row("helm-skip-crds", Shape::Switch, "Skip CRDs", "true: leave the chart's crds/ out. Default: false"),
];

/// The parameter of that name.
pub fn by_name(name: &str) -> Result<&'static ParameterRow, String> {
    if let Some(row) = find(name) {
        return Ok(row);
    }
    refuse_keep(name)?;
    Err(match nearest(name) {
        Some(row) => format!("unknown; did you mean {}?", row.name),
        None => {
            let names: Vec<&str> = TABLE.iter().map(|row| row.name).collect();
            format!("unknown; expected one of {}", names.join(", "))
        }
    })
}

/// The parameter behind the rest of a variable's name.
pub fn by_variable(rest: &str) -> Result<&'static ParameterRow, String> {
    let name = rest.to_lowercase().replace('_', "-");
    if let Some(row) = find(&name) {
        return Ok(row);
    }
    refuse_keep(&name)?;
    Err(match nearest(&name) {
        Some(row) => {
            format!("unknown; did you mean {ENV_PREFIX}{}?", row.name.to_uppercase().replace('-', "_"))
        }
        None => "unknown; `rollstamp argocd --parameters` lists the known ones".to_owned(),
    })
}

/// Refuses the one option of the command line that a host cannot have.
fn refuse_keep(name: &str) -> Result<(), String> {
    if name == "keep" {
        Err(format!("not possible in Argo CD, {}", KEEP_NEEDS_EARLIER_OUTPUT.replace("pruneLast", "prune-last")))
    } else {
        Ok(())
    }
}

fn find(name: &str) -> Option<&'static ParameterRow> {
    TABLE.iter().find(|row| row.name == name)
}

fn nearest(name: &str) -> Option<&'static ParameterRow> {
    find(nearest_name(name, TABLE.iter().map(|row| row.name))?)
}
