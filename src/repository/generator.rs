//! Generators of ApplicationSets that can be evaluated without a cluster.

use std::collections::BTreeMap;

use super::application::{ReasonCode, StateReason};
use super::argo::ArgoContext;
use super::fields;
use super::manifest::read_value;
use super::parameters::{ParameterSet, TemplateStyle, flatten_into, insert_path};
use super::path;
use super::set_template::render_text;
use crate::yaml::Value;

/// The most Applications that one set may make.
const MAX_SETS: usize = 10_000;

/// Results of generators: sets of parameters, each with the template that is merged over that of the ApplicationSet.
pub(super) struct Generated {
    pub(super) sets: Vec<(ParameterSet, Option<Value>)>,
    /// Files whose content the parameters are from.
    pub(super) inputs: Vec<String>,
    /// Patterns whose files differ between the two matchers that Argo CD has.
    pub(super) ambiguous_patterns: Vec<String>,
}

/// Evaluates the generators of an ApplicationSet.
pub(super) fn generate(context: &ArgoContext<'_>, set: &Value) -> Result<Generated, StateReason> {
    let style = TemplateStyle { is_go: fields::is_true(set, &["spec", "goTemplate"]), ..TemplateStyle::default() };
    let mut generated = Generated { sets: Vec::new(), inputs: Vec::new(), ambiguous_patterns: Vec::new() };
    for generator in fields::items(set, &["spec", "generators"]) {
        for (name, _) in fields::mapping(generator, &[]).into_iter().flatten() {
            let is_evaluated = matches!(name.as_str(), "list" | "git" | "selector");
            if !is_evaluated {
                let text = format!("the generator {name} is not evaluated");
                return Err(StateReason::new(ReasonCode::Generator, text, None));
            }
        }
        let template = ["list", "git"].into_iter().find_map(|kind| fields::field(generator, &[kind, "template"]));
        let sets = Evaluation { context, style: &style, generated: &mut generated }.evaluate(generator)?;
        for set in sets {
            generated.sets.push((set, template.cloned()));
        }
        if generated.sets.len() > MAX_SETS {
            let text = format!("it makes more than {MAX_SETS} Applications");
            return Err(StateReason::new(ReasonCode::Generator, text, None));
        }
    }
    Ok(generated)
}

struct Evaluation<'e, 'g> {
    context: &'e ArgoContext<'e>,
    style: &'e TemplateStyle,
    generated: &'g mut Generated,
}

impl<'e> Evaluation<'e, '_> {
    fn evaluate(&mut self, generator: &Value) -> Result<Vec<ParameterSet>, StateReason> {
        let mut sets = Vec::new();
        if let Some(list) = fields::field(generator, &["list"]) {
            sets.extend(self.list_elements(list)?);
        }
        if let Some(git) = fields::field(generator, &["git"]) {
            sets.extend(self.git_entries(git)?);
        }
        if let Some(selector) = fields::field(generator, &["selector"]) {
            let mut selected = Vec::new();
            for set in sets {
                if selects(selector, &set.flatten())? {
                    selected.push(set);
                }
            }
            sets = selected;
        }
        Ok(sets)
    }

    fn list_elements(&self, list: &Value) -> Result<Vec<ParameterSet>, StateReason> {
        if fields::field(list, &["elementsYaml"]).is_some() {
            return Err(not_evaluated("`elementsYaml` of the generator list"));
        }
        let mut sets = Vec::new();
        for element in fields::items(list, &["elements"]) {
            if self.style.is_go {
                sets.push(ParameterSet(element.clone()));
                continue;
            }
            let mut set = ParameterSet::new();
            for (name, value) in fields::mapping(element, &[]).into_iter().flatten() {
                match value {
                    Value::String(text) => set.insert_text(name, text),
                    Value::Map(_) => {
                        let mut flat = BTreeMap::new();
                        flatten_into(&mut flat, name, value);
                        for (name, text) in flat {
                            set.insert_text(&name, &text);
                        }
                    }
                    other => set.insert_text(name, &other.to_json().to_string()),
                }
            }
            sets.push(set);
        }
        Ok(sets)
    }

    fn git_entries(&mut self, git: &Value) -> Result<Vec<ParameterSet>, StateReason> {
        let url = fields::text(git, &["repoURL"]).unwrap_or_default();
        if !self.context.own.contain(url) {
            return Err(StateReason::new(ReasonCode::OtherRepository, format!("the generator git reads {url}"), None));
        }
        let prefix = fields::text(git, &["pathParamPrefix"]).unwrap_or_default().to_owned();
        let style = TemplateStyle { prefix, ..self.style.clone() };
        let mut sets = if fields::field(git, &["files"]).is_some() {
            self.git_files(git, &style)?
        } else {
            self.git_directories(git, &style)?
        };
        let values = fields::mapping(git, &["values"]);
        for set in &mut sets {
            let mut rendered = BTreeMap::new();
            for (name, value) in values.into_iter().flatten() {
                let text = fields::scalar_text(value).unwrap_or_default();
                rendered.insert(name.clone(), render_text(&text, set, self.style)?);
            }
            if self.style.is_go && values.is_some() {
                let texts = rendered.into_iter().map(|(name, text)| (name, Value::String(text))).collect();
                set.insert("values", Value::Map(texts));
            } else {
                for (name, text) in rendered {
                    set.insert_text(&format!("values.{name}"), &text);
                }
            }
        }
        Ok(sets)
    }

    /// Directories, hidden ones left out; an exclusion wins over any inclusion.
    fn git_directories(&self, git: &Value, style: &TemplateStyle) -> Result<Vec<ParameterSet>, StateReason> {
        let mut sets = Vec::new();
        let patterns = fields::items(git, &["directories"]);
        for directory in self.context.index.all_directories() {
            if directory.is_empty() || path::is_hidden(directory) {
                continue;
            }
            let (mut included, mut excluded) = (false, false);
            for pattern in patterns {
                let text = fields::text(pattern, &["path"]).unwrap_or_default();
                let Some(matches) = path::match_pattern(text, directory) else {
                    return Err(not_evaluated(&format!("the pattern {text}")));
                };
                let excludes = fields::is_true(pattern, &["exclude"]);
                included |= matches && !excludes;
                excluded |= matches && excludes;
            }
            if included && !excluded {
                let mut set = ParameterSet::new();
                insert_path(&mut set, directory, None, style);
                sets.push(set);
            }
        }
        Ok(sets)
    }

    fn git_files(&mut self, git: &Value, style: &TemplateStyle) -> Result<Vec<ParameterSet>, StateReason> {
        let mut files: Vec<&str> = Vec::new();
        for excludes in [false, true] {
            for pattern in fields::items(git, &["files"]) {
                if fields::is_true(pattern, &["exclude"]) != excludes {
                    continue;
                }
                let text = fields::text(pattern, &["path"]).unwrap_or_default();
                let matching = self.match_files(text);
                if excludes {
                    files.retain(|file| !matching.contains(file));
                } else {
                    files.extend(matching);
                }
            }
        }
        files.sort_unstable();
        files.dedup();
        let mut sets = Vec::new();
        for file in files {
            self.generated.inputs.push(file.to_owned());
            let Some(text) = self.context.index.text(file) else {
                let text = format!("{file} is not text");
                return Err(StateReason::new(ReasonCode::Unreadable, text, None));
            };
            sets.extend(file_sets(file, text, style)?);
        }
        Ok(sets)
    }

    /// The files that match a pattern as git matches it, where `*` crosses `/`; notes where the other matcher of Argo CD
    /// finds other files.
    fn match_files(&mut self, pattern: &str) -> Vec<&'e str> {
        let (mut by_git, mut by_segments) = (Vec::new(), Vec::new());
        let loose = glob::Pattern::new(&pattern.replace("**", "*"));
        let strict = glob::Pattern::new(pattern);
        for file in self.context.index.paths() {
            let is_below = !pattern.is_empty() && path::is_within(file, pattern.trim_end_matches('/'));
            if is_below || loose.as_ref().is_ok_and(|loose| loose.matches_with(file, match_options(false))) {
                by_git.push(file);
            }
            if strict.as_ref().is_ok_and(|strict| strict.matches_with(file, match_options(true))) {
                by_segments.push(file);
            }
        }
        if by_git != by_segments {
            self.generated.ambiguous_patterns.push(pattern.to_owned());
        }
        by_git
    }
}

fn match_options(require_literal_separator: bool) -> glob::MatchOptions {
    glob::MatchOptions { case_sensitive: true, require_literal_separator, require_literal_leading_dot: false }
}

/// The sets of a file: one of its mapping, or one of each mapping in its list.
fn file_sets(file: &str, text: &str, style: &TemplateStyle) -> Result<Vec<ParameterSet>, StateReason> {
    let empty = || Value::Map(BTreeMap::new());
    let items = match read_value(text) {
        None if text.trim().is_empty() => vec![empty()],
        None => return Err(StateReason::new(ReasonCode::Unreadable, format!("{file} cannot be read"), None)),
        Some(Value::Seq(items)) => items,
        Some(Value::Null) => vec![empty()],
        Some(value) => vec![value],
    };
    let mut sets = Vec::new();
    for item in items {
        if !matches!(item, Value::Map(_)) {
            let text = format!("{file} is neither a mapping nor a list of mappings");
            return Err(StateReason::new(ReasonCode::Invalid, text, None));
        }
        let mut set = ParameterSet(item);
        if !style.is_go {
            let flat = set.flatten();
            set = ParameterSet::new();
            for (name, text) in flat {
                set.insert_text(&name, &text);
            }
        }
        insert_path(&mut set, path::directory_of(file), Some(file), style);
        sets.push(set);
    }
    Ok(sets)
}

/// Decides whether a label selector selects flat parameters.
fn selects(selector: &Value, parameters: &BTreeMap<String, String>) -> Result<bool, StateReason> {
    for (name, value) in fields::mapping(selector, &["matchLabels"]).into_iter().flatten() {
        if parameters.get(name) != fields::scalar_text(value).as_ref() {
            return Ok(false);
        }
    }
    for expression in fields::items(selector, &["matchExpressions"]) {
        let value = parameters.get(fields::text(expression, &["key"]).unwrap_or_default());
        let values = fields::texts(expression, &["values"]);
        let is_listed = value.is_some_and(|value| values.contains(&value.as_str()));
        let holds = match fields::text(expression, &["operator"]) {
            Some("In") => is_listed,
            Some("NotIn") => !is_listed,
            Some("Exists") => value.is_some(),
            Some("DoesNotExist") => value.is_none(),
            _ => return Err(not_evaluated("an operator of a selector")),
        };
        if !holds {
            return Ok(false);
        }
    }
    Ok(true)
}

fn not_evaluated(form: &str) -> StateReason {
    StateReason::new(ReasonCode::Generator, format!("{form} is not evaluated"), None)
}
