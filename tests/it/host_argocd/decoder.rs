//! How Argo CD turns a plugin's stdout into objects: Kubernetes' line splitter, then each document on its own, then
//! objects with a kind. Written from its rules, on another YAML reader than ours.

use serde_yaml::Value;

/// The objects of a stream, lists unfolded.
pub fn objects(stdout: &str) -> Result<Vec<Value>, String> {
    let mut objects = Vec::new();
    for document in documents(stdout)? {
        match read(&document)? {
            Value::Null => {}
            object if object.get("kind").is_none_or(|kind| !kind.is_string()) => {
                return Err(format!("Object 'Kind' is missing in {document:?}"));
            }
            Value::Mapping(list) if list.get("items").is_some_and(Value::is_sequence) => {
                objects.extend(list["items"].as_sequence().unwrap().iter().cloned());
            }
            object => objects.push(object),
        }
    }
    Ok(objects)
}

/// Cuts at lines that start with `---`, behind which only blanks and a comment may stand.
fn documents(stdout: &str) -> Result<Vec<String>, String> {
    let mut documents = vec![String::new()];
    for line in stdout.split_inclusive('\n') {
        match line.strip_prefix("---").map(str::trim) {
            None => documents.last_mut().unwrap().push_str(line),
            Some(rest) if rest.is_empty() || rest.starts_with('#') => documents.push(String::new()),
            Some(_) => return Err(format!("invalid Yaml document separator: {line:?}")),
        }
    }
    Ok(documents)
}

/// One document. What stands behind `...` is lost without a word.
fn read(document: &str) -> Result<Value, String> {
    let document = document.trim_start_matches('\u{feff}');
    if document.starts_with('%') {
        return Err("did not find expected <document start>".to_owned());
    }
    let end = document.find("\n...").map_or(document.len(), |end| end + 1);
    serde_yaml::from_str(&document[..end]).map_err(|error| format!("{error}: {document:?}"))
}

#[test]
fn the_decoder_reads_as_argo_cd_does() {
    let kinds = |text: &str| {
        let objects = objects(text)?;
        let kinds: Vec<&str> = objects.iter().map(|object| object["kind"].as_str().unwrap()).collect();
        Ok::<String, String>(kinds.join(" "))
    };
    for (text, read) in [
        ("kind: A\n--- # x\n# nothing\n---\nkind: B\n", "A B"),
        ("kind: A\r\n---\r\nkind: B\r\n", "A B"),
        ("kind: List\nitems: [{kind: A}, {kind: B}]\n", "A B"),
        ("kind: A\n...\nkind: B\n", "A"),
        ("", ""),
    ] {
        assert_eq!(kinds(text), Ok(read.to_owned()), "{text:?}");
    }
    for text in
        ["kind: A\n--- {a: 1}\n", "kind: A\n----\n", "%YAML 1.2\n---\nkind: A\n", "- a\n", "x: 1\n", "kind: [\n"]
    {
        assert!(kinds(text).is_err(), "{text:?}");
    }
}
