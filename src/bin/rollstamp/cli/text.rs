//! Texts of `--help` below the options: examples, and the exit status.

macro_rules! exit_status {
    () => {
        "\
Exit status:
  0  done, or nothing to do
  1  --check or --diff, and there are changes; or --strict, and there are findings
  2  error
"
    };
}

/// Below `rollstamp --help`.
pub const TOOL: &str = concat!(
    "\
Examples:
  Stamp the output of kustomize, and apply it:
    rollstamp stamp -- kustomize build overlays/prod | kubectl apply -f -
  Stamp the manifests of a directory in place:
    rollstamp stamp --write manifests/
  List which workload uses which config:
    rollstamp links manifests/

",
    exit_status!()
);

/// Help of the commands that change manifests: [`DESTINATION`] stands above the usage.
pub const CHANGE_TEMPLATE: &str = "\
{about-with-newline}
{before-help}{usage-heading} {usage}

{all-args}{after-help}";

/// The place that the result goes to.
pub const DESTINATION: &str = "\
Prints the manifests to stdout; of a directory, the files with Kubernetes objects. --write changes the files instead, \
--output-dir writes a copy, --diff and --check show what would change.";

/// Below `rollstamp stamp --help`.
pub const STAMP: &str = concat!(
    "\
Examples:
  Stamp a rendered stream:
    helm template web charts/web | rollstamp stamp - | kubectl apply -f -
  The same, but fail when the renderer fails:
    rollstamp stamp -- helm template web charts/web | kubectl apply -f -
  Change the files in place:
    rollstamp stamp --write manifests/
  Show what would change:
    rollstamp stamp --diff manifests/
  Fail in CI when a stamp is missing or stale:
    rollstamp stamp --check manifests/
  Remove all stamps:
    rollstamp stamp --remove --write manifests/

",
    exit_status!()
);

/// Below `rollstamp completions --help`.
pub const COMPLETIONS: &str = "\
Files of the shells:
  bash:       rollstamp completions bash > ~/.local/share/bash-completion/completions/rollstamp
  zsh:        rollstamp completions zsh > \"${fpath[1]}/_rollstamp\"
  fish:       rollstamp completions fish > ~/.config/fish/completions/rollstamp.fish
  powershell: rollstamp completions powershell >> $PROFILE
";

/// Below `rollstamp rename --help`.
pub const RENAME: &str = concat!(
    "\
Examples:
  Rename the configs of a rendered stream:
    rollstamp rename -- helm template web charts/web | kubectl apply -f -
  Change the files in place:
    rollstamp rename --write manifests/
  Render into a directory and keep the last two generations there:
    rollstamp rename --output-dir rendered/ --keep 2 manifests/
  For Argo CD, prune old configs after the roll-out:
    rollstamp rename --prune-last argocd --write manifests/

",
    exit_status!()
);

/// Below `rollstamp links --help`.
pub const LINKS: &str = concat!(
    "\
Examples:
  List which workload uses which config:
    rollstamp links manifests/
  Fail when a reference cannot be resolved:
    rollstamp links --strict manifests/
  As JSON:
    rollstamp links --format json -- kustomize build .
  Of all applications of a repository of Flux or Argo CD:
    rollstamp links --apps

",
    exit_status!()
);

/// Below `rollstamp impact --help`.
pub const IMPACT: &str = "\
Examples:
  Which workloads does this branch roll?
    rollstamp impact --base origin/main manifests/
  And in a repository of Flux or Argo CD, on each cluster?
    rollstamp impact --apps --base origin/main
  Fail if the last commit leaves a workload stale:
    rollstamp impact --strict --base HEAD~1 manifests/
  Compare the output of kustomize in the work tree and in that revision:
    rollstamp impact --base origin/main -- kustomize build overlays/prod
  Compare two renders that a pipeline stamps later:
    rollstamp impact --assume stamp --base-command 'helm template web charts/web-1' -- helm template web charts/web-2
  Compare two directories, as JSON:
    rollstamp impact --format json --base rendered/main/ rendered/branch/

Exit status:
  0  done, whatever happens to the workloads
  1  --strict, and a workload stays stale or is refused, or a reference cannot be resolved
  2  error
";

/// Below `rollstamp explain --help`.
pub const EXPLAIN: &str = concat!(
    "\
Examples:
  The listing of the digest:
    rollstamp explain --workload Deployment/web manifests/
  The digest itself, by sha256sum:
    rollstamp explain --workload Deployment/web manifests/ | sha256sum
  The same workload in a namespace:
    rollstamp explain --workload prod/Deployment/web manifests/

",
    exit_status!()
);

/// Below `rollstamp argocd --help`.
pub const ARGOCD: &str = "\
Examples:
  The plugin's generate command:
    generate: {command: [rollstamp, argocd]}
  The output for Argo CD, in the application's directory:
    ARGOCD_APP_NAME=web ARGOCD_APP_NAMESPACE=prod rollstamp argocd
  With a parameter:
    ARGOCD_ENV_ROLLSTAMP_STRATEGY=rename rollstamp argocd

Exit status:
  0  done
  1  the parameter strict is true, and there are findings
  2  error
";

/// Below `rollstamp krm --help`.
pub const KRM: &str = concat!(
    "\
Examples:
  Stamp a kpt package:
    kpt fn eval my-package --exec \"rollstamp krm\"
  Rename its configs:
    kpt fn eval my-package --exec \"rollstamp krm\" -- strategy=rename

",
    exit_status!()
);

/// Below `rollstamp kustomize init --help`.
pub const KUSTOMIZE_INIT: &str = "\
Examples:
  Stamp in the outermost kustomization:
    rollstamp kustomize init > rollstamp.yaml
  Fail a build with references that cannot be resolved:
    rollstamp kustomize init --check > rollstamp-check.yaml
";

/// Below `rollstamp kinds --help`.
pub const KINDS: &str = "\
Examples:
  Is my kind supported?
    rollstamp kinds | grep Rollout
  With the rules of another options file:
    rollstamp kinds --config etc/rollstamp.yaml

Exit status:
  0  done
  2  the options file is invalid
";

/// Below `rollstamp apps --help`.
pub const APPS: &str = "\
Examples:
  Which applications does this repository have?
    rollstamp apps
  Which files does the rendering of this one read, and what declares it?
    rollstamp apps --explain flux-system/web
  Those that cannot be rendered, by a program:
    rollstamp apps --format json | jq '.applications[] | select(.state == \"unknown\") | {id, reasons}'

States:
  ok           it can be rendered
  approximate  it can be rendered, but a parent may change its declaration in a way that only a build shows
  partial      a part of it is elsewhere
  unknown      it cannot be rendered from the files of the repository
  pinned       another revision of the repository is applied
  suspended    nothing of it is applied at present

Exit status:
  0  done
  1  --strict, and a declaration cannot be read, or a declared path does not exist
  2  error; or there is no application
";
