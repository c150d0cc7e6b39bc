//! On/off flags. Each has a twin `--no-…`, so that a flag can also turn off what the options document turns on.

use clap::Args;

/// Defines a flag and its hidden twin `--no-…` as a group of arguments. The last of them on the command line wins.
macro_rules! switches {
    ($($(#[$attribute:meta])+ $switch:ident: $on:ident / $off:ident;)+) => {$(
        /// A flag and its `--no-…` twin.
        #[derive(Debug, Default, Args)]
        pub struct $switch {
            $(#[$attribute])+
            #[arg(long, overrides_with = stringify!($off))]
            $on: bool,
            #[arg(long, hide = true, overrides_with = stringify!($on))]
            $off: bool,
        }

        impl $switch {
            /// The value that the command line sets, if it has one of the two flags.
            pub fn value(&self) -> Option<bool> {
                (self.$on || self.$off).then_some(self.$on)
            }
        }
    )+};
}

switches! {
    /// Continue when a relevant document cannot be read
    ///
    /// Such a document is left as it is, with a warning, and left out where the manifests of a directory are printed. A
    /// workload with a reference that cannot be decided is left as it is, too.
    #[arg(help_heading = "Input")]
    SkipInvalid: skip_invalid / no_skip_invalid;

    /// Accept input without any document
    ///
    /// Empty input is an error otherwise: an empty render that is piped onward can delete an application.
    #[arg(help_heading = "Input")]
    AllowEmpty: allow_empty / no_allow_empty;

    /// Exit with status 1 when a reference cannot be resolved, and on other findings
    #[arg(help_heading = "References")]
    Strict: strict / no_strict;

    /// Exit with status 1 when a declaration cannot be read, or a declared path does not exist
    #[arg(help_heading = "Applications")]
    StrictApps: strict / no_strict;

    /// Include ExternalSecret, SealedSecret, Certificate and other requests for Secrets in the digest
    ///
    /// The pods can start before the controller has written the new content, and nothing rolls them again: order the
    /// two with sync waves, or use `rollstamp rename`.
    #[arg(help_heading = "Digest")]
    Producers: producers / no_producers;

    /// Stamp or rename only for workloads that opt in
    ///
    /// A workload opts in by the annotation rollstamp.dev/roll-on: any|frozen, by rollstamp.dev/extra-configmaps or
    /// extra-secrets, or, with --honor, by the annotations of that controller.
    #[arg(help_heading = "Workloads")]
    OnlyAnnotated: only_annotated / no_only_annotated;

    /// Exclude stamped configs from Stakater Reloader
    ///
    /// Adds the names of the ConfigMaps and Secrets that a workload is stamped for to its annotations
    /// configmaps.exclude.reloader.stakater.com/reload and secrets.exclude.reloader.stakater.com/reload, so that it does
    /// not roll twice. With --remove, removes them again.
    #[arg(help_heading = "Stamp")]
    ExcludeFromReloader: exclude_from_reloader / no_exclude_from_reloader;

    /// Make renamed configs immutable
    ///
    /// Kubernetes then refuses changes of their content, and the kubelet stops watching them. It also refuses to take
    /// `immutable` off again: without the flag, a config of the same content cannot be applied over the immutable one.
    #[arg(help_heading = "Rename")]
    Immutable: immutable / no_immutable;

    /// Also rename Jobs that refer to a renamed config
    ///
    /// The pod template of a Job cannot change, so such a Job could not be applied over the existing one. Its suffix is
    /// a hash of the content that it consumes.
    #[arg(help_heading = "Rename")]
    RenameJobs: rename_jobs / no_rename_jobs;

    /// Change nothing; fail if anything would change
    #[arg(help_heading = "Output")]
    Check: check / no_check;
}
