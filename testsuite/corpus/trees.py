"""Source trees: unpacked from Debian's archive, copied, changed and put back."""

import os
import pathlib
import shutil
import subprocess
import threading

SOURCES_OF = (".c", ".h", ".cc", ".cpp", ".cxx", ".hh", ".hpp", ".inc", ".ipp")
SOURCES = """deb-src {mirror}/debian bookworm main
deb-src {mirror}/debian bookworm-updates main
deb-src {mirror}/debian trixie main
deb-src {mirror}/debian sid main
deb-src {mirror}/debian-security bookworm-security main
deb-src {mirror}/debian-security trixie-security main
"""


HERE = pathlib.Path(__file__).resolve().parent


class TreeError(Exception):
    """A tree is not what it should be."""


def call(command, cwd, log=None):
    done = subprocess.run(command, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          errors="replace", check=False)
    if log:
        log.write_text(done.stdout)
    return done


class Archive:
    """Debian's sources, through an apt configuration of its own: the machine's stays as it is."""

    def __init__(self, work, mirror):
        self.work, self.mirror, self.lock = work, mirror, threading.Lock()
        work.mkdir(parents=True, exist_ok=True)

    def command(self, *words):
        apt = self.work / "apt"
        return ["apt-get", "-q", "-o", f"Dir::Etc::SourceList={apt}/sources.list", "-o", "Dir::Etc::SourceParts=-",
                "-o", f"Dir::State::Lists={apt}/lists", "-o", f"Dir::Cache={apt}/cache",
                "-o", "APT::Sandbox::User=root", *words]

    def update(self):
        apt = self.work / "apt"
        if (apt / "sources.list").is_file():
            return
        for folder in ("lists/partial", "cache/archives/partial"):
            (apt / folder).mkdir(parents=True, exist_ok=True)
        (apt / "sources.list").write_text(SOURCES.format(mirror=self.mirror))
        done = call(self.command("update"), self.work)
        if done.returncode != 0:
            (apt / "sources.list").unlink()
            raise TreeError(f"apt-get update: {done.stdout}")

    def source(self, package):
        """Returns the unpacked tree of "package=version"."""
        with self.lock:  # of apt's lists
            return self.unpacked(package)

    def unpacked(self, package):
        folder = self.work / "sources" / package.replace(":", "_")
        if not (folder / "complete").is_file():
            self.update()
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            done = call(self.command("source", package), folder, folder / "log")
            if done.returncode != 0:
                raise TreeError(f"apt-get source {package} failed, see {folder}/log")
            (folder / "complete").touch()
        trees = [path for path in folder.iterdir() if path.is_dir()]
        if len(trees) != 1:
            raise TreeError(f"{folder}: expected one tree, found {len(trees)}")
        return trees[0]


def restore(tree, pristine):
    """Makes `tree` the same as `pristine` again, times included: make then rebuilds what the next change concerns."""
    seen = set()
    for folder, folders, files in os.walk(pristine):
        here = pathlib.Path(folder)
        there = tree / here.relative_to(pristine)
        there.mkdir(exist_ok=True)
        for name in files + [f for f in folders if (here / f).is_symlink()]:
            source, target = here / name, there / name
            seen.add(str(target))
            was = os.lstat(source)
            try:
                now = os.lstat(target)
                if (was.st_size, was.st_mtime_ns) == (now.st_size, now.st_mtime_ns):
                    continue
                target.unlink()
            except FileNotFoundError:
                pass
            shutil.copy2(source, target, follow_symlinks=False)
    for folder, _, files in os.walk(tree):
        for name in files:
            if os.path.join(folder, name) not in seen:
                os.unlink(os.path.join(folder, name))


def withoutFixes(tree, fixes):
    """Takes the fixes out of an unpacked tree, the last one first."""
    for name in reversed(fixes):
        part = tree / "debian" / "fix.patch"
        text = (tree / "debian" / "patches" / name).read_text(errors="surrogateescape")
        part.write_text(sourcePart(text), errors="surrogateescape")
        done = applyPatch(tree, part, reverse=True)
        if done.returncode != 0:
            raise TreeError(f"{name} cannot be taken out of {tree}:\n{done.stdout}")


def fixesIn(tree, scratch):
    """The patches of Debian's series that change sources and that can be taken out of `tree`, each with those behind it
    taken out as well."""
    shutil.rmtree(scratch, ignore_errors=True)
    shutil.copytree(tree, scratch, symlinks=True)
    out = []
    for name in reversed(seriesOf(tree)):
        patch = tree / "debian" / "patches" / name
        part = scratch.with_suffix(".patch")
        part.write_text(sourcePart(patch.read_text(errors="surrogateescape")), errors="surrogateescape")
        if part.stat().st_size and applyPatch(scratch, part, reverse=True, dry=True).returncode == 0:
            applyPatch(scratch, part, reverse=True)
            out.insert(0, name)
    shutil.rmtree(scratch)
    return tuple(out)


def seriesOf(tree):
    series = tree / "debian" / "patches" / "series"
    lines = series.read_text().splitlines() if series.is_file() else []
    return [line.split()[0] for line in lines if line.strip() and not line.startswith("#")]


def sourcePart(text, suffixes=SOURCES_OF):
    """Of a patch, what changes sources; tests and documents of a fix may depend on other fixes."""
    out, keep = [], False
    lines = text.splitlines(keepends=True)
    for number, line in enumerate(lines):
        following = lines[number + 1] if number + 1 < len(lines) else ""
        if line.startswith("--- ") and following.startswith("+++ "):
            name = following[4:].split("\t")[0].strip()
            keep = name.endswith(suffixes)
        elif line.startswith(("Index: ", "diff --git ", "=====")):
            keep = False
        if keep:
            out.append(line)
    return "".join(out)


def applyPatch(tree, patch, strip=1, reverse=False, dry=False):
    with patch.open("rb") as text:
        words = ["-R"] * reverse + ["--dry-run"] * dry
        return subprocess.run(["patch", f"-p{strip}", "-s", "-f", "--no-backup-if-mismatch", *words],
                              cwd=tree, stdin=text, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              errors="replace", check=False)


def build(program, tree, tools, log, jobs, configure=False):
    """True where it builds."""
    outer = ("MAKEFLAGS", "MFLAGS", "MAKELEVEL")  # of a make around us
    environment = {name: value for name, value in os.environ.items() if name not in outer}
    environment |= {"CC": tools.clang, "CXX": tools.clangxx, "JOBS": str(jobs), "DRIVER": str(driverOf(program)),
                    "PROTOCOL": str(HERE.parent / "patchbuild" / "protocol.c")}
    with log.open("w") as output:
        for step in ([program.configure] if configure else []) + [program.build]:
            done = subprocess.run(["sh", "-ec", step], cwd=tree, stdout=output, stderr=subprocess.STDOUT,
                                  env=environment, stdin=subprocess.DEVNULL, check=False)
            if done.returncode != 0:
                return False
    return True


def driverOf(program):
    """The `answer` for a library, which is linked with it and with the protocol of testsuite/patchbuild."""
    return HERE / "services" / "drivers" / program.driver
