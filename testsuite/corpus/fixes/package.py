"""A package's tree: built once as Debian ships it, then without one fix at a time, in the same place.

The fix itself is a file of Debian's series that comes off the finished tree (patch -R); the fixes behind it stay. So
the build as shipped is what each fix has to lead to."""

import fcntl
import glob
import importlib
import json
import os
import pathlib
import shutil
import subprocess

from fixlist import changedFiles
from measured import CommandTimeout, measured
from trees import TreeError, applyPatch, restore

BUILD_WITHIN_S = 3600
CFLAGS = "-O2"


class BuildError(Exception):
    """The package does not build as the recipe says."""


def recipeOf(package):
    name = package.replace("-", "_").replace(".", "_")
    try:
        return importlib.import_module(f"recipes.{name}").RECIPE
    except ModuleNotFoundError as error:
        if error.name != f"recipes.{name}":
            raise
        return None


class Package:
    def __init__(self, name, version, recipe, archive, work, tools, jobs):
        self.name, self.version, self.recipe = name, version, recipe
        self.archive, self.work, self.tools, self.jobs = archive, work / "packages" / name, tools, jobs
        self.tree, self.shipped = self.work / "tree", self.work / "shipped"
        self.filesOf, self.unitsOf, self.starters, self.lock = {}, [], {}, None

    def __enter__(self):
        self.work.mkdir(parents=True, exist_ok=True)
        self.lock = (self.work / "lock").open("w")
        # Two runs in one tree would take each other's changes for their own.
        try:
            fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self.lock.close()
            raise BuildError("another run works on this package") from None
        return self

    def __exit__(self, *_):
        self.lock.close()

    def environment(self):
        outer = ("MAKEFLAGS", "MFLAGS", "MAKELEVEL")  # of a make around us
        return {name: value for name, value in os.environ.items() if name not in outer} | {
            "CC": self.tools.clang,
            "CXX": self.tools.clangxx,
            "CFLAGS": CFLAGS,
            "CXXFLAGS": CFLAGS,
            "JOBS": str(self.jobs),
            "FIXES": str(pathlib.Path(__file__).resolve().parent),
            "LC_ALL": "C",
        }

    def run(self, step, log):
        with log.open("ab") as output:
            output.write(f"$ {step}\n".encode())
            output.flush()
            try:
                code, processor, seconds = measured(
                    ["sh", "-ec", step], self.tree, output, BUILD_WITHIN_S, self.environment()
                )
            except CommandTimeout as error:
                raise BuildError(f"{error}, see {log}") from None
        if code != 0:
            raise BuildError(f"does not build, see {log}")
        return processor, seconds

    def prepare(self):
        """The build as shipped; made again only for another compiler, plugin or recipe."""
        source = self.archive.source(f"{self.name}={self.version}")
        stamp = self.work / "shipped.built-by"
        identity = f"{self.tools.identity()}\n{CFLAGS}\n{self.recipe.configure}\n{self.recipe.build}\n"
        if not (stamp.is_file() and stamp.read_text() == identity and self.shipped.is_dir()):
            stamp.unlink(missing_ok=True)
            shutil.rmtree(self.tree, ignore_errors=True)
            shutil.copytree(source, self.tree, symlinks=True)
            shutil.rmtree(self.tree / ".pc", ignore_errors=True)
            log = self.work / "build.log"
            log.unlink(missing_ok=True)
            configured = self.run(self.recipe.configure, log)
            built = self.run(self.recipe.build, log)
            shutil.rmtree(self.shipped, ignore_errors=True)
            shutil.copytree(self.tree, self.shipped, symlinks=True)
            times = {
                "configure-processor-s": configured[0],
                "build-processor-s": built[0],
                "build-s": built[1],
                "jobs": self.jobs,
            }
            (self.work / "build.json").write_text(json.dumps(times))
            stamp.write_text(identity)
        restore(self.tree, self.shipped)
        for target in self.recipe.targets:
            self.filesOf[target] = self.sourcesOf(target)
        return json.loads((self.work / "build.json").read_text())

    def artefact(self, target, tree=None):
        """The file itself: what a link in the tree leads to."""
        found = sorted(glob.glob(str((tree or self.tree) / target.artefact)), key=len)
        if not found:
            raise BuildError(f"no {target.artefact} after the build")
        return pathlib.Path(found[0]).resolve()

    def sourcesOf(self, target):
        """The files of the tree that the artefact was made of, as its map has them."""
        out = self.work / "target.lpmap"
        done = subprocess.run(
            [self.tools.patchbuild, "map", str(self.artefact(target)), "-o", str(out)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise BuildError(f"{target.artefact} has no map: {done.stdout}")
        tree = self.tree.resolve()
        named = set()
        for unit in json.loads(out.read_text())["units"]:
            place = self.tree / unit["directory"]
            files = {pathlib.Path(os.path.normpath(place / name)) for name in unit["files"]}
            files = {str(path.relative_to(tree)) for path in files if path.is_relative_to(tree)}
            self.unitsOf.append((place / unit["source"], files))
            named |= files
        return named

    def concerned(self, fix, text):
        """The targets made of something that the fix changes. Of several that hold it, a recipe's first is enough."""
        changed = set(changedFiles(text, fix.strip))
        out, covered = [], set()
        for target in self.recipe.targets:
            here = changed & self.filesOf[target] - set(target.leaves)
            if here - covered:
                out.append(target)
                covered |= here
        return out

    def patchOf(self, fix):
        return self.tree / "debian" / "patches" / fix.patch

    def takeOut(self, fix, log):
        """The tree and its build without the fix. Returns processor seconds of the build."""
        restore(self.tree, self.shipped)
        done = applyPatch(self.tree, self.patchOf(fix), fix.strip, reverse=True)
        if done.returncode != 0:
            raise TreeError(f"the fix cannot be taken out: {done.stdout}")
        # Not every makefile knows which sources include a header.
        changed = set(changedFiles(self.patchOf(fix).read_text(errors="surrogateescape"), fix.strip))
        for source, files in self.unitsOf:
            if changed & files and source.is_file():
                source.touch()
        return self.run(self.recipe.build, log)[0]

    def putBack(self):
        restore(self.tree, self.shipped)
