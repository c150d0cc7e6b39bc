//! The words that fields of reports can be, for their schemas.

#![cfg(test)]

use crate::impact::ImpactClass;
use crate::kinds::ConfigKind;
use crate::repository::ApplicationState;

pub(in crate::report) const MECHANISMS: [&str; 9] =
    ["env", "envFrom", "volume", "projected", "csi", "name", "template", "extra", "honored"];
pub(in crate::report) const CONTAINER_TYPES: [Option<&str>; 4] =
    [Some("container"), Some("init"), Some("ephemeral"), None];
pub(in crate::report) const DELIVERIES: [&str; 3] = ["frozen", "live", "none"];
pub(in crate::report) const LINK_STATUSES: [&str; 6] =
    ["resolved", "ambiguous", "missing", "missing-key", "made", "external"];
pub(in crate::report) const STAMP_ACTIONS: [&str; 3] = ["add", "update", "remove"];
pub(in crate::report) const KEY_CHANGES: [&str; 4] = ["changed", "added", "removed", "moved"];
pub(in crate::report) const TEMPLATE_CHANGES: [&str; 3] = ["changed", "added", "removed"];
pub(in crate::report) const TEMPLATE_PARTS: [&str; 4] = ["stamp", "suffix", "image", "other"];
pub(in crate::report) const ROW_ORIGINS: [&str; 2] = ["built-in", "rules"];
pub(in crate::report) const RENAMING: [&str; 3] = ["yes", "no", "depends"];
pub(in crate::report) const EFFECTS: [&str; 10] = [
    "rolls",
    "nextRun",
    "whileSuspended",
    "refreshesVolumes",
    "noEffect",
    "inPlace",
    "partly",
    "nothingToRoll",
    "refused",
    "harmful",
];
pub(in crate::report) const REASON_CODES: [&str; 23] = [
    "remote-base",
    "remote-chart",
    "chart-dependency",
    "other-repository",
    "unknown-source",
    "pinned",
    "needs-plugin",
    "needs-outside-file",
    "path-missing",
    "file-missing",
    "unreadable",
    "clusters",
    "generator",
    "template",
    "variables",
    "values",
    "parent",
    "invalid",
    "suspended",
    "needs-command",
    "no-tool",
    "failed",
    "timed-out",
];

pub(in crate::report) fn config_kinds() -> [&'static str; 4] {
    ConfigKind::ALL.map(ConfigKind::as_str)
}

pub(in crate::report) fn application_states() -> [&'static str; 6] {
    ApplicationState::ALL.map(ApplicationState::as_str)
}

pub(in crate::report) fn impact_classes() -> [&'static str; 9] {
    ImpactClass::ALL.map(ImpactClass::as_str)
}
