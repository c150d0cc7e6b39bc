//! The published schemas of the JSON reports, and what is checked against them: every report that a test prints.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use serde_json::{Map, Value};

/// The schemas of docs/schemas by name.
pub fn all() -> &'static BTreeMap<String, Value> {
    static ALL: OnceLock<BTreeMap<String, Value>> = OnceLock::new();
    ALL.get_or_init(|| {
        let mut schemas = BTreeMap::new();
        for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/schemas")).unwrap() {
            let path = entry.unwrap().path();
            let text = fs::read_to_string(&path).unwrap();
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            schemas.insert(name, serde_json::from_str(&text).unwrap());
        }
        schemas
    })
}

/// The schema of the report that a command line prints, if it prints one as JSON.
fn schema_name(args: &[&str]) -> Option<&'static str> {
    let is_json = args.contains(&"--format=json") || args.windows(2).any(|pair| pair == ["--format", "json"]);
    let verb = args.iter().find(|arg| ["stamp", "rename", "links", "impact", "apps", "kinds"].contains(arg))?;
    let name = match *verb {
        "stamp" | "rename" => "plan",
        "apps" if args.iter().any(|arg| arg.starts_with("--explain")) => "apps-explain",
        "links" => "links",
        "impact" => "impact",
        "apps" => "apps",
        _ => "kinds",
    };
    is_json.then_some(name)
}

/// Asserts that a report is as its schema says. Output that is not a whole JSON text is that of a run that failed.
#[track_caller]
pub fn check_report(args: &[&str], stdout: &str) {
    let Some(name) = schema_name(args) else { return };
    let Ok(report) = serde_json::from_str::<Value>(stdout) else { return };
    if let Err(problem) = check(name, &report) {
        panic!("rollstamp {}: not as docs/schemas/{name}.json says: {problem}", args.join(" "));
    }
}

/// Checks a report by its schema.
pub fn check(name: &str, report: &Value) -> Result<(), String> {
    let root = &all()[name];
    Validator { definitions: &root["definitions"] }.check(root, report, "")
}

/// The part of JSON Schema that the schemas use. Another keyword is an error, so that none is passed over.
struct Validator<'s> {
    definitions: &'s Value,
}

impl Validator<'_> {
    fn check(&self, schema: &Value, value: &Value, at: &str) -> Result<(), String> {
        for (keyword, of) in schema.as_object().unwrap() {
            let holds = match keyword.as_str() {
                "$schema" | "title" | "description" | "definitions" | "required" | "additionalProperties" => true,
                "const" => value == of,
                "enum" => of.as_array().unwrap().contains(value),
                "minimum" => value.as_u64().is_none_or(|number| number >= of.as_u64().unwrap()),
                "type" => match of {
                    Value::Array(types) => types.iter().any(|one| is_of_type(one, value)),
                    one => is_of_type(one, value),
                },
                "$ref" => {
                    let name = of.as_str().unwrap().strip_prefix("#/definitions/").unwrap();
                    self.check(&self.definitions[name], value, at)?;
                    true
                }
                "allOf" => {
                    for one in of.as_array().unwrap() {
                        self.check(one, value, at)?;
                    }
                    true
                }
                "anyOf" => {
                    let mut problems = Vec::new();
                    for one in of.as_array().unwrap() {
                        problems.extend(self.check(one, value, at).err());
                    }
                    if problems.len() == of.as_array().unwrap().len() {
                        return Err(problems.join("; "));
                    }
                    true
                }
                "items" => {
                    for (number, item) in value.as_array().into_iter().flatten().enumerate() {
                        self.check(of, item, &format!("{at}[{number}]"))?;
                    }
                    true
                }
                "uniqueItems" => true,
                "properties" => {
                    if let Some(object) = value.as_object() {
                        self.check_fields(schema, of.as_object().unwrap(), object, at)?;
                    }
                    true
                }
                _ => return Err(format!("{at}: the keyword {keyword} is not known to this test")),
            };
            if !holds {
                return Err(format!("{at}: {value} does not have {keyword} {of}"));
            }
        }
        Ok(())
    }

    fn check_fields(
        &self,
        schema: &Value,
        properties: &Map<String, Value>,
        object: &Map<String, Value>,
        at: &str,
    ) -> Result<(), String> {
        if schema["additionalProperties"] != Value::Bool(false) {
            return Err(format!("{at}: the schema allows other fields"));
        }
        for field in schema["required"].as_array().into_iter().flatten() {
            let field = field.as_str().unwrap();
            if !object.contains_key(field) {
                return Err(format!("{at}: no field {field}"));
            }
        }
        for (field, value) in object {
            let of = properties.get(field).ok_or_else(|| format!("{at}: the field {field} is not in the schema"))?;
            self.check(of, value, &format!("{at}.{field}"))?;
        }
        Ok(())
    }
}

fn is_of_type(name: &Value, value: &Value) -> bool {
    match name.as_str().unwrap() {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => false,
    }
}
