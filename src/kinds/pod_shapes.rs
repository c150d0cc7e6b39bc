//! The shapes of the fields through which a pod spec uses configs (Kubernetes API reference, PodSpec v1 core, and
//! `pkg/apis/core/validation`).
//!
//! Only fields that refer to configs or hold such fields are in the tables. A field that is in none of them is a mistake
//! only where it is known to be one: new versions of Kubernetes add fields.

use crate::kinds::workloads::PodPartKind;

/// The value that a field accepts. Null is the same as no field.
pub enum FieldType {
    /// A string.
    Text,
    /// A string that may stand for a reference that somebody wrote in its place.
    Value,
    /// A boolean.
    Flag,
    /// A value that is not looked at.
    Any,
    /// A list with such items.
    List(&'static FieldType),
    /// A mapping.
    Map(&'static MapShape),
}

/// A mapping.
pub struct MapShape {
    /// Its description.
    pub name: &'static str,
    /// The fields that are read.
    pub fields: &'static [FieldShape],
    /// Fields of which one must be set.
    pub one_of: &'static [&'static str],
    /// Fields that belong elsewhere, with the fix.
    pub misplaced: &'static [(&'static str, &'static str)],
}

/// A field of a mapping.
pub struct FieldShape {
    /// Its key.
    pub key: &'static str,
    /// The value that it accepts.
    pub accepts: FieldType,
    /// Set if the API server refuses the mapping without it.
    pub is_required: bool,
}

const fn field(key: &'static str, accepts: FieldType) -> FieldShape {
    FieldShape { key, accepts, is_required: false }
}

const fn required(key: &'static str, accepts: FieldType) -> FieldShape {
    FieldShape { key, accepts, is_required: true }
}

const fn map(name: &'static str, fields: &'static [FieldShape]) -> MapShape {
    MapShape { name, fields, one_of: &[], misplaced: &[] }
}

const WRITE_NAME: &str = "write `name`";
const INDENT_BELOW_VALUE_FROM: &str = "indent it under `valueFrom`";
const MOVE_TO_ENV_FROM: &str = "move it to `envFrom`, or write `valueFrom` with a key";
const MOVE_TO_CONTAINER: &str = "move it into a container";
const INDENT_BELOW_KIND: &str = "indent it under `configMap` or `secret`";

static KEY_SELECTOR: MapShape = MapShape {
    misplaced: &[("secretName", WRITE_NAME), ("configMapName", WRITE_NAME)],
    ..map(
        "a reference to a key",
        &[required("name", FieldType::Text), required("key", FieldType::Text), field("optional", FieldType::Flag)],
    )
};

static ENV_SOURCE: MapShape = MapShape {
    misplaced: &[
        ("secretName", WRITE_NAME),
        ("configMapName", WRITE_NAME),
        ("key", "remove it, or write `env` with `valueFrom` to take one key"),
    ],
    ..map("a reference to all keys", &[required("name", FieldType::Text), field("optional", FieldType::Flag)])
};

static VALUE_FROM: MapShape = MapShape {
    one_of: &["configMapKeyRef", "secretKeyRef", "fieldRef", "resourceFieldRef", "fileKeyRef"],
    misplaced: &[
        ("configMapRef", "write `configMapKeyRef` with the `key`"),
        ("secretRef", "write `secretKeyRef` with the `key`"),
        ("name", "indent it under `configMapKeyRef` or `secretKeyRef`"),
        ("key", "indent it under `configMapKeyRef` or `secretKeyRef`"),
    ],
    ..map(
        "`valueFrom`",
        &[
            field("configMapKeyRef", FieldType::Map(&KEY_SELECTOR)),
            field("secretKeyRef", FieldType::Map(&KEY_SELECTOR)),
        ],
    )
};

static ENV: MapShape = MapShape {
    misplaced: &[
        ("configMapKeyRef", INDENT_BELOW_VALUE_FROM),
        ("secretKeyRef", INDENT_BELOW_VALUE_FROM),
        ("key", "indent it under `configMapKeyRef` or `secretKeyRef`"),
        ("configMapRef", MOVE_TO_ENV_FROM),
        ("secretRef", MOVE_TO_ENV_FROM),
    ],
    ..map(
        "an entry of `env`",
        &[
            field("name", FieldType::Text),
            field("value", FieldType::Value),
            field("valueFrom", FieldType::Map(&VALUE_FROM)),
        ],
    )
};

static ENV_FROM: MapShape = MapShape {
    one_of: &["configMapRef", "secretRef"],
    misplaced: &[
        ("name", "indent it under `configMapRef` or `secretRef`"),
        ("optional", "indent it under `configMapRef` or `secretRef`"),
        ("configMap", "write `configMapRef`"),
        ("secret", "write `secretRef`"),
        ("configMapKeyRef", "write `configMapRef`, which takes every key, or move it to `env`"),
        ("secretKeyRef", "write `secretRef`, which takes every key, or move it to `env`"),
    ],
    ..map(
        "an entry of `envFrom`",
        &[
            field("prefix", FieldType::Text),
            field("configMapRef", FieldType::Map(&ENV_SOURCE)),
            field("secretRef", FieldType::Map(&ENV_SOURCE)),
        ],
    )
};

static MOUNT: MapShape = map(
    "an entry of `volumeMounts`",
    &[field("name", FieldType::Text), field("subPath", FieldType::Text), field("subPathExpr", FieldType::Text)],
);

static CONTAINER: MapShape = MapShape {
    misplaced: &[
        ("configMapRef", "write it in the list `envFrom`"),
        ("secretRef", "write it in the list `envFrom`"),
        ("valueFrom", "write it in an entry of `env`"),
        ("configMapKeyRef", "write it under `valueFrom` in an entry of `env`"),
        ("secretKeyRef", "write it under `valueFrom` in an entry of `env`"),
    ],
    ..map(
        "a container",
        &[
            field("env", FieldType::List(&FieldType::Map(&ENV))),
            field("envFrom", FieldType::List(&FieldType::Map(&ENV_FROM))),
            field("volumeMounts", FieldType::List(&FieldType::Map(&MOUNT))),
            field("command", FieldType::List(&FieldType::Any)),
            field("args", FieldType::List(&FieldType::Any)),
        ],
    )
};

static ITEM: MapShape =
    map("an entry of `items`", &[required("key", FieldType::Text), required("path", FieldType::Text)]);

static CONFIG_MAP: MapShape = MapShape {
    misplaced: &[("configMapName", WRITE_NAME), ("secretName", WRITE_NAME)],
    ..map(
        "`configMap`",
        &[
            required("name", FieldType::Text),
            field("items", FieldType::List(&FieldType::Map(&ITEM))),
            field("optional", FieldType::Flag),
        ],
    )
};

static SECRET: MapShape = MapShape {
    misplaced: &[("name", "write `secretName`")],
    ..map(
        "`secret`",
        &[
            required("secretName", FieldType::Text),
            field("items", FieldType::List(&FieldType::Map(&ITEM))),
            field("optional", FieldType::Flag),
        ],
    )
};

static PROJECTED_SECRET: MapShape = MapShape {
    misplaced: &[("secretName", WRITE_NAME)],
    ..map(
        "`secret` of a projected volume",
        &[
            required("name", FieldType::Text),
            field("items", FieldType::List(&FieldType::Map(&ITEM))),
            field("optional", FieldType::Flag),
        ],
    )
};

static SOURCE: MapShape = MapShape {
    misplaced: &[
        ("name", INDENT_BELOW_KIND),
        ("secretName", INDENT_BELOW_KIND),
        ("items", INDENT_BELOW_KIND),
        ("configMapRef", "write `configMap`"),
        ("secretRef", "write `secret`"),
    ],
    ..map(
        "an entry of `sources`",
        &[field("configMap", FieldType::Map(&CONFIG_MAP)), field("secret", FieldType::Map(&PROJECTED_SECRET))],
    )
};

/// A projected volume.
pub static PROJECTED: MapShape = MapShape {
    misplaced: &[("configMap", "write it in the list `sources`"), ("secret", "write it in the list `sources`")],
    ..map("`projected`", &[field("sources", FieldType::List(&FieldType::Map(&SOURCE)))])
};

static SECRET_REFERENCE: MapShape = map("a reference to a Secret", &[field("name", FieldType::Text)]);
static DRIVER_SECRET: MapShape = map("a volume", &[field("secretRef", FieldType::Map(&SECRET_REFERENCE))]);
static AZURE_FILE: MapShape = map("`azureFile`", &[field("secretName", FieldType::Text)]);
static CSI_ATTRIBUTES: MapShape = map(
    "`volumeAttributes`",
    &[
        field("secretProviderClass", FieldType::Text),
        field("csiSecretsName", FieldType::Text),
        field("csiSecretsNamespace", FieldType::Text),
    ],
);
static CSI: MapShape = map(
    "`csi`",
    &[
        field("driver", FieldType::Text),
        field("nodePublishSecretRef", FieldType::Map(&SECRET_REFERENCE)),
        field("volumeAttributes", FieldType::Map(&CSI_ATTRIBUTES)),
    ],
);

static VOLUME: MapShape = MapShape {
    misplaced: &[
        ("secretName", "indent it under `secret`"),
        ("items", INDENT_BELOW_KIND),
        ("sources", "indent it under `projected`"),
        ("configMapRef", "write `configMap`"),
        ("secretRef", "write `secret` with `secretName`"),
        ("configMapName", "write `configMap` with `name`"),
    ],
    ..map(
        "an entry of `volumes`",
        &[
            field("name", FieldType::Text),
            field("configMap", FieldType::Map(&CONFIG_MAP)),
            field("secret", FieldType::Map(&SECRET)),
            field("projected", FieldType::Map(&PROJECTED)),
            field("csi", FieldType::Map(&CSI)),
            field("azureFile", FieldType::Map(&AZURE_FILE)),
            field("cephfs", FieldType::Map(&DRIVER_SECRET)),
            field("cinder", FieldType::Map(&DRIVER_SECRET)),
            field("flexVolume", FieldType::Map(&DRIVER_SECRET)),
            field("iscsi", FieldType::Map(&DRIVER_SECRET)),
            field("rbd", FieldType::Map(&DRIVER_SECRET)),
            field("scaleIO", FieldType::Map(&DRIVER_SECRET)),
            field("storageos", FieldType::Map(&DRIVER_SECRET)),
        ],
    )
};

static PULL_SECRET: MapShape = MapShape {
    misplaced: &[("secretName", WRITE_NAME)],
    ..map("an entry of `imagePullSecrets`", &[field("name", FieldType::Text)])
};

/// Fields of a pod spec that operators take over into one of their own, where they are of the same types.
static POD_OVERLAY: MapShape = map(
    "a part of a pod spec",
    &[
        field("containers", FieldType::List(&FieldType::Map(&CONTAINER))),
        field("initContainers", FieldType::List(&FieldType::Map(&CONTAINER))),
        field("ephemeralContainers", FieldType::List(&FieldType::Map(&CONTAINER))),
        field("volumes", FieldType::List(&FieldType::Map(&VOLUME))),
    ],
);

static POD_SPEC: MapShape = MapShape {
    misplaced: &[
        ("env", MOVE_TO_CONTAINER),
        ("envFrom", MOVE_TO_CONTAINER),
        ("volumeMounts", MOVE_TO_CONTAINER),
        ("imagePullSecret", "write the list `imagePullSecrets`"),
    ],
    ..map(
        "a pod spec",
        &[
            field("containers", FieldType::List(&FieldType::Map(&CONTAINER))),
            field("initContainers", FieldType::List(&FieldType::Map(&CONTAINER))),
            field("ephemeralContainers", FieldType::List(&FieldType::Map(&CONTAINER))),
            field("volumes", FieldType::List(&FieldType::Map(&VOLUME))),
            field("imagePullSecrets", FieldType::List(&FieldType::Map(&PULL_SECRET))),
        ],
    )
};

impl PodPartKind {
    /// The shape of a part of this type.
    pub fn shape(self) -> &'static MapShape {
        match self {
            PodPartKind::Spec => &POD_SPEC,
            PodPartKind::Overlay => &POD_OVERLAY,
            PodPartKind::Container(_) => &CONTAINER,
        }
    }
}
