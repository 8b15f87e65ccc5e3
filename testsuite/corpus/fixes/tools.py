"""The project's own programs that the corpus uses."""

import functools
import os
import pathlib
import shutil
import subprocess

BUILDS = pathlib.Path(__file__).resolve().parents[3] / "build"


class Tools:
    def __init__(self):
        self.patchbuild, self.livepatch, self.clang, self.clangxx = map(
            self.find, ("patchbuild", "livepatch", "livepatch-clang", "livepatch-clang++")
        )

    @staticmethod
    def find(name):
        """In LIVEPATCH_BIN, in the build of testsuite/run, or installed."""
        folders = [os.environ.get("LIVEPATCH_BIN"), str(BUILDS / "release" / "bin"), os.environ.get("PATH")]
        for folder in filter(None, folders):
            if found := shutil.which(name, path=folder):
                return str(pathlib.Path(found).absolute())
        raise SystemExit(f"{name} not found: build the project, or set LIVEPATCH_BIN to the folder of its programs")

    @functools.cache
    def identity(self):
        return subprocess.run(
            [self.clang, "--livepatch-identity"], stdout=subprocess.PIPE, text=True, cwd="/", check=True
        ).stdout
