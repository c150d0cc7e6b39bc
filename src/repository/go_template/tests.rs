use super::*;
use crate::repository::manifest::read_value;

/// A template, and what Go prints for it: made by `text/template` of Go 1.27 with sprig 3.3.
#[derive(serde::Deserialize)]
struct Vector {
    template: String,
    missingkey: Option<String>,
    output: Option<String>,
    #[serde(default)]
    unsupported: bool,
}

#[test]
fn templates_print_what_go_prints() {
    let text = include_str!("../../../testdata/vectors/go-templates.jsonl");
    let (head, rows) = text.split_once('\n').unwrap();
    let parameters = read_value(head).unwrap();
    let parameters = crate::repository::fields::field(&parameters, &["parameters"]).unwrap().clone();
    let mut failures = Vec::new();
    for row in rows.lines() {
        let vector: Vector = serde_json::from_str(row).unwrap();
        let missing_key = match vector.missingkey.as_deref() {
            Some("error") => MissingKey::Error,
            Some("zero") => MissingKey::Zero,
            _ => MissingKey::NoValue,
        };
        let result = render_go_template(&vector.template, &parameters, missing_key);
        let is_right = match (&result, &vector.output) {
            (Ok(text), Some(output)) => text == output && !vector.unsupported,
            (Err(TemplateFailure::Unsupported(_)), Some(_)) => vector.unsupported,
            (Err(TemplateFailure::Invalid(_) | TemplateFailure::MissingKey(_)), Some(_)) => false,
            (result, None) => result.is_err(),
        };
        if !is_right {
            failures.push(format!("{row}\n  {result:?}"));
        }
    }
    assert!(failures.is_empty(), "{} failures:\n{}", failures.len(), failures.join("\n"));
}
