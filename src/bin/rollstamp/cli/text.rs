//! What `--help` says below the options: examples, and what the exit status means.

/// The two ways to call a verb.
macro_rules! usage {
    ($verb:literal) => {
        concat!(
            "rollstamp ",
            $verb,
            " [OPTIONS] <PATH>...\n       ",
            "rollstamp ",
            $verb,
            " [OPTIONS] -- <COMMAND> [ARG]..."
        )
    };
}
pub(super) use usage;

macro_rules! exit_status {
    () => {
        "\
Exit status:
  0  done, or nothing to do
  1  --check or --diff found changes, or --strict found findings
  2  the work could not be done
"
    };
}

/// Below `rollstamp --help`.
pub const TOOL: &str = concat!(
    "\
Examples:
  Stamp what kustomize renders, and apply it:
    rollstamp stamp -- kustomize build overlays/prod | kubectl apply -f -
  Stamp the manifests of a directory in place:
    rollstamp stamp --write manifests/
  See who uses what:
    rollstamp links manifests/

",
    exit_status!()
);

/// Below `rollstamp stamp --help`.
pub const STAMP: &str = concat!(
    "\
Examples:
  Stamp a rendered stream:
    helm template web charts/web | rollstamp stamp - | kubectl apply -f -
  The same, and notice when the renderer fails:
    rollstamp stamp -- helm template web charts/web | kubectl apply -f -
  Change the files in place:
    rollstamp stamp --write manifests/
  See first what would change:
    rollstamp stamp --diff manifests/
  Fail in CI when a stamp is missing or stale:
    rollstamp stamp --check manifests/
  Undo it all:
    rollstamp stamp --remove --write manifests/

",
    exit_status!()
);

/// Below `rollstamp completions --help`.
pub const COMPLETIONS: &str = "\
Where they go:
  bash:       rollstamp completions bash > ~/.local/share/bash-completion/completions/rollstamp
  zsh:        rollstamp completions zsh > \"${fpath[1]}/_rollstamp\"
  fish:       rollstamp completions fish > ~/.config/fish/completions/rollstamp.fish
  powershell: rollstamp completions powershell >> $PROFILE
";

/// Below `rollstamp rename --help`.
pub const RENAME: &str = concat!(
    "\
Examples:
  Rename in a rendered stream:
    rollstamp rename -- helm template web charts/web | kubectl apply -f -
  Change the files in place:
    rollstamp rename --write manifests/
  Render into a directory and keep the last two generations there:
    rollstamp rename --output-dir rendered/ --keep 2 manifests/
  For Argo CD, with old configs pruned after the roll-out:
    rollstamp rename --prune-last argocd --write manifests/

",
    exit_status!()
);

/// Below `rollstamp links --help`.
pub const LINKS: &str = concat!(
    "\
Examples:
  Who uses what:
    rollstamp links manifests/
  Fail when a reference points to nothing:
    rollstamp links --strict manifests/
  For programs:
    rollstamp links --format json -- kustomize build .

",
    exit_status!()
);

/// The ways to call `rollstamp impact`.
pub const IMPACT_USAGE: &str = "\
rollstamp impact [OPTIONS] --base <BASE> <PATH>...
       rollstamp impact [OPTIONS] --base <REVISION> -- <COMMAND> [ARG]...
       rollstamp impact [OPTIONS] --base-command <COMMAND> -- <COMMAND> [ARG]...";

/// Below `rollstamp impact --help`.
pub const IMPACT: &str = "\
Examples:
  What does this branch restart?
    rollstamp impact --base origin/main manifests/
  What will my last commit not restart, though it should?
    rollstamp impact --strict --base HEAD~1 manifests/
  The same for what kustomize renders, here and in the files of that revision:
    rollstamp impact --base origin/main -- kustomize build overlays/prod
  Two renders, where a pipeline stamps what is rendered:
    rollstamp impact --assume stamp --base-command 'helm template web charts/web-1' -- helm template web charts/web-2
  Two directories, for programs:
    rollstamp impact --format json --base rendered/main/ rendered/branch/

Exit status:
  0  done, whatever happens to the workloads
  1  --strict, and something stays stale or is refused, or a reference leads to nothing
  2  the work could not be done
";

/// Below `rollstamp explain --help`.
pub const EXPLAIN: &str = concat!(
    "\
Examples:
  Why the digest is what it is:
    rollstamp explain --workload Deployment/web manifests/
  The digest itself, without us:
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
  What Argo CD would get, tried by hand in the application's directory:
    ARGOCD_APP_NAME=web ARGOCD_APP_NAMESPACE=prod rollstamp argocd
  The same with a parameter:
    ARGOCD_ENV_ROLLSTAMP_STRATEGY=rename rollstamp argocd

Exit status:
  0  done
  1  the parameter strict is true, and there were findings
  2  the work could not be done
";

/// Below `rollstamp krm --help`.
pub const KRM: &str = concat!(
    "\
Examples:
  Stamp a package of kpt:
    kpt fn eval my-package --exec \"rollstamp krm\"
  Rename in it:
    kpt fn eval my-package --exec \"rollstamp krm\" -- strategy=rename

",
    exit_status!()
);

/// Below `rollstamp kustomize init --help`.
pub const KUSTOMIZE_INIT: &str = "\
Examples:
  Stamp in the outermost kustomization:
    rollstamp kustomize init > rollstamp.yaml
  Fail a build whose references lead nowhere:
    rollstamp kustomize init --check > rollstamp-check.yaml
";

/// Below `rollstamp kinds --help`.
pub const KINDS: &str = "\
Examples:
  Is my kind known?
    rollstamp kinds | grep Rollout
  With the rules of another options file:
    rollstamp kinds --config etc/rollstamp.yaml

Exit status:
  0  done
  2  the options file is wrong
";
