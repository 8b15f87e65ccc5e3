"""Redis with large replies, values dumped and loaded, a master to copy from, and a node of a cluster."""

import contextlib
import re
import socket
import subprocess

from servers.waiting import waitFor
from services.redis import Redis
from services.service import ANSWER_WITHIN_S, freePort, permitTracing

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
    'EVAL "return #[==[a]]b]==] + #[[c]] --[=[ comment ]=]" 0',
    "DEL z h s big",
]


class RedisFull(Redis):
    def __enter__(self):
        self.others = contextlib.ExitStack()
        self.masterPort, self.nodePort, self.peerPort = freePort(), freePort(), freePort()
        self.start("master", self.masterPort, "--repl-diskless-sync-delay", "0")
        self.peerBus = freePort()
        self.node = self.startNode("node", self.nodePort, freePort())
        self.startNode("peer", self.peerPort, self.peerBus)
        super().__enter__()
        try:
            waitFor(self.isClusterUp, "the nodes of the cluster do not meet")
        except BaseException:
            self.__exit__()
            raise
        return self

    def start(self, name, port, *more):
        folder = self.folder / name
        folder.mkdir()
        process = subprocess.Popen(
            [self.executable, "--port", str(port), "--bind", "127.0.0.1", "--save", "", *more],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=(folder / "log").open("wb"),
            stderr=subprocess.STDOUT,
            preexec_fn=permitTracing,
        )
        self.others.callback(process.wait)
        self.others.callback(process.kill)
        return process

    def startNode(self, name, port, bus):
        # A short time: that is how often nodes talk to each other. Nobody minds if one thinks the other gone.
        cluster = ("--cluster-enabled", "yes", "--cluster-node-timeout", "1000", "--cluster-port", str(bus))
        return self.start(name, port, *cluster, "--cluster-announce-hostname", f"{name}.test")

    def __exit__(self, *rest):
        super().__exit__(*rest)
        self.others.close()

    @property
    def pids(self):
        return [self.pid, self.node.pid]

    def questions(self):
        return super().questions() + MORE

    def askOnce(self, port, line):
        with socket.create_connection(("127.0.0.1", port), timeout=ANSWER_WITHIN_S) as connection:
            with connection.makefile("rb") as reader:
                connection.sendall(line.encode() + b"\r\n")
                return self.reply(reader)

    def isClusterUp(self):
        try:
            self.askOnce(self.nodePort, f"CLUSTER MEET 127.0.0.1 {self.peerPort} {self.peerBus}")
            return self.received() > 0 and "peer.test" in self.askOnce(self.nodePort, "CLUSTER NODES")
        except OSError:
            return False

    def received(self):
        """How many messages of the other node came so far."""
        return int(re.search(r"messages_received:(\d+)", self.askOnce(self.nodePort, "CLUSTER INFO"))[1])

    def answers(self):
        out = super().answers()
        before = self.received()
        waitFor(lambda: self.received() > before, "the other node of the cluster says nothing any more")
        out["the other node"] = str("peer.test" in self.askOnce(self.nodePort, "CLUSTER NODES"))
        with self.connect() as connection, connection.makefile("rb") as reader:

            def ask(line):
                connection.sendall(line.encode() + b"\r\n")
                return self.reply(reader)

            ask(f"REPLICAOF 127.0.0.1 {self.masterPort}")
            waitFor(lambda: "master_link_status:up" in ask("INFO replication"), "the replica does not reach its master")
            out["as a replica"] = ask("SET k v")
            out["its own master again"] = ask("REPLICAOF NO ONE")
        return out
