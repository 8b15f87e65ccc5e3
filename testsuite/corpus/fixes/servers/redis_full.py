"""Redis with large replies, values dumped and loaded, and a master to copy from."""

import subprocess
import time

from services.redis import Redis
from services.service import START_WITHIN_S, ServiceError, freePort

MORE = [
    "EVAL \"redis.call('DEL','big') for i=1,3000 do redis.call('RPUSH','big','element number '..i) end return 1\" 0",
    "LRANGE big 0 -1",
    "EVAL \"redis.call('RESTORE','copy',0,redis.call('DUMP','big'),'REPLACE') return redis.call('LLEN','copy')\" 0",
    "XADD stream 1-1 a b",
    "XADD stream 1-2 c d",
    "XGROUP CREATE stream g 0",
    "XREADGROUP GROUP g me COUNT 1 STREAMS stream >",
    "EVAL \"redis.call('RESTORE','copy',0,redis.call('DUMP','stream'),'REPLACE') return redis.call('XLEN','copy')\" 0",
    "DEL stream copy",
    "ZADD z 1 a 2 b 3 c",
    "HSET h a 1 b 2",
    "SADD s 1 2 3 x",
    "DEBUG RELOAD",
    "ZRANGE z 0 -1 WITHSCORES",
    "HGET h b",
    "SCARD s",
    "EVAL \"return redis.status_reply('fine')\" 0",
    "EVAL \"return redis.error_reply('ERR my own')\" 0",
    "DEL z h s big",
]


class RedisFull(Redis):
    def __enter__(self):
        self.masterPort = freePort()
        (self.folder / "master").mkdir()
        self.master = subprocess.Popen(
            [
                self.executable,
                "--port",
                str(self.masterPort),
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--repl-diskless-sync-delay",
                "0",
            ],
            cwd=self.folder / "master",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        return super().__enter__()

    def __exit__(self, *rest):
        super().__exit__(*rest)
        self.master.kill()
        self.master.wait()

    def questions(self):
        return super().questions() + MORE

    def answers(self):
        out = super().answers()
        with self.connect() as connection, connection.makefile("rb") as reader:

            def ask(line):
                connection.sendall(line.encode() + b"\r\n")
                return self.reply(reader)

            ask(f"REPLICAOF 127.0.0.1 {self.masterPort}")
            deadline = time.monotonic() + START_WITHIN_S
            while "master_link_status:up" not in ask("INFO replication"):
                if time.monotonic() > deadline:
                    raise ServiceError("the replica does not reach its master")
                time.sleep(0.01)
            out["as a replica"] = ask("SET k v")
            out["its own master again"] = ask("REPLICAOF NO ONE")
        return out
