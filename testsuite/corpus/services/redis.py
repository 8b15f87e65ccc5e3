"""Redis, asked in its own protocol on one connection."""

import pathlib

from services.service import Service, ServiceError


class Redis(Service):
    """Commands of many kinds, whose replies do not depend on time or chance."""

    # Replies whose order comes from hash tables, which each process seeds anew.
    UNORDERED = ("CONFIG GET", "ACL CAT", "ACL GETUSER", "KEYS", "COMMAND", "SCAN", "SUNION", "HGETALL",
                 "FUNCTION LIST")
    COMMANDS = pathlib.Path(__file__).with_name("redis_commands.txt")

    def command(self):
        return [self.executable, "--port", str(self.port), "--bind", "127.0.0.1", "--save", "",
                "--enable-debug-command",
                "local"]

    def questions(self):
        return [line for line in self.COMMANDS.read_text().splitlines() if line and not line.startswith("#")]

    def answers(self):
        out = {}
        with self.connect() as connection, connection.makefile("rb") as reader:
            for number, line in enumerate(self.questions()):
                connection.sendall(line.encode() + b"\r\n")
                reply = self.reply(reader)
                out[f"{number} {line}"] = sorted(map(str, reply)) if line.startswith(self.UNORDERED) else reply
        if self.process.poll() is not None:
            raise ServiceError(f"{self.executable} ended with {self.process.returncode}, see {self.folder}/log")
        return out

    def reply(self, reader):
        line = reader.readline().decode(errors="replace")
        if not line.endswith("\r\n"):
            raise ServiceError(f"{self.executable} closed the connection, see {self.folder}/log")
        kind, rest = line[:1], line[1:-2]
        if kind == "$" and rest != "-1":
            return reader.read(int(rest) + 2)[:-2].decode(errors="replace")
        if kind == "*" and rest != "-1":
            return [self.reply(reader) for _ in range(int(rest))]
        return line[:-2]
