#!/usr/bin/env bash
# Finds or gets the rollstamp that the action runs, and gives its path to later steps as the output `binary`:
#   1. the one on PATH, if it has the version;
#   2. the archive of the release, if its SHA-256 is in action/SHA256SUMS beside this script;
#   3. one that is built from the source beside this script.
# A release's checksums are committed after it was built. An archive without one is never downloaded, and one that
# does not have it is refused.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=action/runner.sh
. "$root/action/runner.sh"

asked=${ROLLSTAMP_VERSION#v}
version=${asked:-$(tr -d '[:space:]' <"$root/action/VERSION")}
[[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?$ ]] ||
  fail "the input version is not a version: \"$version\"; write it like 1.2.3"
place="$RUNNER_TEMP/rollstamp-$version"

use() {
  echo "Using rollstamp $version: $2"
  set_output binary "$1"
  exit 0
}

has_version() {
  [ "$("$1" --version 2>/dev/null)" = "rollstamp $version" ]
}

target() {
  case "$(uname -s)-$(uname -m)" in
    Linux-x86_64) echo x86_64-unknown-linux-musl ;;
    Linux-aarch64 | Linux-arm64) echo aarch64-unknown-linux-musl ;;
    Darwin-x86_64) echo x86_64-apple-darwin ;;
    Darwin-arm64) echo aarch64-apple-darwin ;;
    MINGW*-x86_64 | MSYS*-x86_64) echo x86_64-pc-windows-msvc ;;
    *) echo unknown ;;
  esac
}

sha256() {
  if command -v sha256sum >/dev/null; then sha256sum "$1"; else shasum -a 256 "$1"; fi | cut -d ' ' -f 1
}

# Downloads the archive $1 into $place. The mirror in ROLLSTAMP_DOWNLOAD_URL is free to choose, since the checksum tells
# what may come from it; without encryption it is only read on this machine.
download() {
  local repository from protocol='=https'
  repository=$(sed -n 's/^repository = "\(.*\)"$/\1/p' "$root/Cargo.toml")
  from=${ROLLSTAMP_DOWNLOAD_URL:-$repository/releases/download}
  if [[ $from =~ ^http://(127\.0\.0\.1|localhost)(:[0-9]+)?(/[^@]*)?$ ]]; then
    protocol='=http'
  fi
  curl --proto "$protocol" --proto-redir '=https' --tlsv1.2 --fail --silent --show-error --location --retry 3 \
    --output "$place/$1" -- "$from/v$version/$1"
}

found=$(command -v rollstamp || true)
if [ -n "$found" ] && has_version "$found"; then
  use "$found" "it is on PATH"
fi
if has_version "$place/bin/rollstamp"; then
  use "$place/bin/rollstamp" "an earlier step got it"
fi

name="rollstamp-v$version-$(target)"
sum=$(awk -v name="$name.tar.gz" '$2 == name { print $1 }' "$root/action/SHA256SUMS")
if [ -z "$sum" ]; then
  echo "There is no checksum for $name.tar.gz, so it is not downloaded."
else
  mkdir -p "$place/bin"
  if said=$(download "$name.tar.gz" 2>&1); then
    real=$(sha256 "$place/$name.tar.gz")
    [ "$real" = "$sum" ] || fail "$name.tar.gz has the SHA-256 $real, not $sum: it is refused"
    # A path with a drive letter would be a remote one for tar.
    (cd "$place" && tar -xzf "$name.tar.gz" && mv "$name"/rollstamp* bin/)
    has_version "$place/bin/rollstamp" || fail "$name.tar.gz holds no rollstamp $version that runs here"
    use "$place/bin/rollstamp" "the archive of the release, with the SHA-256 $sum"
  fi
  warn "$name.tar.gz could not be downloaded, so rollstamp is built from source: $said"
fi

source_version=$(sed -n 's/^version = "\(.*\)"$/\1/p' "$root/Cargo.toml" | head -n 1)
if [ -n "$asked" ] && [ "$source_version" != "$version" ]; then
  fail "there is no checksum for rollstamp $version here, and the source is that of $source_version; use the revision \
of the action that belongs to $version"
fi
command -v cargo >/dev/null ||
  fail "rollstamp $version must be built from source here, and cargo is not installed; install Rust in a step before"
version=$source_version
cargo install --locked --quiet --path "$root" --root "$place" || fail "rollstamp could not be built from source"
use "$place/bin/rollstamp" "built from source"
