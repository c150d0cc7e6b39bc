#!/usr/bin/env python3
"""The script that teams write for themselves, to compare with: loads every document below a directory by PyYAML with
libyaml, hashes the data of each ConfigMap and Secret, puts a checksum on the pod template of every Deployment that uses
one, and prints all documents.

    benches/annotate.py DIR
"""

import hashlib
import json
import os
import sys

import yaml

CONFIG_MAP_FIELDS = ("configMapRef", "configMapKeyRef", "configMap")


def references(node):
    if isinstance(node, list):
        for item in node:
            yield from references(item)
    elif isinstance(node, dict):
        for key, value in node.items():
            if key in CONFIG_MAP_FIELDS:
                yield "ConfigMap", value["name"]
            elif key in ("secretRef", "secretKeyRef"):
                yield "Secret", value["name"]
            elif key == "secret":
                yield "Secret", value.get("secretName") or value.get("name")
            else:
                yield from references(value)


def load(directory):
    documents = []
    for base, _, names in sorted(os.walk(directory)):
        for name in sorted(names):
            if name.endswith((".yaml", ".yml")):
                with open(os.path.join(base, name), encoding="utf-8") as file:
                    documents += yaml.load_all(file.read(), Loader=yaml.CSafeLoader)
    return documents


def hash_configs(documents):
    hashes = {}
    for document in documents:
        if document["kind"] in ("ConfigMap", "Secret"):
            metadata = document["metadata"]
            data = json.dumps(document["data"], sort_keys=True).encode()
            hashes[document["kind"], metadata["namespace"], metadata["name"]] = hashlib.sha256(data).hexdigest()
    return hashes


def annotate(documents, hashes):
    for document in documents:
        if document["kind"] != "Deployment":
            continue
        template = document["spec"]["template"]
        namespace = document["metadata"]["namespace"]
        used = sorted(set(references(template["spec"])))
        found = [hashes[kind, namespace, name] for kind, name in used if (kind, namespace, name) in hashes]
        if found:
            checksum = hashlib.sha256("".join(found).encode()).hexdigest()
            template["metadata"].setdefault("annotations", {})["checksum/config"] = checksum


def main():
    documents = load(sys.argv[1])
    annotate(documents, hash_configs(documents))
    yaml.dump_all(documents, sys.stdout, Dumper=yaml.CSafeDumper, sort_keys=False)


if __name__ == "__main__":
    main()
