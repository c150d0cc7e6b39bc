//! The fields that kustomize is told to rewrite: `configurations` of the kustomizations that a build is made of.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use rollstamp::rules::kustomize::parse_name_references;
use rollstamp::rules::{CustomReference, RuleFileError, find_excessive_nesting};
use serde::Deserialize;

use super::{KUSTOMIZATION_NAMES, MAX_KUSTOMIZATION};
use crate::files;
use crate::options::FunctionOptions;
use crate::options::parse_error::MAX_BYTES;

/// No build is made of more kustomizations.
const MAX_DIRECTORIES: usize = 10_000;

/// The fields of a kustomization that lead to others, or that say which fields name objects.
#[derive(Deserialize)]
struct Kustomization {
    configurations: Option<Vec<String>>,
    crds: Option<Vec<String>>,
    resources: Option<Vec<String>>,
    bases: Option<Vec<String>>,
    components: Option<Vec<String>>,
}

/// Adds the fields that the kustomization in the current directory, and those that it is made of, tell kustomize to
/// rewrite to the rules. If they cannot all be read, it stays unknown which references kustomize rewrites.
pub fn add_configurations(options: &mut FunctionOptions) {
    if let Some(references) = read_references(Path::new(".")) {
        for reference in references {
            options.settings.rules.add_reference(reference);
        }
        options.settings.checks_kustomize_references = true;
    }
}

fn read_references(root: &Path) -> Option<Vec<CustomReference>> {
    let mut references = Vec::new();
    let mut seen: BTreeSet<PathBuf> = BTreeSet::new();
    let mut open = vec![root.to_owned()];
    while let Some(directory) = open.pop() {
        if !seen.insert(files::real_path(&directory)) {
            continue;
        }
        if seen.len() > MAX_DIRECTORIES {
            return None;
        }
        let kustomization = read_kustomization(&directory)?;
        // OpenAPI definitions can name objects too.
        if kustomization.crds.is_some_and(|crds| !crds.is_empty()) {
            return None;
        }
        for file in kustomization.configurations.into_iter().flatten() {
            let text = files::read_text(&directory.join(file), MAX_BYTES).ok()?;
            match parse_name_references(&text) {
                Ok(found) => references.extend(found),
                // It is about something else, such as labels.
                Err(RuleFileError::Content(_)) => {}
                Err(RuleFileError::Yaml(_)) => return None,
            }
        }
        let entries = [kustomization.resources, kustomization.bases, kustomization.components];
        for entry in entries.into_iter().flatten().flatten() {
            let path = directory.join(entry);
            if path.is_dir() {
                open.push(path);
            }
        }
    }
    Some(references)
}

fn read_kustomization(directory: &Path) -> Option<Kustomization> {
    for name in KUSTOMIZATION_NAMES {
        if let Ok(text) = files::read_text(&directory.join(name), MAX_KUSTOMIZATION) {
            return if find_excessive_nesting(&text).is_some() { None } else { serde_yaml::from_str(&text).ok() };
        }
    }
    None
}
