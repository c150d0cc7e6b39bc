//! Errors in YAML files of other tools. They never show text of the file: it may be one that its reader must not see,
//! and was named for its content to stand in an error.

use super::parse_error::{ParseError, explain_error, find_misspelt};

/// Explains an error without the scalars and keys that the parser quotes. What it expected is ours, and is shown.
pub fn explain_foreign(error: &serde_yaml::Error) -> ParseError {
    let ParseError { position, sentence } = explain_error(error);
    ParseError { position, sentence: without_text(&sentence) }
}

/// Openings of the parser's sentences that are followed by text of the file.
const QUOTING: [&str; 5] =
    ["invalid type: ", "invalid value: ", "invalid length ", "unknown variant `", "duplicate entry with key "];

fn without_text(sentence: &str) -> String {
    let openings = QUOTING.iter().chain(&["unknown field `"]);
    let Some(start) = openings.filter_map(|opening| sentence.find(opening)).min() else { return sentence.to_owned() };
    let (field, quoting) = sentence.split_at(start);
    // The path of a field, or text of the file in which the opening stands by chance.
    let is_path = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'[' | b']' | b'_' | b':' | b' ');
    let field = if field.bytes().all(is_path) { field } else { "" };
    let problem = match (quoting.strip_prefix("unknown field `"), quoting.rsplit_once(", expected ")) {
        _ if quoting.starts_with("duplicate entry") => "duplicate key".to_owned(),
        (Some(_), expected) => match (find_misspelt(quoting, "field"), expected) {
            (Some((_, _, Some(near))), _) => format!("unknown field; did you mean `{near}`?"),
            (_, Some((_, expected))) => format!("unknown field, expected {expected}"),
            _ => "unknown field".to_owned(),
        },
        (None, Some((_, expected))) => format!("expected {expected}"),
        (None, None) => "unexpected value".to_owned(),
    };
    format!("{field}{problem}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;
    use std::collections::BTreeMap;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields, rename_all = "camelCase")]
    struct File {
        #[allow(dead_code, reason = "only errors are looked at")]
        name_list: Vec<Item>,
        #[allow(dead_code, reason = "only errors are looked at")]
        map: Option<BTreeMap<String, u8>>,
    }

    #[derive(Debug, Deserialize)]
    enum Item {
        One,
    }

    #[test]
    fn no_text_of_the_file_is_shown() {
        for (text, sentence) in [
            ("hush", "expected struct File"),
            ("'x, expected hush'", "expected struct File"),
            ("[hush]", "expected struct File"),
            ("nameList: hush", "nameList: expected a sequence"),
            ("nameList: [hush]", "nameList[0]: expected `One`"),
            ("nameList: [One, 3]", "nameList[1]: expected `One`"),
            ("namelist: hush", "unknown field; did you mean `nameList`?"),
            ("hush: 1", "unknown field, expected `nameList` or `map`"),
            ("{nameList: [], map: {hush: hush}}", "map.hush: expected u8"),
            ("{}", "missing field `nameList`"),
            ("nameList: [", "did not find expected node content, while parsing a flow node"),
        ] {
            let error = serde_yaml::from_str::<File>(text).unwrap_err();
            assert_eq!(explain_foreign(&error).sentence, sentence, "{text}");
        }
        let error = serde_yaml::from_str::<serde_yaml::Value>("{hush: 1, hush: 2}").unwrap_err();
        assert_eq!(explain_foreign(&error).sentence, "duplicate key");
    }
}
