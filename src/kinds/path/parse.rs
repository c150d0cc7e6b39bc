//! Paths as users write them, after kustomize: `spec/jobs[]/template`.

use std::fmt;

use super::{FieldPath, PathStep};

/// More steps than any field of Kubernetes is deep.
const MAX_STEPS: usize = 64;

/// An error in a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PathError {
    /// No steps, or an empty one.
    EmptyStep,
    /// A slash at the start or end.
    OuterSlash,
    /// Dots instead of slashes.
    Dots(String),
    /// `[0]` or the like, where only `[]` is possible, for every item.
    Index(String),
    /// Too many steps.
    TooLong,
}

impl fmt::Display for PathError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PathError::EmptyStep => {
                write!(f, "a path has a field between every two slashes; write for example spec/template")
            }
            PathError::OuterSlash => write!(f, "a path does not start or end with a slash; leave it out"),
            PathError::Dots(better) => write!(f, "a path has slashes between its fields; write {better}"),
            PathError::Index(step) => write!(f, "`{step}` is one item of a list; write `[]` for all of them"),
            PathError::TooLong => write!(f, "a path has at most {MAX_STEPS} steps"),
        }
    }
}

impl FieldPath {
    /// Reads a path: fields with `/` between them, `\/` for a slash in a field, `[]` after the field of a list (which may
    /// be left out), `*` for the value of every key.
    ///
    /// # Errors
    /// The text is not a path; the error says what to write instead.
    pub fn parse(text: &str) -> Result<FieldPath, PathError> {
        if text.starts_with('/') || (text.ends_with('/') && !text.ends_with("\\/")) {
            return Err(PathError::OuterSlash);
        }
        let fields = split_fields(text);
        if let [only] = &fields[..]
            && only.contains('.')
            && only.split('.').all(|field| !field.is_empty())
        {
            return Err(PathError::Dots(only.replace('.', "/")));
        }
        let mut steps = Vec::new();
        for field in fields {
            let mut name = field.as_str();
            let mut lists = 0;
            while let Some(before) = name.strip_suffix("[]") {
                name = before;
                lists += 1;
            }
            match name {
                "" if lists == 0 => return Err(PathError::EmptyStep),
                "" => {}
                "*" => steps.push(PathStep::KeyLike("", "")),
                index if index.ends_with(']') && index.contains('[') => return Err(PathError::Index(field)),
                key => steps.push(PathStep::Key(key.to_owned().into())),
            }
            steps.extend(std::iter::repeat_n(PathStep::Item, lists));
        }
        if steps.len() > MAX_STEPS { Err(PathError::TooLong) } else { Ok(FieldPath::new(steps)) }
    }
}

fn split_fields(text: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' if letters.next_if_eq(&'/').is_some() => push(&mut fields, '/'),
            '/' => fields.push(String::new()),
            other => push(&mut fields, other),
        }
    }
    fields
}

fn push(fields: &mut [String], letter: char) {
    if let Some(last) = fields.last_mut() {
        last.push(letter);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parsed_paths_print_as_they_were_written() {
        for text in [
            "spec",
            "spec/template/spec",
            "spec/jobs[]/template",
            "spec/replicaSpecs/*/template",
            "metadata/annotations/example.com\\/config",
            "spec/names[]",
        ] {
            assert_eq!(FieldPath::parse(text).map(|path| path.to_string()).as_deref(), Ok(text));
        }
    }

    #[test]
    fn parse_explains_what_to_write_instead() {
        for (text, message) in [
            ("", "a path has a field between every two slashes; write for example spec/template"),
            ("spec//name", "a path has a field between every two slashes; write for example spec/template"),
            ("/spec", "a path does not start or end with a slash; leave it out"),
            ("spec/", "a path does not start or end with a slash; leave it out"),
            ("spec.template.spec", "a path has slashes between its fields; write spec/template/spec"),
            ("spec/jobs[0]/template", "`jobs[0]` is one item of a list; write `[]` for all of them"),
        ] {
            assert_eq!(FieldPath::parse(text).unwrap_err().to_string(), message);
        }
        assert_eq!(FieldPath::parse("a/".repeat(65).trim_end_matches('/')), Err(PathError::TooLong));
    }
}
