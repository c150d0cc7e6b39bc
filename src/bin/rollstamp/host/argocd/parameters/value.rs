//! Values of parameters, as they are sent and of the shape that each row of the table has.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::str::FromStr;

use clap::ValueEnum;
use serde::Deserialize;

use super::PARAMETERS;
use super::table::{self, ParameterRow, Shape};

/// A parameter as Argo CD sends it: its name, and one of the other three.
#[derive(Deserialize)]
pub struct JsonParameter {
    pub name: String,
    string: Option<String>,
    array: Option<Vec<String>>,
    map: Option<BTreeMap<String, String>>,
}

/// Parses the JSON list, and refuses a parameter that is in it twice.
pub fn parse_parameters(json: &str) -> Result<Vec<JsonParameter>, String> {
    if json.trim().is_empty() {
        return Ok(Vec::new());
    }
    let parameters = match serde_json::from_str::<Option<Vec<JsonParameter>>>(json) {
        Ok(parameters) => parameters.unwrap_or_default(),
        Err(error) => {
            return Err(format!("{PARAMETERS} must be a JSON list of parameters, as Argo CD sets it: {error}"));
        }
    };
    for (index, parameter) in parameters.iter().enumerate() {
        if parameters[..index].iter().any(|before| before.name == parameter.name) {
            return Err(format!("parameter {}: set twice; remove one", parameter.name));
        }
    }
    Ok(parameters)
}

/// A value of the shape that its row asks for, and where it comes from.
#[derive(Default)]
pub struct ParameterValue {
    pub from: String,
    pub text: String,
    pub list: Vec<String>,
    pub map: BTreeMap<String, String>,
}

/// A row and its value; `None` if the value is empty, by which a form says that nothing was chosen.
pub type RowValue = Result<Option<(&'static ParameterRow, ParameterValue)>, String>;

impl ParameterValue {
    pub fn from_parameter(parameter: JsonParameter) -> RowValue {
        let row = table::by_name(&parameter.name)?;
        let from = format!("parameter {}", row.name);
        let empty = ParameterValue { from, ..ParameterValue::default() };
        let value = match (row.shape, parameter.string, parameter.array, parameter.map) {
            (Shape::Text | Shape::Switch, Some(text), None, None) => ParameterValue { text, ..empty },
            (Shape::List, None, Some(list), None) => ParameterValue { list, ..empty },
            (Shape::Map, None, None, Some(map)) => ParameterValue { map, ..empty },
            (_, None, None, None) => return Ok(None),
            _ => return Err(format!("wrong type; write its value under `{}:`", row.shape.field())),
        };
        Ok(value.unless_empty(row))
    }

    /// Parses a variable, which is one string: a list is separated by whitespace, a map has a line `key=value` for each
    /// entry.
    pub fn from_variable(name: &str, variable: &str, value: &str) -> RowValue {
        let row = table::by_variable(name)?;
        let empty = ParameterValue { from: variable.to_owned(), ..ParameterValue::default() };
        let value = match row.shape {
            Shape::Text | Shape::Switch => ParameterValue { text: value.to_owned(), ..empty },
            Shape::List => ParameterValue { list: value.split_whitespace().map(str::to_owned).collect(), ..empty },
            Shape::Map => {
                let mut map = BTreeMap::new();
                for line in value.lines() {
                    match line.split_once('=') {
                        _ if line.trim().is_empty() => {}
                        Some((key, value)) => drop(map.insert(key.trim().to_owned(), value.to_owned())),
                        None => return Err(format!("{line:?} is not `key=value`; write one on each line")),
                    }
                }
                ParameterValue { map, ..empty }
            }
        };
        Ok(value.unless_empty(row))
    }

    fn unless_empty(self, row: &'static ParameterRow) -> Option<(&'static ParameterRow, ParameterValue)> {
        let empty = self.text.trim().is_empty() && self.list.is_empty() && self.map.is_empty();
        (!empty).then_some((row, self))
    }

    pub fn parse_word<T: ValueEnum>(&self) -> Result<T, String> {
        if let Ok(word) = T::from_str(self.text.trim(), false) {
            return Ok(word);
        }
        let words = T::value_variants().iter().filter_map(ValueEnum::to_possible_value);
        let words: Vec<String> = words.map(|word| word.get_name().to_owned()).collect();
        Err(format!("unknown value {:?}; expected one of {}", self.text, words.join(", ")))
    }

    pub fn parse_text<T: FromStr<Err: Display>>(&self) -> Result<T, String> {
        self.text.trim().parse().map_err(|error: T::Err| error.to_string())
    }

    pub fn parse_switch(&self) -> Result<bool, String> {
        match self.text.trim() {
            "true" => Ok(true),
            "false" => Ok(false),
            other => Err(format!("must be true or false, not {other:?}")),
        }
    }

    /// Parses each entry of a list.
    pub fn parse_list<T: FromStr<Err: Display>>(&self) -> Result<Vec<T>, String> {
        let mut values = Vec::new();
        for text in &self.list {
            values.push(text.trim().parse().map_err(|error: T::Err| format!("{text}: {error}"))?);
        }
        Ok(values)
    }
}
