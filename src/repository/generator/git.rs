//! The generator `git`.

use std::collections::BTreeMap;

use super::{Evaluation, not_evaluated};
use crate::repository::application::{ReasonCode, StateReason};
use crate::repository::fields;
use crate::repository::manifest::read_value;
use crate::repository::parameters::{ParameterSet, TemplateStyle, insert_path};
use crate::repository::path;
use crate::yaml::Value;

impl<'e> Evaluation<'e, '_> {
    pub(super) fn git_entries(&mut self, git: &Value) -> Result<Vec<ParameterSet>, StateReason> {
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
        for set in &mut sets {
            self.add_values(git, set)?;
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
