"""nginx with more of its modules: TLS with names and clients' certificates, films, mail, streams."""

import base64
import re
import socket
import ssl
import struct
import threading

from servers.certificate import makeCertificate
from servers.film import film
from services.nginx import CONFIGURATION, Nginx
from services.service import ANSWER_WITHIN_S, freePort

MORE = """
  resolver 127.0.0.1:{dns};
  server {{
    listen 127.0.0.1:{tls} ssl; server_name one.test; root {folder}/www;
    ssl_certificate {folder}/cert.pem; ssl_certificate_key {folder}/key.pem; ssl_session_cache shared:s:1m; ssl_verify_client optional;
    ssl_client_certificate {folder}/cert.pem;
  }}
  server {{ listen 127.0.0.1:{tls} ssl; server_name two.test; return 200 "two\\n"; }}
  server {{
    listen 127.0.0.1:{auth};
    location / {{ add_header Auth-Status "Invalid login"; return 200; }}
  }}
}}
mail {{
  resolver 127.0.0.1:{dns}; auth_http 127.0.0.1:{auth}/; server_name mail.test;
  server {{ listen 127.0.0.1:{smtp}; protocol smtp; smtp_auth login plain cram-md5 none; xclient off; }}
  server {{ listen 127.0.0.1:{pop}; protocol pop3; pop3_auth plain apop cram-md5; }}
  server {{ listen 127.0.0.1:{imap}; protocol imap; imap_auth login plain cram-md5; }}
}}
stream {{
  server {{
    listen 127.0.0.1:{streams} ssl; ssl_certificate {folder}/cert.pem; ssl_certificate_key {folder}/key.pem;
    ssl_verify_client optional; ssl_client_certificate {folder}/cert.pem; return "stream\\n";
  }}
}}
"""
PORTS = ("tls", "auth", "smtp", "pop", "imap", "streams")
# "user", and a sum of 32 digits. Who may not come in is turned out: nothing may be under way to the server then.
SUM = base64.b64encode(b"user " + b"0123456789abcdef" * 2).decode() + "\r\n"
DIALOGUES = {
    "smtp": ["EHLO me\r\n", "AUTH CRAM-MD5\r\n", SUM],
    "smtp mail": ["HELO me\r\n", "MAIL FROM:<a@b>\r\n", "RCPT TO:<c@d>\r\n"],
    "pop": ["CAPA\r\n", "AUTH CRAM-MD5\r\n", SUM],
    "pop apop": ["APOP user 0123456789abcdef\r\n"],
    "imap": ["a CAPABILITY\r\n", "a AUTHENTICATE CRAM-MD5\r\n", SUM],
}
FILMS = [
    "/video/film.mp4?start=3",
    "/video/film.mp4?start=5.5&end=20",
    "/video/wide.mp4?start=11&end=30",
    "/video/film.mp4?end=7",
    "/video/broken.mp4?start=4",
]
VOLATILE = re.compile(r"<[^>]*>|(\+|334) [\w=+/]+|(Date|Last-Modified|ETag): [^\r]*")


class NamesOfAddresses(threading.Thread):
    """A DNS server that knows one name, and one address."""

    def __init__(self):
        super().__init__(daemon=True)
        self.socket = socket.socket(type=socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]

    def run(self):
        try:
            while True:
                packet, client = self.socket.recvfrom(512)
                end = packet.index(b"\0", 12) + 5
                kind = struct.unpack(">H", packet[end - 4 : end - 2])[0]
                record = b"\6client\4test\0" if kind == 12 else bytes([127, 0, 0, 1])
                answer = b"\xc0\x0c" + struct.pack(">HHIH", kind, 1, 60, len(record)) + record
                wanted = kind in (1, 12)
                self.socket.sendto(
                    packet[:2]
                    + struct.pack(">HHHHH", 0x8180, 1, int(wanted), 0, 0)
                    + packet[12:end]
                    + (answer if wanted else b""),
                    client,
                )
        except OSError:
            return


class NginxFull(Nginx):
    def command(self):
        command = super().command()
        self.names = NamesOfAddresses()
        self.names.start()
        for name in PORTS:
            setattr(self, name, freePort())
        makeCertificate(self.folder)
        for name, data in (("film", film()), ("wide", film(wide=True)), ("broken", film().replace(b"stsz", b"stsx"))):
            (self.folder / "www" / "video" / f"{name}.mp4").write_bytes(data)
        http, streams = CONFIGURATION.rsplit("}}\nstream", 1)
        more = MORE.format(folder=self.folder, dns=self.names.port, **{name: getattr(self, name) for name in PORTS})
        base = http.format(folder=self.folder, port=self.port, stream=self.stream)
        own = f'server {{ listen 127.0.0.1:{self.stream}; return "stream\\n"; }}'
        (self.folder / "nginx.conf").write_text(base + more.replace("stream {\n", f"stream {{ {own}\n", 1))
        assert streams
        return command

    def __exit__(self, *rest):
        super().__exit__(*rest)
        self.names.socket.close()

    def questions(self):
        yield from super().questions()
        yield from ("tls one.test", "tls two.test", "tls other.test", "streams", "utf")
        yield from DIALOGUES
        yield from (f"film {path}" for path in FILMS)

    def ask(self, question):
        kind, _, rest = question.partition(" ")
        if kind == "tls":
            return self.askTls(self.tls, rest, b"GET /page.html HTTP/1.0\r\nHost: one.test\r\n\r\n")
        if kind == "streams":
            return self.askTls(self.streams, "one.test", b"")
        if kind == "film":
            return super().ask(f"GET {rest} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        if kind == "utf":
            return super().ask(
                "GET /page.html HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAccept-Charset: koi8-r\r\n\r\n"
            )
        if question in DIALOGUES:
            return self.talk(getattr(self, kind), DIALOGUES[question])
        return super().ask(question)

    def askTls(self, port, name, request):
        context = ssl.create_default_context(cafile=str(self.folder / "cert.pem"))
        context.check_hostname = False
        context.load_cert_chain(str(self.folder / "cert.pem"), str(self.folder / "key.pem"))
        with socket.create_connection(("127.0.0.1", port), timeout=ANSWER_WITHIN_S) as plain:
            with context.wrap_socket(plain, server_hostname=name) as connection:
                if request:
                    connection.sendall(request)
                return VOLATILE.sub("-", self.readAll(connection))

    def talk(self, port, lines):
        out = ""
        with socket.create_connection(("127.0.0.1", port), timeout=ANSWER_WITHIN_S) as connection:
            for line in lines:
                out += connection.recv(4096).decode(errors="replace")
                connection.sendall(line.encode())
            out += self.readAll(connection)
        return VOLATILE.sub("-", out)
