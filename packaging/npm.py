"""Packages of npm: `rollstamp`, which starts the binary, and one with the binary for each platform, of which npm
installs the one that fits. No script runs on installation, and nothing is downloaded but packages."""

import io
import json
import tarfile

from release import DESCRIPTION, NAME, REPOSITORY, ROOT, readme, version_of

# The names that Node gives to systems and processors.
PLATFORMS = {
    "x86_64-unknown-linux-musl": ("linux", "x64"),
    "aarch64-unknown-linux-musl": ("linux", "arm64"),
    "x86_64-apple-darwin": ("darwin", "x64"),
    "aarch64-apple-darwin": ("darwin", "arm64"),
    "x86_64-pc-windows-msvc": ("win32", "x64"),
}

LAUNCHER = """\
#!/usr/bin/env node
"use strict";

const { spawnSync } = require("node:child_process");
const { constants } = require("node:os");

const name = `@rollstamp/${process.platform}-${process.arch}`;
const file = process.platform === "win32" ? "rollstamp.exe" : "rollstamp";
let program;
try {
  program = require.resolve(`${name}/${file}`);
} catch {
  console.error(`rollstamp: the package ${name} is not installed; is this platform supported, and --omit=optional unset?`);
  process.exit(2);
}
const { error, signal, status } = spawnSync(program, process.argv.slice(2), { stdio: "inherit" });
if (error) {
  console.error(`rollstamp: ${error.message}`);
  process.exit(2);
}
process.exit(signal ? 128 + constants.signals[signal] : status);
"""


def pack_npm(archives, directory):
    """Writes the packages, those of the platforms first, and returns their paths."""
    version = version_of(archives)
    paths = []
    for target, (system, processor) in PLATFORMS.items():
        if target not in archives:
            continue
        archive = archives[target]
        manifest = {**common(version), "name": platform_name(target), "os": [system], "cpu": [processor]}
        files = [(archive.binary_name, archive.read(archive.binary_name), 0o755)]
        paths.append(pack(f"{NAME}-{system}-{processor}-{version}", manifest, files, directory))
    manifest = {
        **common(version),
        "name": NAME,
        "bin": {NAME: "bin/rollstamp.js"},
        "engines": {"node": ">=18"},
        "optionalDependencies": {platform_name(target): version for target in PLATFORMS if target in archives},
    }
    files = [
        ("bin/rollstamp.js", LAUNCHER.encode(), 0o755),
        ("README.md", readme(version).encode(), 0o644),
    ]
    paths.append(pack(f"{NAME}-{version}", manifest, files, directory))
    return paths


def platform_name(target):
    return "@rollstamp/" + "-".join(PLATFORMS[target])


def common(version):
    return {
        "version": version,
        "description": DESCRIPTION,
        "license": "(MIT OR Apache-2.0)",
        "repository": {"type": "git", "url": f"git+{REPOSITORY}.git"},
        "publishConfig": {"access": "public"},
    }


def pack(name, manifest, files, directory):
    """Writes a package as npm packs it."""
    licenses = [(file, (ROOT / file).read_bytes(), 0o644) for file in ("LICENSE-MIT", "LICENSE-APACHE")]
    text = json.dumps(manifest, indent=2) + "\n"
    path = directory / f"{name}.tgz"
    with tarfile.open(path, "w:gz", compresslevel=6) as package:
        for file, data, mode in [("package.json", text.encode(), 0o644), *files, *licenses]:
            entry = tarfile.TarInfo(f"package/{file}")
            entry.size, entry.mode = len(data), mode
            package.addfile(entry, io.BytesIO(data))
    return path
