"""Sources of real programs, as Debian ships them, without a word in the machine's own apt configuration."""

import os
import pathlib
import shutil
import subprocess

SUITES = """deb-src {mirror}/debian bookworm main
deb-src {mirror}/debian-security bookworm-security main
"""


class SourceMissing(Exception):
    """No network, no deb-src, or another version: the test cannot run here."""


def fetch(work, package, version, folder):
    """Returns the unpacked tree. LIVEPATCH_SOURCES may name a folder that has it already."""
    given = os.environ.get("LIVEPATCH_SOURCES")
    if given and (pathlib.Path(given) / folder).is_dir():
        return pathlib.Path(given).resolve() / folder
    tree = work / folder
    if tree.is_dir():
        return tree
    apt = work / "apt"
    for part in ("lists/partial", "cache/archives/partial"):
        (apt / part).mkdir(parents=True, exist_ok=True)
    mirror = os.environ.get("LIVEPATCH_DEBIAN_MIRROR", "http://deb.debian.org")
    (apt / "sources.list").write_text(SUITES.format(mirror=mirror))
    command = ["apt-get", "-q", "-o", f"Dir::Etc::SourceList={apt}/sources.list", "-o", "Dir::Etc::SourceParts=-",
               "-o", f"Dir::State::Lists={apt}/lists", "-o", f"Dir::Cache={apt}/cache", "-o", "APT::Sandbox::User=root"]
    if not shutil.which("apt-get"):
        raise SourceMissing("there is no apt-get to get the source with")
    for words in (["update"], ["source", f"{package}={version}"]):
        done = subprocess.run(command + words, cwd=work, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              check=False)
        if done.returncode != 0:
            raise SourceMissing(f"apt-get {' '.join(words)} failed:\n{done.stdout[-2000:]}")
    return tree


def withoutFix(tree, fix, copy):
    """Copies the tree as Debian ships it, and takes one of its patches out."""
    shutil.copytree(tree, copy, symlinks=True)
    with (tree / "debian/patches" / fix).open("rb") as patch:
        done = subprocess.run(["patch", "-R", "-p1", "-s", "-f", "--no-backup-if-mismatch"], cwd=copy, stdin=patch,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{fix} cannot be taken out:\n{done.stdout}")
