"""Two signed zones and a server for them: one proves with NSEC that a name is not there, the other with NSEC3."""

import base64
import hashlib
import re
import socket
import struct
import subprocess
import threading
import time

A, CNAME, SOA, MX, TXT, SRV, OPT, DS, RRSIG, NSEC, DNSKEY, NSEC3 = 1, 5, 6, 15, 16, 33, 41, 43, 46, 47, 48, 50
ALGORITHM, TTL = 8, 0  # RSA with SHA-256; nothing is to be kept


def wire(name):
    return b"".join(bytes([len(label)]) + label.encode() for label in name.split(".") if label) + b"\0"


def bitmap(*types):
    out = bytearray(max(types) // 8 + 1)
    for kind in types:
        out[kind // 8] |= 0x80 >> kind % 8
    return bytes([0, len(out)]) + bytes(out)


def digest32(name):
    """Of RFC 5155, without salt and repetitions."""
    table = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", b"0123456789abcdefghijklmnopqrstuv")
    raw = hashlib.sha1(wire(name)).digest()
    return raw, base64.b32encode(raw).translate(table).decode()


class Zone:
    def __init__(self, name, folder):
        self.name, self.keyFile = name, folder / f"{name}.pem"
        subprocess.run(["openssl", "genrsa", "-out", str(self.keyFile), "1024"], check=True, stderr=subprocess.DEVNULL)
        text = subprocess.run(
            ["openssl", "rsa", "-in", str(self.keyFile), "-noout", "-modulus"],
            check=True,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        ).stdout
        self.key = (
            struct.pack(">HBB", 257, 3, ALGORITHM) + b"\x03\x01\x00\x01" + bytes.fromhex(re.search("=(.*)", text)[1])
        )
        total = sum(byte << 8 if at % 2 == 0 else byte for at, byte in enumerate(self.key))
        self.tag = (total + (total >> 16)) & 0xFFFF
        self.signed = {}

    def anchor(self):
        return f"{self.name},{self.tag},{ALGORITHM},2,{hashlib.sha256(wire(self.name) + self.key).hexdigest()}"

    def records(self, owner, kind, data):
        """The record and its signature, as they go over the wire."""
        if (owner, kind) not in self.signed:
            now, labels = int(time.time()), len([label for label in owner.split(".") if label])
            head = struct.pack(">HBBIIIH", kind, ALGORITHM, labels, TTL, now + 86400, now - 86400, self.tag) + wire(
                self.name
            )
            record = wire(owner) + struct.pack(">HHIH", kind, 1, TTL, len(data)) + data
            signature = subprocess.run(
                ["openssl", "dgst", "-sha256", "-sign", str(self.keyFile)],
                input=head + record,
                check=True,
                stdout=subprocess.PIPE,
            ).stdout
            rrsig = head + signature
            self.signed[owner, kind] = [record, wire(owner) + struct.pack(">HHIH", RRSIG, 1, TTL, len(rrsig)) + rrsig]
        return self.signed[owner, kind]

    def content(self):
        name = self.name
        return {
            (f"a.{name}", A): bytes([10, 1, 1, 1]),
            (f"c.{name}", CNAME): wire(f"a.{name}"),
            (f"m.{name}", MX): b"\0\5" + wire(f"a.{name}"),
            (f"s.{name}", SRV): struct.pack(">HHH", 1, 2, 80) + wire(f"a.{name}"),
            (f"t.{name}", TXT): b"\5hello",
            (name, DNSKEY): self.key,
        }

    def absence(self):
        name = self.name
        soa = self.records(name, SOA, wire(f"ns.{name}") + wire(f"me.{name}") + struct.pack(">5I", 1, 2, 3, 4, TTL))
        if name == "three":
            raw, text = digest32(name)
            data = bytes([1, 0, 0, 0, 0, len(raw)]) + raw + bitmap(SOA, DNSKEY, RRSIG)
            return soa + self.records(f"{text}.{name}", NSEC3, data)
        return (
            soa
            + self.records(name, NSEC, wire(f"a.{name}") + bitmap(SOA, DNSKEY, RRSIG, NSEC))
            + self.records(f"c.{name}", NSEC, wire(f"z.{name}") + bitmap(CNAME, RRSIG, NSEC))
        )


class SignedZones(threading.Thread):
    def __init__(self, folder):
        super().__init__(daemon=True)
        self.zones = [Zone(name, folder) for name in ("up", "three")]
        self.socket = socket.socket(type=socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]

    def run(self):
        try:
            while True:
                packet, client = self.socket.recvfrom(4096)
                self.socket.sendto(self.reply(packet), client)
        except OSError:
            return

    def reply(self, packet):
        labels, at = [], 12
        while packet[at]:
            labels.append(packet[at + 1 : at + 1 + packet[at]].decode().lower())
            at += 1 + packet[at]
        kind, name = struct.unpack(">H", packet[at + 1 : at + 3])[0], ".".join(labels)
        zone = next((zone for zone in self.zones if labels and labels[-1] == zone.name), self.zones[0])
        content, answer = zone.content(), []
        if (name, kind) in content:
            answer = zone.records(name, kind, content[name, kind])
        elif (name, CNAME) in content:
            answer = zone.records(name, CNAME, content[name, CNAME])
            target = f"a.{zone.name}"
            if kind == A:
                answer = answer + zone.records(target, A, content[target, A])
        authority = [] if answer else zone.absence()
        code = 0 if answer or any(owner == name for owner, _ in content) else 3
        option = b"\0" + struct.pack(">HHIH", OPT, 4096, 0x8000, 0)
        head = packet[:2] + struct.pack(">HHHHH", 0x8580 | code, 1, len(answer), len(authority), 1)
        return head + packet[12 : at + 5] + b"".join(answer) + b"".join(authority) + option
