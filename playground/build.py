#!/usr/bin/env python3
"""Builds the playground: one page that holds the library as WebAssembly and needs no other file and no network.

    playground/build.py PAGE            builds the module and writes the page
    playground/build.py PAGE --module FILE
                                        writes the page with a module that is built already

The page may not be larger than 1.5 MB.
"""

import argparse
import base64
import gzip
import hashlib
import json
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
TARGET = "wasm32-unknown-unknown"
LIMIT = 1_500_000

# Name, command, and the files of the text and of the one before it.
EXAMPLES = [
    ("envFrom", "stamp", "envFrom.yaml", None),
    ("subPath", "stamp", "subPath.yaml", None),
    ("items, with a missing key", "stamp", "items.yaml", None),
    ("rename", "rename", "rename.yaml", None),
    ("impact of two sides", "impact", "impact-after.yaml", "impact-before.yaml"),
]


def build_module():
    """Builds the module with cargo and returns its path."""
    target_directory = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", HERE.parent / "target/playground"))
    environment = {**os.environ, "CARGO_TARGET_DIR": str(target_directory)}
    command = ["cargo", "build", "--quiet", "--locked", "--release", "--target", TARGET]
    subprocess.run(command, cwd=HERE, env=environment, check=True)
    return target_directory / TARGET / "release/rollstamp_playground.wasm"


def palette():
    """Returns the colors of the pages of reports."""
    style = (HERE.parent / "src/report/format/html/page.css").read_text()
    start = style.index(":root {")
    return style[start : style.index("\n\n", start)] + "\n"


def source_hash(text):
    """Returns the source of a content security policy that allows this text."""
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


def examples():
    rows = []
    for name, command, text, base in EXAMPLES:
        row = {"name": name, "command": command, "text": (HERE / "examples" / text).read_text()}
        if base:
            row["base"] = (HERE / "examples" / base).read_text()
        rows.append(row)
    # No text may end the element that holds it.
    return json.dumps(rows).replace("<", "\\u003c")


def page(module):
    """Returns the page with a module in it."""
    style = palette() + (HERE / "page.css").read_text()
    script = (HERE / "page.js").read_text()
    policy = (
        f"default-src 'none'; connect-src 'none'; script-src {source_hash(script)} 'wasm-unsafe-eval'; "
        f"style-src {source_hash(style)}; img-src data:; base-uri 'none'; form-action 'none'"
    )
    packed = base64.b64encode(gzip.compress(module.read_bytes(), 9, mtime=0)).decode()
    text = (HERE / "page.html").read_text()
    for name, part in [
        ("policy", policy),
        ("style", style),
        ("examples", examples()),
        ("module", packed),
        ("script", script),
    ]:
        text = text.replace(f"@{name}@", part, 1)
    return text


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("page", type=pathlib.Path)
    parser.add_argument("--module", type=pathlib.Path)
    options = parser.parse_args()
    text = page(options.module or build_module())
    size = len(text.encode())
    options.page.parent.mkdir(parents=True, exist_ok=True)
    options.page.write_text(text)
    print(f"{options.page}: {size:,} bytes")
    if size > LIMIT:
        sys.exit(f"build.py: the page is larger than {LIMIT:,} bytes")


if __name__ == "__main__":
    main()
