//! Secrets whose type needs keys that they do not have.

use crate::support::shell::Dir;

const USER: &str = "---\napiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: a, image: x, envFrom: \
                    [{secretRef: {name: db}}]}]}\n";

fn secret(rest: &str) -> String {
    format!("apiVersion: v1\nkind: Secret\nmetadata: {{name: db}}\n{rest}\n{USER}")
}

#[test]
fn types_of_secrets_need_keys() {
    for (rest, needs) in [
        ("type: kubernetes.io/tls\ndata: {tls.crt: eA==}", "the keys `tls.crt` and `tls.key`"),
        ("type: kubernetes.io/tls\nstringData: {tls.crt: x, tls.key: ''}", ""),
        ("type: kubernetes.io/tls\nstringData: {tls.crt: x}\ndata: {tls.key: eA==}", ""),
        ("type: kubernetes.io/ssh-auth\ndata: {a: eA==}", "the key `ssh-privatekey`"),
        ("type: kubernetes.io/ssh-auth\ndata: {ssh-privatekey: eA==}", ""),
        ("type: kubernetes.io/basic-auth\ndata: {user: eA==}", "the key `username` or `password`"),
        ("type: kubernetes.io/basic-auth\ndata: {password: eA==}", ""),
        ("type: kubernetes.io/dockerconfigjson\ndata: {a: eA==}", "the key `.dockerconfigjson` with a JSON object"),
        (
            "type: kubernetes.io/dockerconfigjson\nstringData: {.dockerconfigjson: '{'}",
            "the key `.dockerconfigjson` with",
        ),
        (
            "type: kubernetes.io/dockerconfigjson\nstringData: {.dockerconfigjson: '[]'}",
            "the key `.dockerconfigjson` with",
        ),
        ("type: kubernetes.io/dockerconfigjson\nstringData: {.dockerconfigjson: '{}'}", ""),
        ("type: kubernetes.io/dockerconfigjson\nstringData: {.dockerconfigjson: '{\"auths\": ${AUTHS}}'}", ""),
        ("type: kubernetes.io/dockercfg\nstringData: {.dockercfg: x}", "the key `.dockercfg` with a JSON object"),
        ("type: kubernetes.io/service-account-token", "the annotation `kubernetes.io/service-account.name`"),
        ("type: Opaque", ""),
        ("type: example.com/anything", ""),
        ("type: kubernetes.io/tls\ndata: {a: 'ENC[x]'}\nsops: {mac: x}", ""),
    ] {
        let dir = Dir::with(&[("app.yaml", &secret(rest))]);
        let ran = dir.run("stamp --check app.yaml");
        assert_eq!(ran.status, 1, "{}", ran.stderr);
        let warning = ran.stderr.lines().find(|line| line.contains("a Secret of the type"));
        match warning {
            None => assert_eq!(needs, "", "{rest}"),
            Some(warning) => {
                assert!(!needs.is_empty() && warning.contains(needs), "{rest}: {warning}");
                assert!(
                    warning.contains("warning: Secret/db: ") && warning.contains("Kubernetes refuses"),
                    "{warning}"
                );
            }
        }
    }
    let unused =
        secret("type: kubernetes.io/tls").replace("secretRef: {name: db}", "secretRef: {name: other, optional: true}");
    let ran = Dir::with(&[("app.yaml", &unused)]).run("stamp app.yaml");
    ran.says("note: Kubernetes would refuse 1 config that nothing in the input refers to");
}
