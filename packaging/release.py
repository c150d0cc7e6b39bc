"""A release as the other files here take it: its version, and its archives with their checksums."""

import dataclasses
import hashlib
import pathlib
import re
import tarfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
NAME = "rollstamp"


def manifest_value(key):
    """Returns a value of Cargo.toml."""
    text = (ROOT / "Cargo.toml").read_text()
    return re.search(rf'^{key} = "(.*)"$', text, re.MULTILINE).group(1)


DESCRIPTION = manifest_value("description")
REPOSITORY = manifest_value("repository")


@dataclasses.dataclass(frozen=True)
class Archive:
    """An archive that `scripts/archive` packed."""

    path: pathlib.Path
    version: str
    target: str
    sha256: str

    @property
    def directory(self):
        """The one directory that it holds."""
        return self.path.name.removesuffix(".tar.gz")

    @property
    def url(self):
        return f"{REPOSITORY}/releases/download/v{self.version}/{self.path.name}"

    @property
    def binary_name(self):
        return f"{NAME}.exe" if "windows" in self.target else NAME

    def read(self, name):
        """Returns the bytes of a file in it."""
        with tarfile.open(self.path) as archive:
            return archive.extractfile(f"{self.directory}/{name}").read()


def readme(version):
    """Returns the README for pages elsewhere: its links to files lead to the repository as it was at the release."""
    files = f"]({REPOSITORY}/blob/v{version}/"
    return re.sub(r"\]\((?!https://|#)", files, (ROOT / "README.md").read_text())


def read_release(directory):
    """Returns the archives of a directory by target. SHA256SUMS must name each with the checksum that it has."""
    directory = pathlib.Path(directory)
    sums = {}
    for line in (directory / "SHA256SUMS").read_text().splitlines():
        digest, name = line.split(maxsplit=1)
        sums[name.lstrip("*")] = digest
    archives = {}
    for path in sorted(directory.glob(f"{NAME}-v*.tar.gz")):
        version, target = re.fullmatch(rf"{NAME}-v(\d+\.\d+\.\d+[^-]*)-(.+)\.tar\.gz", path.name).groups()
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        if sums.get(path.name) != digest:
            raise SystemExit(f"{path}: its checksum is not that of SHA256SUMS")
        archives[target] = Archive(path, version, target, digest)
    if len({archive.version for archive in archives.values()}) != 1:
        raise SystemExit(f"{directory}: there must be archives, all of one version")
    return archives


def version_of(archives):
    return next(iter(archives.values())).version
