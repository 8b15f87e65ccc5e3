"""tiffcrop and tiffcp, each in a process that runs one command line after the other."""

import os
import struct

from services.driver import Driver


def picture(width=96, height=64, samples=3, bits=8, tiled=False, planar=1):
    """An uncompressed TIFF."""
    size = width * height * samples * bits // 8
    if tiled:
        size = -(-width // 16) * -(-height // 16) * 256 * samples * bits // 8
    data = bytes((at * 7 ^ at // 91) & 255 for at in range(size))
    entries = [
        (256, 4, width),
        (257, 4, height),
        (258, 3, bits),
        (259, 3, 1),
        (262, 3, 2 if samples >= 3 else 1),
        (277, 3, samples),
        (284, 3, planar),
    ]
    if tiled:
        count = size // (256 * (samples if planar == 1 else 1) * bits // 8)
        entries += [(322, 4, 16), (323, 4, 16), (324, 4, None), (325, 4, None)]
    else:
        count = 1
        entries += [(273, 4, None), (278, 4, height), (279, 4, size)]
    entries = sorted(entries + [(282, 5, None), (283, 5, None), (296, 3, 2)])
    after = 8 + 2 + 12 * len(entries) + 4
    tables = struct.pack("<4I", 72, 1, 72, 1)
    offsets = after + len(tables)
    each = size // count
    start = offsets + 8 * count if count > 1 else offsets
    out = struct.pack("<2sHIH", b"II", 42, 8, len(entries))
    for tag, kind, value in entries:
        number = count if tag in (273, 279, 324, 325) else 1
        if tag in (273, 324):
            value = start if count == 1 else offsets
        elif tag == 325:
            value = each if count == 1 else offsets + 4 * count
        elif tag in (282, 283):
            value = after + 8 * (tag == 283)
        out += struct.pack("<HHI", tag, kind, number) + (
            struct.pack("<HH", value, 0) if kind == 3 else struct.pack("<I", value)
        )
    out += bytes(4) + tables
    if count > 1:
        out += struct.pack(f"<{count}I", *(start + each * at for at in range(count))) + struct.pack(
            f"<{count}I", *[each] * count
        )
    return out + data


class Tool(Driver):
    WITHIN_S = 300
    COMMANDS = ()

    def questions(self):
        return self.COMMANDS

    def __enter__(self):
        kinds = {
            "rgb": {},
            "gray": {"samples": 1},
            "tiled": {"tiled": True},
            "bits": {"samples": 1, "bits": 1},
            "four": {"samples": 4},
            "wide": {"samples": 3, "bits": 16},
            "planes": {"tiled": True, "planar": 2},
        }
        for name, options in kinds.items():
            (self.folder / f"{name}.tif").write_bytes(picture(**options))
        return super().__enter__()

    def environment(self):
        return os.environ | {"LC_ALL": "C"}


class Tiffcrop(Tool):
    COMMANDS = (
        "-E left -U px -m 5,5,5,5 rgb.tif out",
        "-U px -z 1,1,40,30:10,10,60,50 rgb.tif out",
        "-R 90 rgb.tif out",
        "-R 180 wide.tif out",
        "-R 270 bits.tif out",
        "-F vert gray.tif out",
        "-F both bits.tif out",
        "-I both rgb.tif out",
        "-X 40 -Y 30 -U px gray.tif out",
        "-Z 1:4,2:4 -e divided rgb.tif out",
        "-Z 1:2,2:2 -e combined gray.tif out",
        "-S 2:2 rgb.tif out",
        "-H 100 -V 100 -S 2:1 four.tif out",
        "-P 200x100 -U px rgb.tif out",
        "-E right -U px -l 20 -w 30 tiled.tif out",
        "-c lzw -R 90 -z 1,1,50,40 -U px wide.tif out",
        "-z 1,1,30,30:5,5,40,40 -U px -e combined bits.tif out",
        "-x rgb.tif out",
        "missing.tif out",
    )


class Tiffcp(Tool):
    COMMANDS = (
        "rgb.tif out",
        "-t -w 32 -l 32 rgb.tif out",
        "-s tiled.tif out",
        "-p separate rgb.tif out",
        "-p separate -t tiled.tif out",
        "-p contig planes.tif out",
        "-p contig -s planes.tif out",
        "-p contig -t -w 32 -l 32 planes.tif out",
        "-c lzw gray.tif out",
        "-c packbits four.tif out",
        "-r 7 bits.tif out",
        "rgb.tif gray.tif out",
        "-a rgb.tif out",
        "missing.tif out",
    )
