"""Wheels that hold the binary of a release and nothing else: `pip install rollstamp` and `uvx rollstamp` run it.

They are packed from the archives of the release instead of being built once more, so that every way of installation
has the same bytes, those that the attestation is about.
"""

import base64
import hashlib
import zipfile

from release import DESCRIPTION, NAME, REPOSITORY, readme

# The binaries for Linux are static, so one runs with glibc and with musl.
PLATFORMS = {
    "x86_64-unknown-linux-musl": ["manylinux2014_x86_64", "manylinux_2_17_x86_64", "musllinux_1_1_x86_64"],
    "aarch64-unknown-linux-musl": ["manylinux2014_aarch64", "manylinux_2_17_aarch64", "musllinux_1_1_aarch64"],
    "x86_64-apple-darwin": ["macosx_10_12_x86_64"],
    "aarch64-apple-darwin": ["macosx_11_0_arm64"],
    "x86_64-pc-windows-msvc": ["win_amd64"],
}

METADATA = """\
Metadata-Version: 2.1
Name: {name}
Version: {version}
Summary: {summary}
Project-URL: Source, {repository}
License: MIT OR Apache-2.0
Keywords: kubernetes,configmap,gitops,kustomize
Classifier: Environment :: Console
Classifier: Topic :: System :: Systems Administration
Requires-Python: >=3.8
Description-Content-Type: text/markdown

{readme}"""

# A date that zip can hold: the same binary gives the same bytes.
EPOCH = (1980, 1, 1, 0, 0, 0)


def pack_wheels(archives, directory):
    """Writes a wheel for each archive, and returns their paths."""
    return [pack_wheel(archives[target], tags, directory) for target, tags in PLATFORMS.items() if target in archives]


def pack_wheel(archive, platforms, directory):
    version = archive.version
    base = f"{NAME}-{version}"
    info = f"{base}.dist-info"
    tag = f"py3-none-{'.'.join(platforms)}"
    tags = "".join(f"Tag: py3-none-{platform}\n" for platform in platforms)
    metadata = METADATA.format(
        name=NAME,
        version=version,
        summary=DESCRIPTION,
        repository=REPOSITORY,
        readme=readme(version),
    )
    files = [
        (f"{base}.data/scripts/{archive.binary_name}", archive.read(archive.binary_name), 0o755),
        (f"{info}/licenses/LICENSE-MIT", archive.read("LICENSE-MIT"), 0o644),
        (f"{info}/licenses/LICENSE-APACHE", archive.read("LICENSE-APACHE"), 0o644),
        (f"{info}/METADATA", metadata.encode(), 0o644),
        (f"{info}/WHEEL", f"Wheel-Version: 1.0\nGenerator: {NAME}\nRoot-Is-Purelib: false\n{tags}".encode(), 0o644),
    ]
    record = "".join(f"{name},{digest_of(data)},{len(data)}\n" for name, data, _ in files)
    files.append((f"{info}/RECORD", f"{record}{info}/RECORD,,\n".encode(), 0o644))
    path = directory / f"{base}-{tag}.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as wheel:
        for name, data, mode in files:
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.external_attr = (0o100000 | mode) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            wheel.writestr(entry, data)
    return path


def digest_of(data):
    """Returns a checksum as RECORD has it."""
    return "sha256=" + base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
