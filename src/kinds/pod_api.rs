//! The pod template as the API server stores it: what it adds, what it drops, and by what it tells the members of
//! lists apart.
//!
//! Sources: `pkg/apis/core/v1/defaults.go` and `zz_generated.defaults.go` of kubernetes/kubernetes for the defaults;
//! `x-kubernetes-list-map-keys` and `x-kubernetes-patch-merge-key` of its OpenAPI document
//! (`api/openapi-spec/swagger.json`) for the lists; the Go types of `k8s.io/api/core/v1` for fields that are empty
//! where they are absent (fields that are no pointers and have `omitempty`).

use super::path::{FieldPath, field};

/// The keys by which members of the lists of a pod spec are told apart, by the name of the list.
const MERGE_KEYS: [(&str, &[&str]); 14] = [
    ("claims", &["name"]),
    ("containers", &["name"]),
    ("env", &["name"]),
    ("ephemeralContainers", &["name"]),
    ("hostAliases", &["ip"]),
    ("imagePullSecrets", &["name"]),
    ("initContainers", &["name"]),
    ("ports", &["containerPort", "protocol"]),
    ("resourceClaims", &["name"]),
    ("schedulingGates", &["name"]),
    ("topologySpreadConstraints", &["topologyKey", "whenUnsatisfiable"]),
    ("volumeDevices", &["devicePath"]),
    ("volumeMounts", &["mountPath"]),
    ("volumes", &["name"]),
];

/// The keys by which members of a list of a pod spec are told apart; by the name where the API has none.
pub fn merge_keys(list: &str) -> &'static [&'static str] {
    MERGE_KEYS.iter().find(|(name, _)| *name == list).map_or(&["name"], |(_, keys)| keys)
}

/// A value that the API server fills in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DefaultValue {
    /// A text.
    Text(&'static str),
    /// A whole number.
    Int(i64),
    /// True or false.
    Bool(bool),
    /// A mapping without entries.
    Empty,
}

/// Fields of one mapping that the API server fills in where the mapping is there.
#[derive(Debug)]
pub struct Defaults {
    /// The path to the mapping, from the pod spec.
    pub path: FieldPath,
    /// The fields, with the values that they get.
    pub fields: &'static [(&'static str, DefaultValue)],
}

const fn defaults(path: FieldPath, fields: &'static [(&'static str, DefaultValue)]) -> Defaults {
    Defaults { path, fields }
}

use DefaultValue::{Bool, Empty, Int, Text};

/// `SetDefaults_PodSpec` and the defaults of volumes.
pub static POD_DEFAULTS: &[Defaults] = &[
    defaults(
        field!(),
        &[
            ("dnsPolicy", Text("ClusterFirst")),
            ("restartPolicy", Text("Always")),
            ("schedulerName", Text("default-scheduler")),
            ("securityContext", Empty),
            ("terminationGracePeriodSeconds", Int(30)),
        ],
    ),
    defaults(
        field!("volumes" / [] / "azureDisk"),
        &[
            ("cachingMode", Text("ReadWrite")),
            ("fsType", Text("ext4")),
            ("kind", Text("Shared")),
            ("readOnly", Bool(false)),
        ],
    ),
    defaults(field!("volumes" / [] / "configMap"), &[("defaultMode", Int(0o644))]),
    defaults(field!("volumes" / [] / "downwardAPI"), &[("defaultMode", Int(0o644))]),
    defaults(field!("volumes" / [] / "downwardAPI" / "items" / [] / "fieldRef"), &[("apiVersion", Text("v1"))]),
    defaults(
        field!("volumes" / [] / "ephemeral" / "volumeClaimTemplate" / "spec"),
        &[("volumeMode", Text("Filesystem"))],
    ),
    defaults(field!("volumes" / [] / "hostPath"), &[("type", Text(""))]),
    defaults(field!("volumes" / [] / "iscsi"), &[("iscsiInterface", Text("default"))]),
    defaults(field!("volumes" / [] / "projected"), &[("defaultMode", Int(0o644))]),
    defaults(
        field!("volumes" / [] / "projected" / "sources" / [] / "downwardAPI" / "items" / [] / "fieldRef"),
        &[("apiVersion", Text("v1"))],
    ),
    defaults(
        field!("volumes" / [] / "projected" / "sources" / [] / "serviceAccountToken"),
        &[("expirationSeconds", Int(3600))],
    ),
    defaults(
        field!("volumes" / [] / "rbd"),
        &[("keyring", Text("/etc/ceph/keyring")), ("pool", Text("rbd")), ("user", Text("admin"))],
    ),
    defaults(field!("volumes" / [] / "scaleIO"), &[("fsType", Text("xfs")), ("storageMode", Text("ThinProvisioned"))]),
    defaults(field!("volumes" / [] / "secret"), &[("defaultMode", Int(0o644))]),
];

/// `SetDefaults_Pod`: what a Pod gets and a pod template does not.
pub static BARE_POD_DEFAULTS: &[Defaults] = &[defaults(field!(), &[("enableServiceLinks", Bool(true))])];

/// `SetDefaults_PersistentVolumeClaimSpec`.
pub static CLAIM_DEFAULTS: &[(&str, DefaultValue)] = &[("volumeMode", Text("Filesystem"))];

const PROBE: &[(&str, DefaultValue)] = &[
    ("failureThreshold", Int(3)),
    ("periodSeconds", Int(10)),
    ("successThreshold", Int(1)),
    ("timeoutSeconds", Int(1)),
];
const HTTP_GET: &[(&str, DefaultValue)] = &[("path", Text("/")), ("scheme", Text("HTTP"))];
const GRPC: &[(&str, DefaultValue)] = &[("service", Text(""))];

/// `SetDefaults_Container` and the defaults of what a container holds; the paths start from the container. The pull
/// policy depends on the image.
pub static CONTAINER_DEFAULTS: &[Defaults] = &[
    defaults(
        field!(),
        &[("terminationMessagePath", Text("/dev/termination-log")), ("terminationMessagePolicy", Text("File"))],
    ),
    defaults(field!("env" / [] / "valueFrom" / "fieldRef"), &[("apiVersion", Text("v1"))]),
    defaults(field!("env" / [] / "valueFrom" / "resourceFieldRef"), &[("divisor", Text("0"))]),
    defaults(field!("lifecycle" / * / "httpGet"), HTTP_GET),
    defaults(field!("livenessProbe"), PROBE),
    defaults(field!("livenessProbe" / "grpc"), GRPC),
    defaults(field!("livenessProbe" / "httpGet"), HTTP_GET),
    defaults(field!("ports" / []), &[("protocol", Text("TCP"))]),
    defaults(field!("readinessProbe"), PROBE),
    defaults(field!("readinessProbe" / "grpc"), GRPC),
    defaults(field!("readinessProbe" / "httpGet"), HTTP_GET),
    defaults(field!("startupProbe"), PROBE),
    defaults(field!("startupProbe" / "grpc"), GRPC),
    defaults(field!("startupProbe" / "httpGet"), HTTP_GET),
];

/// Mappings whose keys are not fields, so that an empty value in them is not an absent one.
pub const FREE_MAPS: [&str; 5] = ["annotations", "labels", "matchLabels", "nodeSelector", "volumeAttributes"];

/// Mappings that are quantities by resource.
pub const QUANTITY_MAPS: [&str; 3] = ["limits", "overhead", "requests"];

/// Fields that are quantities.
pub const QUANTITIES: [&str; 2] = ["divisor", "sizeLimit"];

/// Mappings that are the same to the API server whether they are empty or absent; other empty mappings say something,
/// as `emptyDir: {}` does. An empty list is always the same as none.
pub const EMPTY_IF_ABSENT: [&str; 10] = [
    "annotations",
    "labels",
    "limits",
    "matchLabels",
    "metadata",
    "nodeSelector",
    "overhead",
    "requests",
    "resources",
    "volumeAttributes",
];

/// Fields whose zero (an empty text, 0, false) is the same to the API server as no value. In the mappings named after a
/// field they are pointers in Go, so that their zero is a value.
pub const ZERO_IF_ABSENT: [(&str, &[&str]); 41] = [
    ("dnsPolicy", &[]),
    ("effect", &[]),
    ("failureThreshold", &[]),
    ("fsType", &["azureDisk", "csi"]),
    ("host", &[]),
    ("hostIP", &[]),
    ("hostIPC", &[]),
    ("hostNetwork", &[]),
    ("hostPID", &[]),
    ("hostPort", &[]),
    ("hostname", &[]),
    ("imagePullPolicy", &[]),
    ("initialDelaySeconds", &[]),
    ("key", &[]),
    ("medium", &[]),
    ("nodeName", &[]),
    ("operator", &[]),
    ("path", &[]),
    ("periodSeconds", &[]),
    ("prefix", &[]),
    ("priorityClassName", &[]),
    ("protocol", &[]),
    ("readOnly", &["azureDisk", "csi"]),
    ("restartPolicy", &["containers", "ephemeralContainers", "initContainers"]),
    ("schedulerName", &[]),
    ("scheme", &[]),
    ("serviceAccount", &[]),
    ("serviceAccountName", &[]),
    ("stdin", &[]),
    ("stdinOnce", &[]),
    ("subPath", &[]),
    ("subPathExpr", &[]),
    ("subdomain", &[]),
    ("successThreshold", &[]),
    ("targetContainerName", &[]),
    ("terminationMessagePath", &[]),
    ("terminationMessagePolicy", &[]),
    ("timeoutSeconds", &[]),
    ("tty", &[]),
    ("value", &["options"]),
    ("workingDir", &[]),
];
