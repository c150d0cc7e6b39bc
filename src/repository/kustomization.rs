//! The fields of a kustomization that name files, and those that change what it builds.

use super::fields;
use super::manifest::read_value;
use super::path;
use super::wrapper::print_json;
use crate::yaml::Value;

/// The names of the file; two of them in one directory are an error of kustomize.
pub(super) const FILE_NAMES: &[&str] = &["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// A kustomization.
pub(super) struct KustomizationFile {
    /// The directory.
    pub(super) directory: String,
    /// The path of the file.
    pub(super) file: String,
    /// The value; `None` if kustomize cannot read it.
    pub(super) value: Option<Value>,
    text: String,
}

/// Reads the kustomization of a directory that has these files of its names.
pub(super) fn read_kustomization(directory: &str, files: &[String], text: &str) -> KustomizationFile {
    let value = if files.len() > 1 { None } else { read_value(text) };
    KustomizationFile {
        directory: directory.to_owned(),
        file: files[0].clone(),
        value: value.filter(|value| matches!(value, Value::Map(_))),
        text: text.to_owned(),
    }
}

impl KustomizationFile {
    fn texts(&self, path: &[&str]) -> Vec<&str> {
        self.value.as_ref().map_or_else(Vec::new, |value| fields::texts(value, path))
    }

    fn items(&self, path: &[&str]) -> &[Value] {
        self.value.as_ref().map_or(&[], |value| fields::items(value, path))
    }

    /// Returns `true` for a `Component`, which is never built by itself.
    pub(super) fn is_component(&self) -> bool {
        self.value.as_ref().and_then(|value| fields::text(value, &["kind"])) == Some("Component")
    }

    /// Resources and bases.
    pub(super) fn resources(&self) -> Vec<&str> {
        let mut entries = self.texts(&["resources"]);
        entries.extend(self.texts(&["bases"]));
        entries
    }

    pub(super) fn components(&self) -> Vec<&str> {
        self.texts(&["components"])
    }

    /// The namespace that it gives to all objects.
    pub(super) fn namespace(&self) -> Option<&str> {
        fields::text(self.value.as_ref()?, &["namespace"])
    }

    pub(super) fn name_affixes(&self) -> (&str, &str) {
        let affix = |key| self.value.as_ref().and_then(|value| fields::text(value, &[key])).unwrap_or_default();
        (affix("namePrefix"), affix("nameSuffix"))
    }

    /// Files of generators, transformers and validators, and texts that define one inline.
    pub(super) fn plugins(&self) -> Vec<&str> {
        let mut entries = Vec::new();
        for key in ["generators", "transformers", "validators"] {
            entries.extend(self.texts(&[key]));
        }
        entries
    }

    /// Fields that can change objects in ways that are not followed here.
    pub(super) fn opaque_fields(&self) -> Vec<&'static str> {
        let mut found = Vec::new();
        for key in ["transformers", "replacements", "vars"] {
            let is_used = self.value.as_ref().is_some_and(|value| !fields::items(value, &[key]).is_empty());
            if is_used {
                found.push(key);
            }
        }
        found
    }

    /// The patches with their targets: `patches`, `patchesStrategicMerge` and `patchesJson6902`.
    pub(super) fn patch_entries(&self) -> Vec<PatchEntry<'_>> {
        let mut entries = Vec::new();
        for text in self.texts(&["patchesStrategicMerge"]) {
            let is_inline = text.contains('\n');
            entries.push(PatchEntry {
                inline: is_inline.then_some(text),
                path: (!is_inline).then_some(text),
                target: None,
            });
        }
        for key in ["patches", "patchesJson6902"] {
            for item in self.items(&[key]) {
                entries.push(PatchEntry {
                    inline: fields::text(item, &["patch"]),
                    path: fields::text(item, &["path"]),
                    target: fields::field(item, &["target"]),
                });
            }
        }
        entries
    }

    /// Names of other files that the build reads.
    pub(super) fn other_files(&self) -> Vec<String> {
        let mut files: Vec<String> = Vec::new();
        for key in ["crds", "configurations"] {
            files.extend(self.texts(&[key]).into_iter().map(str::to_owned));
        }
        files.extend(self.texts(&["openapi", "path"]).into_iter().map(str::to_owned));
        for replacement in self.items(&["replacements"]) {
            files.extend(fields::text(replacement, &["path"]).map(str::to_owned));
        }
        for key in ["configMapGenerator", "secretGenerator"] {
            for generator in self.items(&[key]) {
                for entry in fields::texts(generator, &["files"]) {
                    files.push(entry.split_once('=').map_or(entry, |(_, file)| file).to_owned());
                }
                for key in ["envs", "env"] {
                    files.extend(fields::texts(generator, &[key]).into_iter().map(str::to_owned));
                }
            }
        }
        for chart in self.items(&["helmCharts"]) {
            files.extend(fields::text(chart, &["valuesFile"]).map(str::to_owned));
            files.extend(fields::texts(chart, &["additionalValuesFiles"]).into_iter().map(str::to_owned));
        }
        files
    }

    /// The charts that it inflates.
    pub(super) fn helm_charts(&self) -> Vec<InflatedChart<'_>> {
        let Some(value) = &self.value else { return Vec::new() };
        let home = fields::text(value, &["helmGlobals", "chartHome"]).unwrap_or("charts");
        let mut charts = Vec::new();
        for key in ["helmCharts", "helmChartInflationGenerator"] {
            for chart in self.items(&[key]) {
                let name = fields::text(chart, &["name"]).or(fields::text(chart, &["chartName"])).unwrap_or_default();
                let directory = match (fields::text(chart, &["version"]), fields::text(chart, &["repo"])) {
                    (Some(version), Some(_)) => format!("{home}/{name}-{version}/{name}"),
                    _ => format!("{home}/{name}"),
                };
                charts.push(InflatedChart { name, directory, repository: fields::text(chart, &["repo"]) });
            }
        }
        charts
    }

    /// The text of it without the entries that are fetched, if there are any: resources and components, charts, and
    /// generators that read such files.
    pub(super) fn without_remote_entries(
        &self,
        exists: &dyn Fn(&str) -> bool,
        is_chart: &dyn Fn(&InflatedChart<'_>) -> bool,
    ) -> Option<String> {
        let is_fetched = |entry: &str| is_remote(entry) && !exists(entry);
        let mut value = self.value.clone()?;
        let Value::Map(entries) = &mut value else { return None };
        let mut is_changed = false;
        let mut missing_charts = Vec::new();
        for chart in self.helm_charts() {
            if !is_chart(&chart) {
                missing_charts.push(chart.name.to_owned());
            }
        }
        for (key, entry) in entries.iter_mut() {
            let Value::Seq(items) = entry else { continue };
            let before = items.len();
            match key.as_str() {
                "resources" | "bases" | "components" | "crds" | "configurations" => {
                    items.retain(|item| !matches!(item, Value::String(text) if is_fetched(text)));
                }
                "helmCharts" | "helmChartInflationGenerator" => items.retain(|item| {
                    let name = fields::text(item, &["name"]).or(fields::text(item, &["chartName"]));
                    !name.is_some_and(|name| missing_charts.iter().any(|missing| missing == name))
                }),
                "configMapGenerator" | "secretGenerator" => items.retain(|item| {
                    let files = fields::texts(item, &["files"]);
                    !files.into_iter().any(|file| is_fetched(file.split_once('=').map_or(file, |(_, file)| file)))
                }),
                _ => {}
            }
            is_changed |= items.len() < before;
        }
        is_changed.then(|| print_json(&value))
    }

    /// Returns `true` if it makes objects itself.
    pub(super) fn generates(&self) -> bool {
        let keys = ["configMapGenerator", "secretGenerator", "helmCharts", "helmChartInflationGenerator", "generators"];
        keys.iter().any(|key| !self.items(&[key]).is_empty())
    }

    /// The line on which an entry stands.
    pub(super) fn line_of(&self, entry: &str) -> usize {
        let found = self.text.lines().position(|line| {
            let line = line.trim_start();
            !line.starts_with('#') && line.contains(entry)
        });
        found.map_or(1, |line| line + 1)
    }

    /// The path in the repository of an entry; `None` if it lies outside.
    pub(super) fn locate(&self, entry: &str) -> Option<String> {
        path::join(&self.directory, entry)
    }
}

/// A chart that a kustomization inflates.
pub(super) struct InflatedChart<'k> {
    /// The name.
    pub(super) name: &'k str,
    /// The directory in which a local one stands, from that of the kustomization.
    pub(super) directory: String,
    /// The repository that another one is fetched from.
    pub(super) repository: Option<&'k str>,
}

/// A patch of a kustomization.
pub(super) struct PatchEntry<'k> {
    /// The patch itself.
    pub(super) inline: Option<&'k str>,
    /// The file that holds it.
    pub(super) path: Option<&'k str>,
    /// The objects that it is for; without it, the object that it names.
    pub(super) target: Option<&'k Value>,
}

/// Returns `true` for an entry that kustomize fetches, if nothing of that name is in the repository.
pub(super) fn is_remote(entry: &str) -> bool {
    let entry = entry.strip_prefix("git::").unwrap_or(entry);
    let lower = entry.to_ascii_lowercase();
    if ["ssh://", "https://", "http://", "file://"].iter().any(|scheme| lower.starts_with(scheme)) {
        return true;
    }
    if lower.starts_with("github.com/") || lower.starts_with("github.com:") {
        return true;
    }
    // user@host:path or user@host/path
    match entry.split_once('@') {
        Some((user, rest)) => !user.is_empty() && !user.contains(['/', '.']) && rest.contains([':', '/']),
        None => false,
    }
}

/// Returns `true` for what is fetched from another machine without credentials.
pub(super) fn is_fetchable(entry: &str) -> bool {
    let entry = entry.strip_prefix("git::").unwrap_or(entry).to_ascii_lowercase();
    ["https://", "http://", "oci://", "github.com/"].iter().any(|start| entry.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remote_entries_have_a_scheme_a_user_or_the_name_of_github() {
        for entry in [
            "https://example.com/a.yaml",
            "HTTP://example.com/a.yaml",
            "git::https://example.com/a",
            "git@example.com:team/base",
            "github.com/team/base//deploy?ref=v1",
            "ssh://git@example.com/team/base",
        ] {
            assert!(is_remote(entry), "{entry}");
        }
        for entry in ["../base", "example.com/base", "a@b", "apps/github.com", "./git@x"] {
            assert!(!is_remote(entry), "{entry}");
        }
    }
}
