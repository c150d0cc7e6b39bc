#!/usr/bin/env python3
"""Trees of manifests to measure with: the same bytes on every run and every machine.

    benches/trees.py OUT -n 1000                     a tree of 1,000 applications, 20 in each namespace
    benches/trees.py OUT -n 1000 --one-namespace     all in one namespace
    benches/trees.py OUT.yaml -n 1000 --stream       the same in one file
    benches/trees.py OUT -n 1000 --kustomize         the same for kustomize: generators instead of ConfigMaps and Secrets,
                                                     and a kustomization for each application, each namespace and all
    benches/trees.py OUT --stress NAME -n N          an input that stresses one thing; --list-stress names them

An application is a Deployment of 130 lines with two containers, a Service, an Ingress, a ConfigMap of variables, one
with a file, and a Secret, which are consumed by envFrom, env, volumes and a projected volume. Half of the bytes are in
ConfigMaps, a third in Deployments, as in a tree of rendered charts.
"""

import argparse
import os

APPS_IN_NAMESPACE = 20


def config_map(name, namespace, data):
    return f"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\n  namespace: {namespace}\ndata:\n{data}"


def service(app, namespace):
    return (
        f"apiVersion: v1\nkind: Service\nmetadata:\n  name: {app}\n  namespace: {namespace}\n  labels:\n"
        f"    app.kubernetes.io/name: {app}\nspec:\n  type: ClusterIP\n  selector:\n    app.kubernetes.io/name: {app}\n"
        "  ports:\n  - name: http\n    port: 80\n    targetPort: http\n    protocol: TCP\n"
    )


def ingress(app, namespace):
    return (
        f"apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: {app}\n  namespace: {namespace}\nspec:\n"
        f"  ingressClassName: nginx\n  rules:\n  - host: {app}.example.com\n    http:\n      paths:\n      - path: /\n"
        f"        pathType: Prefix\n        backend:\n          service:\n            name: {app}\n            port:\n"
        "              name: http\n"
    )


def probe(kind, path):
    return (
        f"        {kind}:\n          httpGet:\n            path: {path}\n            port: http\n"
        "          initialDelaySeconds: 5\n          periodSeconds: 10\n          timeoutSeconds: 2\n"
        "          failureThreshold: 3\n"
    )


def container(name, number, extra):
    return (
        f"      - name: {name}\n        image: registry.example.com/team/{name}:1.{number % 40}.{number % 7}\n"
        "        imagePullPolicy: IfNotPresent\n        ports:\n        - name: http\n          containerPort: 8080\n"
        "          protocol: TCP\n" + extra + "        resources:\n          requests:\n            cpu: 100m\n"
        "            memory: 128Mi\n          limits:\n            memory: 256Mi\n        securityContext:\n"
        "          allowPrivilegeEscalation: false\n          readOnlyRootFilesystem: true\n          capabilities:\n"
        "            drop:\n            - ALL\n"
    )


def deployment(app, namespace, number):
    environment = (
        f"        envFrom:\n        - configMapRef:\n            name: {app}-env\n        env:\n"
        "        - name: POD_NAME\n          valueFrom:\n            fieldRef:\n              fieldPath: metadata.name\n"
        f"        - name: PASSWORD\n          valueFrom:\n            secretKeyRef:\n              name: {app}-keys\n"
        "              key: password\n        - name: REGION\n          valueFrom:\n            configMapKeyRef:\n"
        "              name: shared\n              key: region\n        - name: FEATURE\n"
        f'          value: "{number % 2}"\n        volumeMounts:\n        - name: files\n'
        "          mountPath: /etc/app\n          readOnly: true\n        - name: tmp\n          mountPath: /tmp\n"
    )
    sidecar = "        volumeMounts:\n        - name: all\n          mountPath: /etc/all\n"
    probes = probe("livenessProbe", "/healthz") + probe("readinessProbe", "/ready")
    return (
        f"apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {app}\n  namespace: {namespace}\n  labels:\n"
        f"    app.kubernetes.io/name: {app}\n    app.kubernetes.io/part-of: shop\n    app.kubernetes.io/managed-by: bench\n"
        f"spec:\n  replicas: {number % 5 + 1}\n  revisionHistoryLimit: 3\n  strategy:\n    type: RollingUpdate\n"
        f"    rollingUpdate:\n      maxSurge: 1\n      maxUnavailable: 0\n  selector:\n    matchLabels:\n"
        f"      app.kubernetes.io/name: {app}\n  template:\n    metadata:\n      labels:\n"
        f"        app.kubernetes.io/name: {app}\n      annotations:\n"
        '        prometheus.io/scrape: "true"\n        prometheus.io/port: "8080"\n    spec:\n'
        f"      serviceAccountName: {app}\n      terminationGracePeriodSeconds: 30\n      containers:\n"
        + container(app, number, environment + probes)
        + container("proxy", number, sidecar)
        + f"      volumes:\n      - name: files\n        configMap:\n          name: {app}-files\n      - name: all\n"
        f"        projected:\n          sources:\n          - secret:\n              name: {app}-keys\n"
        "          - configMap:\n              name: shared\n      - name: tmp\n        emptyDir: {}\n"
    )


def variables_of(number):
    return {f"SETTING_{key}": f"value-{(number * 31 + key) % 997}" for key in range(12)}


def lines_of(number):
    for line in range(140):
        yield f"listener.{line} = {(number * 7 + line) % 251}.{line}.example.com:80{line % 60:02}  # weight {line % 9}\n"


def app_documents(number, namespace):
    """The documents of one application, each with the name of its file."""
    app = f"app-{number:05}"
    variables = "".join(f"  {key}: {value}\n" for key, value in variables_of(number).items())
    lines = "".join(f"    {line}" for line in lines_of(number))
    keys = "".join(f"  {key}: {'c2VjcmV0' * (2 + number % 3)}\n" for key in ("password", "token"))
    secret = f"apiVersion: v1\nkind: Secret\nmetadata:\n  name: {app}-keys\n  namespace: {namespace}\ntype: Opaque\ndata:\n{keys}"
    return app, [
        ("deployment.yaml", deployment(app, namespace, number)),
        ("service.yaml", service(app, namespace)),
        ("ingress.yaml", ingress(app, namespace)),
        ("env.yaml", config_map(f"{app}-env", namespace, variables)),
        ("files.yaml", config_map(f"{app}-files", namespace, f"  app.conf: |\n{lines}")),
        ("secret.yaml", secret),
    ]


def tree_documents(count, one_namespace):
    """Every document of a tree, with its path."""
    size = count if one_namespace else APPS_IN_NAMESPACE
    for number in range(count):
        namespace = f"team-{number // size:04}"
        if number % size == 0:
            yield f"{namespace}/shared.yaml", config_map("shared", namespace, "  region: eu-1\n  zone: a\n")
        app, documents = app_documents(number, namespace)
        for name, text in documents:
            yield f"{namespace}/{app}/{name}", text


def kustomization(resources, generators=""):
    return "resources:\n" + "".join(f"- {name}\n" for name in resources) + generators


def generator(kind, name, namespace, entry):
    return f"{kind}Generator:\n- name: {name}\n  namespace: {namespace}\n  {entry}\n"


def env_file(values):
    return "".join(f"{key}={value}\n" for key, value in values.items())


def kustomize_files(count):
    """Every file of the tree for kustomize, with its path."""
    namespaces = {}
    for number in range(count):
        namespaces.setdefault(f"team-{number // APPS_IN_NAMESPACE:04}", []).append(number)
    yield "kustomization.yaml", kustomization(namespaces)
    for namespace, numbers in namespaces.items():
        shared = generator("configMap", "shared", namespace, "envs: [shared.env]")
        apps = [f"app-{number:05}" for number in numbers]
        yield f"{namespace}/kustomization.yaml", kustomization(apps, shared)
        yield f"{namespace}/shared.env", env_file({"region": "eu-1", "zone": "a"})
        for number in numbers:
            app, documents = app_documents(number, namespace)
            plain = documents[:3]
            files = f"- name: {app}-files\n  namespace: {namespace}\n  files: [app.conf]\n"
            generators = generator("configMap", f"{app}-env", namespace, "envs: [env.env]") + files
            generators += generator("secret", f"{app}-keys", namespace, "envs: [keys.env]")
            yield f"{namespace}/{app}/kustomization.yaml", kustomization([name for name, _ in plain], generators)
            yield f"{namespace}/{app}/env.env", env_file(variables_of(number))
            yield f"{namespace}/{app}/app.conf", "".join(lines_of(number))
            secret = "secret" * (2 + number % 3)
            yield f"{namespace}/{app}/keys.env", env_file({"password": secret, "token": secret})
            for name, text in plain:
                yield f"{namespace}/{app}/{name}", text


def write(path, text):
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def small_deployment(number, body):
    app = f"app-{number}"
    return (
        f"apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {app}\n  namespace: prod\nspec:\n  template:\n"
        f"    spec:\n      containers:\n      - name: main\n        image: registry.example.com/app:{number}\n{body}"
    )


def env_from(name):
    return f"        envFrom:\n        - configMapRef:\n            name: {name}\n"


def mixed(count):
    """Small documents: a quarter Deployments, a quarter ConfigMaps, and Services."""
    for number in range(count):
        group = number // 4
        yield [
            small_deployment(group, env_from(f"cm-{group}")),
            config_map(f"cm-{group}", "prod", f'  A: value-{group}\n  B: "x{group}"\n'),
            service(f"svc-{number}", "prod"),
            service(f"svc-{number}", "prod"),
        ][number % 4]


def configs(count):
    return [config_map(f"cm-{number}", "prod", f"  k: v{number}\n") for number in range(count)]


def joined(documents):
    return "---\n".join(documents)


def shared_config(out, count):
    data = "".join(f"  key-{key}: {'v' * 1000}\n" for key in range(1000))
    workloads = [small_deployment(number, env_from("big")) for number in range(count)]
    write(f"{out}/all.yaml", joined([config_map("big", "prod", data), *workloads]))


def many_keys(out, count):
    data = "".join(f"  key-{key}: v{key}\n" for key in range(count))
    env = "".join(
        f"        - name: V{key}\n          valueFrom:\n            configMapKeyRef:\n              name: big\n"
        f"              key: key-{key}\n"
        for key in range(count)
    )
    write(f"{out}/all.yaml", joined([config_map("big", "prod", data), small_deployment(0, f"        env:\n{env}")]))


def many_volumes(out, count):
    mounts = "".join(f"        - name: v{n}\n          mountPath: /etc/v{n}\n" for n in range(count))
    volumes = "".join(f"      - name: v{n}\n        configMap:\n          name: cm-{n}\n" for n in range(count))
    body = f"        volumeMounts:\n{mounts}      volumes:\n{volumes}"
    write(f"{out}/all.yaml", joined([*configs(count), small_deployment(0, body)]))


def one_line(out, count):
    references = ", ".join(f'{{"configMapRef": {{"name": "cm-{n}"}}}}' for n in range(count))
    args = ", ".join(f'"--flag-{n}=$(k)"' for n in range(count))
    pod = f'{{"containers": [{{"name": "main", "image": "x", "args": [{args}], "envFrom": [{references}]}}]}}'
    workload = f'{{"apiVersion": "v1", "kind": "Pod", "metadata": {{"name": "app"}}, "spec": {pod}}}'
    maps = ", ".join(
        f'{{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {{"name": "cm-{n}"}}, "data": {{"k": "v{n}"}}}}'
        for n in range(count)
    )
    write(f"{out}/all.json", f'{{"apiVersion": "v1", "kind": "List", "items": [{workload}, {maps}]}}\n')


def documents(out, count):
    write(f"{out}/all.yaml", joined(mixed(count)))


def files(out, count):
    for number, text in enumerate(mixed(count)):
        write(f"{out}/d{number // 100}/f{number}.yaml", text)


def resource_list(out, count):
    head = (
        "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nfunctionConfig:\n  apiVersion: v1\n"
        "  kind: ConfigMap\n  metadata:\n    name: options\n  data:\n    strategy: stamp\nitems:\n"
    )
    items = ("- " + "\n  ".join(text.splitlines()) + "\n" for text in mixed(count))
    write(f"{out}/list.yaml", head + "".join(items))


def page(out, count):
    workloads = [small_deployment(number, env_from(f"cm-{number}")) for number in range(count // 10)]
    write(f"{out}/all.yaml", joined([*configs(count), *workloads]))


STRESS = {
    "shared-config": shared_config,
    "many-keys": many_keys,
    "many-volumes": many_volumes,
    "one-line": one_line,
    "documents": documents,
    "files": files,
    "resource-list": resource_list,
    "page": page,
}


def make_tree(out, count, one_namespace=False, stream=False):
    """Writes a tree, or one stream of its documents."""
    if stream:
        write(out, joined(text for _, text in tree_documents(count, one_namespace)))
        return
    for path, text in tree_documents(count, one_namespace):
        write(f"{out}/{path}", text)


def make_kustomize_tree(out, count):
    for path, text in kustomize_files(count):
        write(f"{out}/{path}", text)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", nargs="?")
    parser.add_argument("-n", type=int, default=100)
    parser.add_argument("--one-namespace", action="store_true")
    parser.add_argument("--stream", action="store_true")
    parser.add_argument("--kustomize", action="store_true")
    parser.add_argument("--stress", choices=STRESS)
    parser.add_argument("--list-stress", action="store_true")
    args = parser.parse_args()
    if args.list_stress:
        print("\n".join(STRESS))
    elif args.out is None:
        parser.error("name the place to write to")
    elif args.stress:
        STRESS[args.stress](args.out, args.n)
    elif args.kustomize:
        make_kustomize_tree(args.out, args.n)
    else:
        make_tree(args.out, args.n, args.one_namespace, args.stream)


if __name__ == "__main__":
    main()
