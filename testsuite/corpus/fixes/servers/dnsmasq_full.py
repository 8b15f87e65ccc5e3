"""dnsmasq in front of a server with signed zones, whose answers it verifies."""

from servers.signed_zone import SignedZones
from services.servers import Dnsmasq
from services.service import ANSWER_WITHIN_S

NAMES = ["a.up", "c.up", "m.up", "s.up", "t.up", "missing.up", "a.three", "missing.three", "c.three"]
KINDS = [1, 15, 16, 33]


class DnsmasqFull(Dnsmasq):
    def command(self):
        self.upstream = SignedZones(self.folder)
        self.upstream.start()
        out = super().command() + ["--dnssec", "--dnssec-no-timecheck", "--add-subnet=24,56"]
        # It wants one for the root, which nobody asks here.
        out.append(f"--trust-anchor=.,1,8,2,{'00' * 32}")
        for zone in self.upstream.zones:
            out += [f"--trust-anchor={zone.anchor()}", f"--server=/{zone.name}/127.0.0.1#{self.upstream.port}"]
        return out

    def __exit__(self, *rest):
        super().__exit__(*rest)
        self.upstream.socket.close()

    def exchange(self, packet, within=None):
        # Who sends garbage waits for no answer.
        return super().exchange(packet, within or (0.5 if packet.count(b"\xc0\x0c") > 10 else ANSWER_WITHIN_S))

    def questions(self):
        yield from super().questions()
        yield from (f"signed {name} {kind}" for name in NAMES for kind in KINDS)

    def ask(self, question):
        if not str(question).startswith("signed "):
            return super().ask(question)
        _, name, kind = question.split()
        try:
            return self.query(77, name, int(kind), 0x120).hex()
        except OSError as error:
            return type(error).__name__
