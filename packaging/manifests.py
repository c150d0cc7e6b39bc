"""What other package managers need to install a release: a formula of Homebrew, a manifest of krew and of Scoop, a
PKGBUILD for the AUR, an expression of Nix. All name the archives of the release by their checksums."""

import base64
import json

from release import DESCRIPTION, NAME, REPOSITORY, version_of

LINUX = {"x86_64": "x86_64-unknown-linux-musl", "aarch64": "aarch64-unknown-linux-musl"}
MACOS = {"x86_64": "x86_64-apple-darwin", "aarch64": "aarch64-apple-darwin"}
WINDOWS = "x86_64-pc-windows-msvc"


def write_manifests(archives, directory):
    """Writes all files, each by the name that its package manager wants, and returns their paths."""
    missing = [target for target in [*LINUX.values(), *MACOS.values(), WINDOWS] if target not in archives]
    if missing:
        raise SystemExit(f"there is no archive for {', '.join(missing)}")
    texts = {
        "homebrew/rollstamp.rb": homebrew(archives),
        "krew/rollstamp.yaml": krew(archives),
        "scoop/rollstamp.json": scoop(archives),
        "aur/PKGBUILD": pkgbuild(archives),
        "nix/package.nix": nix(archives),
    }
    paths = []
    for name, text in texts.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        paths.append(path)
    return paths


def homebrew(archives):
    def source(block, target):
        archive = archives[target]
        return f"""\
    {block} do
      url "{archive.url}"
      sha256 "{archive.sha256}"
    end
"""

    def system(block, targets):
        arm, intel = source("on_arm", targets["aarch64"]), source("on_intel", targets["x86_64"])
        return f"  {block} do\n{arm}{intel}  end\n"

    return f"""\
class Rollstamp < Formula
  desc "{homebrew_description()}"
  homepage "{REPOSITORY}"
  version "{version_of(archives)}"
  license any_of: ["MIT", "Apache-2.0"]

{system("on_macos", MACOS)}
{system("on_linux", LINUX)}
  def install
    bin.install "rollstamp"
    bash_completion.install "complete/rollstamp.bash" => "rollstamp"
    zsh_completion.install "complete/_rollstamp"
    fish_completion.install "complete/rollstamp.fish"
    man1.install Dir["doc/*.1"]
  end

  test do
    (testpath/"app.yaml").write <<~YAML
      apiVersion: v1
      kind: ConfigMap
      metadata: {{name: env}}
    YAML
    assert_match version.to_s, shell_output("#{{bin}}/rollstamp --version")
    system bin/"rollstamp", "stamp", "--check", testpath/"app.yaml"
  end
end
"""


def homebrew_description():
    """Returns a description as `brew audit` wants it: at most 80 characters."""
    short = DESCRIPTION.split(", ")[0]
    assert len(short) <= 80
    return short


def krew(archives):
    rows = []
    for system, targets in [("linux", LINUX), ("darwin", MACOS), ("windows", {"x86_64": WINDOWS})]:
        for processor, name in [("x86_64", "amd64"), ("aarch64", "arm64")]:
            if processor not in targets:
                continue
            archive = archives[targets[processor]]
            rows.append(f"""\
  - selector:
      matchLabels:
        os: {system}
        arch: {name}
    uri: {archive.url}
    sha256: {archive.sha256}
    files:
    - from: {archive.directory}/{archive.binary_name}
      to: .
    - from: {archive.directory}/LICENSE-*
      to: .
    bin: {archive.binary_name}
""")
    return f"""\
apiVersion: krew.googlecontainertools.github.com/v1alpha2
kind: Plugin
metadata:
  name: {NAME}
spec:
  version: v{version_of(archives)}
  homepage: {REPOSITORY}
  shortDescription: Roll pods when their ConfigMaps and Secrets change
  description: |
    Reads manifests, links each workload to the keys of the ConfigMaps and
    Secrets that it consumes, and stamps or renames, so that a changed config
    rolls its workloads. It works before the manifests are applied, without
    access to a cluster.
  platforms:
{"".join(rows)}"""


def scoop(archives):
    archive = archives[WINDOWS]
    manifest = {
        "version": archive.version,
        "description": DESCRIPTION,
        "homepage": REPOSITORY,
        "license": "MIT|Apache-2.0",
        "architecture": {
            "64bit": {"url": archive.url, "hash": archive.sha256, "extract_dir": archive.directory},
        },
        "bin": archive.binary_name,
        "checkver": "github",
        "autoupdate": {
            "architecture": {
                "64bit": {
                    "url": archive.url.replace(archive.version, "$version"),
                    "extract_dir": archive.directory.replace(archive.version, "$version"),
                },
            },
            "hash": {"url": "$baseurl/SHA256SUMS"},
        },
    }
    return json.dumps(manifest, indent=4) + "\n"


def pkgbuild(archives):
    sources = ""
    for processor, target in LINUX.items():
        archive = archives[target]
        sources += f"source_{processor}=('{archive.url}')\nsha256sums_{processor}=('{archive.sha256}')\n"
    return f"""\
# shellcheck shell=bash disable=SC2034,SC2154
pkgname=rollstamp-bin
pkgver={version_of(archives)}
pkgrel=1
pkgdesc='{DESCRIPTION}'
arch=('x86_64' 'aarch64')
url='{REPOSITORY}'
license=('MIT' 'Apache-2.0')
provides=('rollstamp')
conflicts=('rollstamp')
options=('!strip')
{sources}
package() {{
  cd "rollstamp-v$pkgver-$CARCH-unknown-linux-musl" || return
  install -Dm755 rollstamp -t "$pkgdir/usr/bin"
  install -Dm644 complete/rollstamp.bash "$pkgdir/usr/share/bash-completion/completions/rollstamp"
  install -Dm644 complete/_rollstamp -t "$pkgdir/usr/share/zsh/site-functions"
  install -Dm644 complete/rollstamp.fish -t "$pkgdir/usr/share/fish/vendor_completions.d"
  install -Dm644 doc/*.1 -t "$pkgdir/usr/share/man/man1"
  install -Dm644 LICENSE-MIT LICENSE-APACHE -t "$pkgdir/usr/share/licenses/$pkgname"
}}
"""


def nix(archives):
    systems = [(f"{processor}-linux", target) for processor, target in LINUX.items()]
    systems += [(f"{processor}-darwin", target) for processor, target in MACOS.items()]
    rows = ""
    for system, target in systems:
        archive = archives[target]
        digest = base64.b64encode(bytes.fromhex(archive.sha256)).decode()
        rows += f'    {system} = {{\n      url = "{archive.url}";\n      hash = "sha256-{digest}";\n    }};\n'
    return f"""\
{{
  lib,
  stdenvNoCC,
  fetchurl,
  installShellFiles,
}}:
let
  sources = {{
{rows}  }};
  system = stdenvNoCC.hostPlatform.system;
in
stdenvNoCC.mkDerivation {{
  pname = "{NAME}";
  version = "{version_of(archives)}";
  src = fetchurl (sources.${{system}} or (throw "{NAME}: ${{system}} is not supported"));
  nativeBuildInputs = [ installShellFiles ];
  installPhase = ''
    runHook preInstall
    install -Dm755 rollstamp -t $out/bin
    installManPage doc/*.1
    installShellCompletion complete/rollstamp.bash complete/rollstamp.fish complete/_rollstamp
    runHook postInstall
  '';
  meta = {{
    description = "{DESCRIPTION}";
    homepage = "{REPOSITORY}";
    license = with lib.licenses; [
      mit
      asl20
    ];
    mainProgram = "{NAME}";
    platforms = builtins.attrNames sources;
    sourceProvenance = [ lib.sourceTypes.binaryNativeCode ];
  }};
}}
"""
