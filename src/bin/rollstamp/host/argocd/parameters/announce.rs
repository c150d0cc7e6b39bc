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
    let announced = TABLE.iter().map(|row| Announced {
        name: row.name,
        title: row.title,
        tooltip: row.tooltip,
        item_type: (row.shape == Shape::Switch).then_some("boolean"),
        collection_type: matches!(row.shape, Shape::List | Shape::Map).then(|| row.shape.field()),
    });
    let announced: Vec<Announced> = announced.collect();
    // Nothing in it can fail to be written.
    serde_json::to_string_pretty(&announced).unwrap_or_default() + "\n"
}
