#!/usr/bin/env bash
# Installs what the tests need where it can, and runs them all. A peer that cannot be had is named and its tests say
# that they are skipped.
set -euo pipefail
cd "$(dirname "$0")"

have() { command -v "$1" >/dev/null 2>&1; }

for tool in git patch; do
  have "$tool" || echo "test.sh: $tool is not installed; the tests that need it are skipped"
done

cargo test --locked "$@"
