//! `rollstamp argocd --parameters`: the parameters as Argo CD wants them announced.

use serde::Serialize;

use super::table::{Shape, TABLE};

/// One announced parameter. A default would not be sent back to us, so it is only told in the tooltip.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Announced {
    name: &'static str,
    title: &'static str,
    tooltip: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    item_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    collection_type: Option<&'static str>,
}

/// All parameters, as a JSON list.
pub fn announcement() -> String {
    let mut announced = Vec::new();
    for row in TABLE {
        let (item_type, collection_type) = match row.shape {
            Shape::Text => (None, None),
            Shape::Switch => (Some("boolean"), None),
            Shape::List | Shape::Map => (None, Some(row.shape.field())),
        };
        let (name, title, tooltip) = (row.name, row.title, row.tooltip);
        announced.push(Announced { name, title, tooltip, item_type, collection_type });
    }
    // Nothing in it can fail to be written.
    serde_json::to_string_pretty(&announced).unwrap_or_default() + "\n"
}
