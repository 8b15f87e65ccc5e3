"""Debian's source of Redis: the tree with the fix, and the tree before it."""

import pathlib
import shutil
import subprocess

VERSION = "5:7.0.15-1~deb12u10"
FOLDER = "redis-7.0.15"
FIX = "debian/patches/0002-Fix-Read-Write-key-pattern-selector-CVE-2024-51741-1.patch"
SOURCES = """deb-src {mirror}/debian bookworm main
deb-src {mirror}/debian-security bookworm-security main
"""


class SourceError(Exception):
    """There is no such source, or it is not the one."""


def aptSource(work, mirror):
    """Downloads with an apt configuration of our own: the machine's lists, cache and sources stay as they are."""
    apt = work / "apt"
    for folder in ("lists/partial", "cache/archives/partial"):
        (apt / folder).mkdir(parents=True, exist_ok=True)
    (apt / "sources.list").write_text(SOURCES.format(mirror=mirror))
    # The machine's status, keyring and proxy settings are used, but only read. As root apt would drop to the user
    # _apt, who cannot write into our folder.
    command = ["apt-get", "-q", "-o", f"Dir::Etc::SourceList={apt}/sources.list", "-o", "Dir::Etc::SourceParts=-",
               "-o", f"Dir::State::Lists={apt}/lists", "-o", f"Dir::Cache={apt}/cache", "-o", "APT::Sandbox::User=root"]
    log = work / "apt.log"
    with log.open("w") as output:
        for words in (["update"], ["source", f"redis={VERSION}"]):
            # Missing dpkg-dev or network: both end here, with the log.
            done = subprocess.run(command + words, cwd=work, stdout=output, stderr=subprocess.STDOUT, check=False)
            if done.returncode != 0:
                raise SourceError(f"apt-get {' '.join(words)} failed, see {log}\n"
                                  f"without a network name a folder with the unpacked source: --source DIRECTORY")


def fetch(work, given, mirror):
    """Returns (the tree as Debian ships it, that is with the fix; the patch file of the fix)."""
    fixed = pathlib.Path(given).resolve() if given else work / FOLDER
    if not given and not (fixed / FIX).is_file():
        shutil.rmtree(fixed, ignore_errors=True)
        aptSource(work, mirror)
    if not (fixed / FIX).is_file():
        raise SourceError(f"{fixed} is not the unpacked Debian source of Redis {VERSION}: it has no {FIX}")
    return fixed, fixed / FIX


def withoutTheFix(fixed, fix, base):
    """Makes `base`, the tree before the fix. Built files of a given folder are not copied."""
    shutil.copytree(fixed, base, symlinks=True, ignore=shutil.ignore_patterns("*.o", "*.a", "*.d", ".make-*"))
    with fix.open("rb") as patch:
        done = subprocess.run(["patch", "-R", "-p1", "-s", "--no-backup-if-mismatch"], cwd=base, stdin=patch,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode != 0:
        raise SourceError(f"{fix.name} cannot be taken out of {fixed}:\n{done.stdout}")
