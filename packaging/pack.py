#!/usr/bin/env python3
"""Makes packages of a release from its archives.

    packaging/pack.py wheels RELEASE DIRECTORY      wheels for PyPI
    packaging/pack.py npm RELEASE DIRECTORY         packages for npm
    packaging/pack.py manifests RELEASE DIRECTORY   for Homebrew, krew, Scoop, the AUR and Nix

RELEASE is a directory with the archives of `scripts/archive` and their SHA256SUMS. Prints the paths of what it makes.
"""

import argparse
import pathlib

from manifests import write_manifests
from npm import pack_npm
from release import read_release
from wheels import pack_wheels

MAKERS = {"wheels": pack_wheels, "npm": pack_npm, "manifests": write_manifests}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=MAKERS)
    parser.add_argument("release", type=pathlib.Path)
    parser.add_argument("directory", type=pathlib.Path)
    options = parser.parse_args()
    options.directory.mkdir(parents=True, exist_ok=True)
    paths = MAKERS[options.what](read_release(options.release), options.directory)
    print("\n".join(str(path) for path in paths))


if __name__ == "__main__":
    main()
