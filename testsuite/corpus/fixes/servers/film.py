"""A film in the MP4 format, without pictures but with all tables that a server reads to start in its middle."""

import struct


def atom(name, *parts):
    body = b"".join(parts)
    return struct.pack(">I", 8 + len(body)) + name + body


def full(name, *words):
    return atom(name, struct.pack(f">{1 + len(words)}I", 0, *words))


def film(samples=40, each=1000, wide=False):
    """One second for each sample, one chunk for two samples."""
    data = bytes(each * samples)

    def moov(offset):
        chunks = [offset + 2 * each * chunk for chunk in range(samples // 2)]
        table = (
            full(b"stco", len(chunks), *chunks)
            if not wide
            else atom(b"co64", struct.pack(">II", 0, len(chunks)), struct.pack(f">{len(chunks)}Q", *chunks))
        )
        stbl = atom(
            b"stbl",
            full(b"stsd", 1, 16, 0x61766331, 0, 1),
            full(b"stts", 2, samples // 2, 1000, samples - samples // 2, 1000),
            full(b"stss", samples // 5, *range(1, samples + 1, 5)),
            full(b"ctts", 2, samples // 2, 10, samples - samples // 2, 20),
            full(b"stsc", 2, 1, 2, 1, 7, 2, 1),
            full(b"stsz", 0, samples, *[each] * samples),
            table,
        )
        minf = atom(b"minf", full(b"vmhd", 0, 0), atom(b"dinf", full(b"dref", 1, 12, 0x75726C20, 1)), stbl)
        mdia = atom(
            b"mdia", full(b"mdhd", 0, 0, 1000, 1000 * samples, 0), full(b"hdlr", 0, 0x76696465, 0, 0, 0, 0), minf
        )
        trak = atom(b"trak", full(b"tkhd", 0, 0, 1, 0, 1000 * samples, *[0] * 15), mdia)
        return atom(b"moov", full(b"mvhd", 0, 0, 1000, 1000 * samples, *[0] * 20), trak)

    kind = atom(b"ftyp", b"isom\0\0\2\0isom")
    offset = len(kind) + len(moov(0)) + 8
    return kind + moov(offset) + atom(b"mdat", data)
