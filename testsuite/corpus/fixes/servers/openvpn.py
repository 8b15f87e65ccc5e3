"""OpenVPN as a server whose interface has no address, and Debian's as its clients, which log in and go."""

import pathlib
import select
import socket
import struct
import subprocess
import time

from servers.certificate import makeCertificate
from servers.paired import Paired
from services.service import ANSWER_WITHIN_S, freePort, permitTracing

LOGIN_WITHIN_S = 120
# Options of the client, and how often keys are agreed upon before it goes.
CLIENTS = {
    "login": ([], 1),
    "older TLS": (["--tls-version-max", "1.2"], 1),
    "new keys": (["--data-ciphers", "AES-128-GCM", "--reneg-sec", "1"], 2),
}
RESET_BY_CLIENT, ACKNOWLEDGED = 7 << 3, 5 << 3  # P_CONTROL_HARD_RESET_CLIENT_V2, P_ACK_V1, key 0
WRAPPED = "wrapped "


class Openvpn(Paired):
    """Two of it: one whose control channel is open to all, one whose clients have keys for that (tls-crypt-v2)."""

    def secondCommand(self):
        self.wrapped = freePort(socket.SOCK_DGRAM)
        return self.server(self.wrapped, "--tls-crypt-v2", "server.key")

    def isSecondReady(self):
        return isTaken(self.wrapped)

    def command(self):
        makeCertificate(self.folder)
        for kind, name, key in (
            ("server", "server.key", []),
            ("client", "client.key", ["--tls-crypt-v2", "server.key"]),
        ):
            subprocess.run(["openvpn", *key, "--genkey", f"tls-crypt-v2-{kind}", name], cwd=self.folder, check=True)
        (self.folder / "login").write_text("me\nsecret\n")
        self.port = freePort(socket.SOCK_DGRAM)
        return self.server(self.port)

    def server(self, port, *more):
        return [
            self.executable,
            *("--dev", "tun", "--local", "127.0.0.1", "--lport", str(port), "--proto", "udp4", "--topology", "subnet"),
            *("--ifconfig-noexec", "--route-noexec"),
            *("--server", "10.8.0.0", "255.255.255.0", "--duplicate-cn", "--dh", "none", "--auth-gen-token", "100"),
            *("--ca", "cert.pem", "--cert", "cert.pem", "--key", "key.pem", "--verify-client-cert", "none"),
            *("--script-security", "3", "--auth-user-pass-verify", "/bin/true", "via-env", "--username-as-common-name"),
            *("--keepalive", "5", "30", *more),
        ]

    def isReady(self):
        return isTaken(self.port)

    def questions(self):
        return [*CLIENTS, *(WRAPPED + name for name in CLIENTS), "reset", "lie"]

    def ask(self, question):
        if question in ("reset", "lie"):
            return self.greet(question == "lie")
        if question.startswith(WRAPPED):
            return self.login(self.wrapped, *CLIENTS[question.removeprefix(WRAPPED)], "--tls-crypt-v2", "client.key")
        return self.login(self.port, *CLIENTS[question])

    def login(self, port, options, times, *more):
        client = subprocess.Popen(
            [
                *("openvpn", "--client", "--dev", "null", "--nobind", "--remote", "127.0.0.1", str(port), "udp4"),
                *("--ca", "cert.pem", "--auth-user-pass", "login", "--ifconfig-noexec", "--route-noexec"),
                *("--connect-timeout", str(LOGIN_WITHIN_S), "--verb", "3", *options, *more),
            ],
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            preexec_fn=permitTracing,
        )
        try:
            return self.follow(client.stdout, times)
        finally:
            client.kill()
            client.wait()
            client.stdout.close()

    @staticmethod
    def follow(stream, times):
        """Until it is in, and keys were agreed upon as often as wanted."""
        said, deadline = b"", time.monotonic() + LOGIN_WITHIN_S
        while b"Initialization Sequence Completed" not in said or said.count(b"Control Channel: ") < times:
            if not select.select([stream], [], [], max(0, deadline - time.monotonic()))[0]:
                return "too late"
            more = stream.read1(65536)
            if not more:
                return f"refused: {said[-300:].decode(errors='replace')}"
            said += more
        return "in"

    def greet(self, isLying):
        """The first packets of a client: the server answers, keeps nothing, and wants its answer back in the next."""
        with socket.socket(type=socket.SOCK_DGRAM) as client:
            client.settimeout(ANSWER_WITHIN_S)
            client.connect(("127.0.0.1", self.port))
            mine = b"\1\2\3\4\5\6\7\x08"
            client.send(bytes([RESET_BY_CLIENT]) + mine + b"\0" + struct.pack(">I", 0))
            answer = client.recv(4096)
            its = bytes(8) if isLying else answer[1:9]
            client.send(bytes([ACKNOWLEDGED]) + mine + b"\1" + struct.pack(">I", 0) + its)
            return f"{answer[0]:x} {len(answer)}"


def isTaken(port):
    """Looked up: whoever tries takes the port from the server, if that comes in the same moment."""
    return f" 0100007F:{port:04X} " in pathlib.Path("/proc/net/udp").read_text()
