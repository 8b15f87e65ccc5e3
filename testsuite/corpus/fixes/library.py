"""A library at work: a small program that loads it, and answers one line for each that it is asked."""

import os
import pathlib
import shutil
import subprocess
import threading

from services.driver import Driver
from services.service import ServiceError

HERE = pathlib.Path(__file__).resolve().parent
CORPUS = HERE.parent
PROTOCOL = CORPUS.parent / "patchbuild" / "protocol.c"


def driverSource(name):
    for folder in (HERE / "drivers", CORPUS / "services" / "drivers"):
        if (folder / name).is_file():
            return folder / name
    raise ServiceError(f"no driver {name}")


def soname(path):
    """By which name programs load the library."""
    out = subprocess.run(["readelf", "-d", str(path)], stdout=subprocess.PIPE, text=True, check=True).stdout
    for line in out.splitlines():
        if "(SONAME)" in line:
            return line.partition("[")[2].rstrip("]")
    return path.name


def compileDriver(target, tree, library, out):
    """The small program is an ordinary one: only the library is patchable. Returns an error text, or nothing."""
    source = driverSource(target.driver)
    protocol = out.with_suffix(".o")
    compiler = "clang++-14" if source.suffix == ".cc" else "clang-14"
    text = (
        f"clang-14 -O1 -w -c {PROTOCOL} -o {protocol} && {compiler} -O1 -w -I{CORPUS}/services/drivers "
        f"-I{HERE}/drivers {target.flags.format(tree=tree)} {source} {protocol} {library} -o {out} "
        f"-Wl,--allow-shlib-undefined {'-lpthread -lm'}"
    )
    done = subprocess.run(
        ["sh", "-ec", text], cwd=tree, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    return done.stdout if done.returncode else ""


class Loaded(Driver):
    """`executable` is the driver; the library lies in a folder of its own, under the name it is loaded by."""

    WITHIN_S = 300  # one answer is a lot of work, and the machine may be busy

    def __init__(self, executable, folder, library):
        super().__init__(executable, folder)
        self.lock = threading.Lock()
        self.libraries = self.folder / "lib"
        self.libraries.mkdir()
        shutil.copy2(library, self.libraries / soname(library))

    def __enter__(self):
        self.complaints = self.STDERR = (self.folder / "stderr").open("wb")
        return super().__enter__()

    def environment(self):
        return os.environ | {"LD_LIBRARY_PATH": str(self.libraries)}

    def __exit__(self, *_):
        super().__exit__()
        self.complaints.close()

    def ask(self, question):
        # The load and a probe ask side by side.
        with self.lock:
            return super().ask(question)


def askVulnerable(question):
    """A probe: the driver knows a question that shows the vulnerability, and the first line of its answer tells. An
    end of the process is an answer, too."""

    def ask(service):
        try:
            return service.ask(question).partition("~")[0].strip()
        except ServiceError:
            return "died" if service.process.poll() is not None else "no answer"

    return ask
