"""Servers with short protocols: memcached, dnsmasq, haproxy."""

import http.server
import re
import socket
import struct
import threading

from services.service import ANSWER_WITHIN_S, Service, ServiceError, freePort


class Memcached(Service):
    def command(self):
        return [self.executable, "-l", "127.0.0.1", "-p", str(self.port), "-U", "0", "-t", "2", "-u", "root", "-o",
                "no_lru_maintainer"]

    def questions(self):
        text = ["flush_all", "set k 5 0 3\r\nabc", "get k", "gets nothing k", "append k 0 0 2\r\nde",
                "prepend k 0 0 1\r\nx",
                "get k", "add k 0 0 1\r\nx", "replace k 1 0 2\r\nno", "set n 0 0 2\r\n10", "incr n 5", "decr n 100",
                "incr k 1", "touch n 100", "gat 100 n", "delete n", "delete n", "cas k 0 0 1 1\r\nx",
                "set k 0 0 5\r\nab",
                "get " + "x" * 300, "verbosity 1", "version", "mn", "mg k v f t s", "ms m1 4 T100 F7\r\ndata",
                "mg m1 v t f k",
                "ma c1 N0 J13", "ma c1 D2 v", "ma c1 MD v", "md m1 q", "me k", "mg nothing", "ms bad x", "nosuch",
                "set",
                "stats nosuch", "get", "watch nosuch", "lru tune 1", "slabs reassign 1 1", "cache_memlimit 64",
                "set big 0 0 3000\r\n" + "y" * 3000, "get big", "mset", "gets k", "touch nothing 1"]
        return [line.encode() + b"\r\nquit\r\n" for line in text if line not in ("version", "gets k")]

    def ask(self, question):
        # Each change of an item takes the next number, from the start of the process on.
        return re.sub(r"cas=\d+|(?<=VALUE k 5 3 )\d+", "N", super().ask(question))


class Dnsmasq(Service):
    NAMES = ["host.test", "www.test", "missing.test", "alias.test", "long.sub.domain.test", "test", "rebind.test",
             "blocked.bad"]
    KINDS = [1, 28, 15, 16, 33, 5, 12, 2, 6, 255, 35]

    def __init__(self, executable, folder):
        super().__init__(executable, folder)
        self.port = freePort(socket.SOCK_DGRAM)

    def command(self):
        return [self.executable, "-d", "-C", "/dev/null", "-p", str(self.port), "-a", "127.0.0.1", "-z", "-R", "-h",
                "--local=/test/",
                "--address=/bad/0.0.0.0", "--host-record=host.test,10.0.0.1,fd00::1", "--cname=alias.test,host.test",
                "-u", "root",
                "--mx-host=test,host.test,5", "--txt-record=www.test,one,two",
                "--srv-host=_s._tcp.test,host.test,80,1,2",
                "--ptr-record=1.0.0.10.in-addr.arpa,host.test", "--local-ttl=7", "--naptr-record=test,1,2,a,b,c",
                "--interface-name=if.test,lo", "--synth-domain=syn.test,10.1.0.0/24,s-", "--caa-record=test,0,issue,x"]

    def isReady(self):
        try:
            return bool(self.query(1, "host.test", 1))
        except OSError:
            return False

    def query(self, number, name, kind, flags=0x100):
        labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split(".") if label)
        packet = struct.pack(">HHHHHH", number, flags, 1, 0, 0, 0) + labels + b"\0" + struct.pack(">HH", kind, 1)
        return self.exchange(packet)

    def exchange(self, packet, within=0.5):
        with socket.socket(type=socket.SOCK_DGRAM) as probe:
            probe.settimeout(within)
            probe.connect(("127.0.0.1", self.port))
            probe.send(packet)
            return probe.recv(4096)

    def questions(self):
        names = self.NAMES + ["_s._tcp.test", "1.0.0.10.in-addr.arpa", "s-10-1-0-5.syn.test", "a..b",
                              "x" * 63 + ".test", "if.test"]
        return [(name, kind) for name in names for kind in self.KINDS] + ["garbage", "edns", "tcp"]

    def ask(self, question):
        if question == "garbage":
            try:
                return self.exchange(b"\x00\x01\x01\x00\x00\x05" + b"\xc0\x0c" * 20).hex()
            except socket.timeout:
                return "silence"
        if question == "edns":
            base = struct.pack(">HHHHHH", 9, 0x100, 1, 0, 0, 1) + b"\4host\4test\0" + struct.pack(">HH", 1, 1)
            return self.exchange(base + b"\0" + struct.pack(">HHIH", 41, 1232, 0x8000, 0)).hex()
        if question == "tcp":
            base = struct.pack(">HHHHHH", 9, 0x100, 1, 0, 0, 0) + b"\4host\4test\0" + struct.pack(">HH", 1, 1)
            # The listener's own process answers connections.
            return Service.ask(self, struct.pack(">H", len(base)) + base)
        return self.query(7, *question).hex()


class Backend(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        body = "".join(f"{name.lower()}={value}\n" for name,
                       value in sorted(self.headers.items()) if name.lower() != "host")
        body = f"{self.command} {self.path}\n{body}".encode()
        self.send_response(404 if "missing" in self.path else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_DELETE = do_GET

    def log_message(self, *_):
        pass


class Haproxy(Service):
    CONFIGURATION = """
global
  stats socket {folder}/control level admin
  nbthread 2
defaults
  mode http
  timeout connect 3s
  timeout client 3s
  timeout server 3s
frontend front
  bind 127.0.0.1:{port}
  acl secret path_beg /secret
  http-request deny deny_status 403 if secret
  http-request redirect location /new code 302 if {{ path /old }}
  http-request set-header X-Sum %[path,crc32]
  http-request set-header X-Conv %[path,lower,regsub(a,b,g),base64]
  http-request set-header X-Hex %[str(abc),hex,length]
  http-request set-var(txn.n) int(3),mul(4),add(1)
  http-response set-header X-Var %[var(txn.n)]
  http-request replace-path (.*)/re(.*) \\1/\\2
  http-request return status 200 content-type text/plain string "fixed" if {{ path /fixed }}
  use_backend none if {{ path /none }}
  stick-table type string len 32 size 1k store http_req_cnt
  http-request track-sc0 path
  default_backend back
backend back
  balance roundrobin
  option httpchk
  server one 127.0.0.1:{back}
backend none
"""

    def __enter__(self):
        self.backend = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Backend)
        threading.Thread(target=self.backend.serve_forever, daemon=True).start()
        return super().__enter__()

    def __exit__(self, *what):
        self.backend.shutdown()
        self.backend.server_close()
        super().__exit__(*what)

    def command(self):
        path = self.folder / "haproxy.cfg"
        path.write_text(self.CONFIGURATION.format(folder=self.folder, port=self.port,
                                                  back=self.backend.server_address[1]))
        return [self.executable, "-db", "-f", str(path)]

    def questions(self):
        paths = ["/", "/a/page?x=1", "/missing", "/secret/x", "/old", "/none", "/a/rest", "/fixed", "/%41%zz", "*",
                 "/" + "a" * 500]
        for path in paths:
            yield f"GET {path} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
        yield "POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc"
        yield ("POST /p HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
               "3\r\nabc\r\n0\r\n\r\n")
        yield "GET / HTTP/1.0\r\n\r\n"
        yield "BAD\r\n\r\n"
        yield "GET / HTTP/1.1\r\nbad header\r\n\r\n"
        yield from ("!show version", "!show table front", "!help nosuch", "!get weight back/one",
                    "!set weight back/one 50%",
                    "!set weight back/one 100%", "!show acl", "!show map")

    def ask(self, question):
        if not question.startswith("!"):
            return re.sub(r"date: [^\r]*|server: [^\r]*", "-", super().ask(question.encode()), flags=re.IGNORECASE)
        with socket.socket(socket.AF_UNIX) as control:
            control.settimeout(ANSWER_WITHIN_S)
            control.connect(str(self.folder / "control"))
            control.sendall(question[1:].encode() + b"\n")
            return re.sub(r"0x[0-9a-f]+|exp=\d+|http_req_cnt=\d+", "-", self.readAll(control))


__all__ = ["Memcached", "Dnsmasq", "Haproxy", "ServiceError"]
