#!/usr/bin/env python3
"""Makes a repository of kustomizations that all include one base, which its second commit changes.

    benches/applications.py DIR [NUMBER]
    cd DIR && rollstamp impact --apps --base HEAD~1
"""
import pathlib
import subprocess
import sys

APP = """apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - {name: app, image: app, envFrom: [{configMapRef: {name: env}}, {configMapRef: {name: files}}]}
"""
ENV = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: env}\ndata: {LEVEL: %s}\n"
BASE = "resources: [app.yaml, env.yaml]\nconfigMapGenerator:\n- name: files\n  literals: [A=b]\n"
OVERLAY = """namespace: ns%d
resources: [../../../base]
patches:
- target: {kind: Deployment}
  patch: |-
    - {op: add, path: /spec/replicas, value: %d}
"""


def main():
    root = pathlib.Path(sys.argv[1])
    number = int(sys.argv[2]) if len(sys.argv) > 2 else 600

    def put(path, text):
        path = root / path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def git(*arguments):
        identity = ["-c", "user.name=bench", "-c", "user.email=bench@example.com"]
        subprocess.run(["git", "-C", root, *identity, *arguments], check=True)

    put("base/kustomization.yaml", BASE)
    put("base/app.yaml", APP)
    put("base/env.yaml", ENV % "info")
    for one in range(number):
        put(f"clusters/c{one % 6}/app{one}/kustomization.yaml", OVERLAY % (one, one % 5 + 1))
    git("init", "--quiet", "--initial-branch=main")
    git("add", "--all")
    git("commit", "--quiet", "--message=one")
    put("base/env.yaml", ENV % "debug")
    git("commit", "--quiet", "--all", "--message=two")


main()
