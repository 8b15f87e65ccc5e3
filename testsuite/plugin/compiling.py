"""Compiles small programs with the plugin and reads the maps that it writes (docs/formats.md, section 1)."""
import json
import os
import pathlib
import shutil
import struct
import subprocess
import tempfile
import unittest

LLVM = os.environ.get("LIVEPATCH_LLVM", "14")
LIBRARIES = pathlib.Path(os.environ["LIVEPATCH_BIN"]).parent / "lib" / "livepatch"
PLUGIN = LIBRARIES / "livepatch-clang-plugin.so"
EXTRACT = LIBRARIES / "livepatch-extract"
CLANG = f"clang-{LLVM}"
CLANGXX = f"clang++-{LLVM}"


def run(command, cwd, check=True):
    done = subprocess.run([str(part) for part in command], cwd=cwd, capture_output=True, text=True)
    if check and done.returncode:
        raise AssertionError(f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}")
    return done


class Elf:
    """The few things that the tests want from a 64-bit ELF file."""

    def __init__(self, path):
        self.data = pathlib.Path(path).read_bytes()
        (offset,) = struct.unpack_from("<Q", self.data, 0x28)
        size, count, names = struct.unpack_from("<HHH", self.data, 0x3A)
        rows = [struct.unpack_from("<IIQQQQIIQQ", self.data, offset + i * size) for i in range(count)]
        table = rows[names]
        self.sections = [(self._text(table[4] + row[0]), row) for row in rows]

    def _text(self, at):
        return self.data[at:self.data.index(b"\0", at)].decode()

    def section(self, name):
        return b"".join(self.data[row[4]:row[4] + row[5]] for found, row in self.sections if found == name)

    def symbols(self):
        """name -> (value, size, kind)"""
        found = {}
        for _, row in self.sections:
            if row[1] != 2:  # SHT_SYMTAB
                continue
            strings = self.sections[row[6]][1][4]
            for at in range(row[4], row[4] + row[5], 24):
                name, info, _, _, value, size = struct.unpack_from("<IBBHQQ", self.data, at)
                if name:
                    found[self._text(strings + name)] = (value, size, info & 15)
        return found

    def bytes_at(self, address, size):
        for _, row in self.sections:
            if row[1] == 1 and row[2] & 2 and row[3] <= address < row[3] + row[5]:  # PROGBITS, SHF_ALLOC
                at = row[4] + address - row[3]
                return self.data[at:at + size]
        raise AssertionError(f"nothing at {address:#x}")


class LinkedMap:
    """The chunks of a linked file, with addresses in place of their indices."""

    def __init__(self, path):
        self.elf = Elf(path)
        self.units, self.types = [], []
        data, at = self.elf.section(".debug_livepatch"), 0
        while at < len(data):
            if data[at] == 0:
                at += 1
                continue
            magic, kind, length, count = struct.unpack_from("<4scII", data, at)
            assert magic == b"LPM1", magic
            text = json.loads(data[at + 13:at + 13 + length])
            addresses = struct.unpack_from(f"<{count}Q", data, at + 13 + length)
            at += 13 + length + 8 * count
            if kind == b"T":
                self.types.append(text)
                continue
            for entry in text["functions"] + text["variables"] + text["aliases"]:
                if "address" in entry:
                    entry["address"] = addresses[entry["address"]]
            self.units.append(text)

    def function(self, name):
        return find(self.units, "functions", name)

    def variable(self, name):
        return find(self.units, "variables", name)

    def type(self, name):
        return next(entry for entry in self.types if entry["name"] == name)


def find(units, kind, name):
    for unit in units:
        for entry in unit[kind]:
            if entry["name"] == name:
                return entry
    raise KeyError(name)


class CompilingTest(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(dir=os.environ.get("LIVEPATCH_SCRATCH")))
        self.addCleanup(shutil.rmtree, self.folder)

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def compiler(self, source):
        return CLANG if str(source).endswith(".c") else CLANGXX

    def compile(self, source, *flags, output="unit.o", check=True):
        command = [self.compiler(source), f"-fplugin={PLUGIN}", *flags, "-c", source, "-o", output]
        return run(command, self.folder, check)

    def link(self, source, *flags, output="program"):
        run([self.compiler(source), f"-fplugin={PLUGIN}", *flags, source, "-o", output], self.folder)
        return LinkedMap(self.folder / output)

    def analyse(self, text, *flags, name="unit.c"):
        """The analysis of one source text."""
        self.write(name, text)
        self.compile(name, "-fplugin-arg-livepatch-map-out=unit.json", *flags)
        return json.loads((self.folder / "unit.json").read_text())


def main():
    unittest.main(verbosity=2)
