//! The image, built and run without a network and without a container engine.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value as Json;

use super::decoder;
use crate::support::peers;
use crate::support::shell::{APP, Dir};

/// Images in a storage of their own, and the static binary that goes into them.
struct Builder {
    buildah: PathBuf,
    binary: PathBuf,
    dir: Dir,
}

impl Builder {
    /// Nothing where buildah, the static binary or the right to mount is missing; says which.
    fn new() -> Option<Builder> {
        let buildah = peers::directory_of("buildah")?.join("buildah");
        if !peers::may_run_images() {
            return None;
        }
        let binary = static_binary();
        if binary.is_none() {
            println!("skipped: there is no static binary of this source, scripts/build-static makes it");
        }
        Some(Builder { buildah, binary: binary?, dir: Dir::with(&[]) })
    }

    fn buildah(&self, args: &[&str]) -> String {
        let mut command = Command::new(&self.buildah);
        command.args(["--storage-driver", "vfs", "--root"]).arg(self.dir.path("storage"));
        let output = command.arg("--runroot").arg(self.dir.path("run")).args(args).output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "buildah {args:?}: {stderr}");
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    /// Builds one of our images.
    fn build(&self, dockerfile: &str, args: &[&str]) -> Image<'_> {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("integrations/argocd");
        for name in [dockerfile, "plugin.yaml"] {
            self.dir.put(&format!("context/{name}"), fs::read(source.join(name)).unwrap());
        }
        fs::copy(&self.binary, self.dir.path("context/rollstamp")).unwrap();
        let context = self.dir.path("context");
        let file = context.join(dockerfile);
        let mut all =
            vec!["bud", "--quiet", "--isolation", "chroot", "--pull-never", "-f", file.to_str().unwrap(), "-t", "ours"];
        all.extend(args);
        all.push(context.to_str().unwrap());
        self.buildah(&all);
        let container = self.buildah(&["from", "--pull-never", "localhost/ours"]);
        let root = PathBuf::from(self.buildah(&["mount", &container]));
        Image { builder: self, root }
    }

    /// An image to build on: one program and nothing else.
    fn base(&self, name: &str, program: &Path, place: &str) {
        let context = self.dir.path("base");
        fs::create_dir_all(&context).unwrap();
        fs::copy(program, context.join("program")).unwrap();
        self.dir.put("base/Dockerfile", format!("FROM scratch\nCOPY --chmod=0755 program {place}\n"));
        self.buildah(&["bud", "--quiet", "--isolation", "chroot", "-t", name, context.to_str().unwrap()]);
    }
}

/// The static binary, if it is not older than the source.
pub fn static_binary() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let target = Path::new(env!("CARGO_BIN_EXE_rollstamp")).parent()?.parent()?;
    let binary = target.join(format!("{}-unknown-linux-gnu/debug/rollstamp", std::env::consts::ARCH));
    let built = fs::metadata(&binary).ok()?.modified().ok()?;
    let mut waiting = vec![root.join("src"), root.join("Cargo.lock")];
    while let Some(path) = waiting.pop() {
        match path.is_dir() {
            true => waiting.extend(fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path())),
            false if fs::metadata(path).unwrap().modified().unwrap() > built => return None,
            false => {}
        }
    }
    Some(binary)
}

struct Image<'b> {
    builder: &'b Builder,
    root: PathBuf,
}

impl Image<'_> {
    /// How the image is run, as its configuration says.
    fn config(&self) -> Json {
        let inspected: Json =
            serde_json::from_str(&self.builder.buildah(&["inspect", "--type", "image", "ours"])).unwrap();
        inspected["OCIv1"]["config"].clone()
    }

    /// Runs the generate command in the image's root file system, as its user and with its environment, on an
    /// application below /tmp.
    fn generate(&self, files: &[(&str, &str)]) -> Output {
        let work = self.root.join("tmp/web");
        fs::create_dir_all(&work).unwrap();
        for (name, text) in files {
            let path = work.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        Command::new("chmod").args(["-R", "a+rwX"]).arg(self.root.join("tmp")).status().unwrap();
        let config = self.config();
        let user = config["User"].as_str().unwrap();
        assert_eq!(user, "999:999");
        let mut command = Command::new("/usr/bin/unshare");
        command.args(["--setgid", "999", "--setuid", "999", "--wd", "/tmp/web", "--root"]).arg(&self.root);
        command.args(["/usr/local/bin/rollstamp", "argocd"]).env_clear().env("ARGOCD_APP_NAME", "web");
        for entry in config["Env"].as_array().unwrap() {
            let (name, value) = entry.as_str().unwrap().split_once('=').unwrap();
            command.env(name, value);
        }
        command.output().unwrap()
    }
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn the_images_run() {
    let Some(builder) = Builder::new() else { return };
    let image = builder.build("Dockerfile", &[]);
    assert_eq!(image.config()["Entrypoint"], serde_json::json!(["/var/run/argocd/argocd-cmp-server"]));
    let plugin = fs::read(image.root.join("home/argocd/cmp-server/config/plugin.yaml")).unwrap();
    assert_eq!(plugin, fs::read(super::published()).unwrap());
    let output = image.generate(&[("app.yaml", APP)]);
    assert!(output.status.success(), "{}", stderr(&output));
    let objects = decoder::objects(&String::from_utf8(output.stdout).unwrap()).unwrap();
    assert!(super::stamp(super::object(&objects, "Deployment")).is_some());
    let output = image.generate(&[("kustomization.yaml", "resources: []\n")]);
    assert!(stderr(&output).contains("Dockerfile.kustomize"), "{}", stderr(&output));

    // Any program in kustomize's place shows that it is found and run.
    builder.base("kustomize", &builder.binary, "/app/kustomize");
    let image = builder.build("Dockerfile.kustomize", &["--build-arg", "KUSTOMIZE=localhost/kustomize"]);
    let output = image.generate(&[("kustomization.yaml", "resources: []\n")]);
    assert!(stderr(&output).contains("kustomize failed: exit status 2"), "{}", stderr(&output));

    let Some(helm) = peers::directory_of("helm") else { return };
    builder.base("helm", &helm.join("helm"), "/usr/bin/helm");
    let image = builder.build("Dockerfile.helm", &["--build-arg", "HELM=localhost/helm"]);
    let chart = "apiVersion: v2\nname: web\nversion: 0.1.0\n";
    let output = image.generate(&[("Chart.yaml", chart), ("templates/app.yaml", APP)]);
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(String::from_utf8(output.stdout).unwrap().contains("rollstamp.dev/checksum"));
}
