"""What the measured programs are made to do: each function runs a program once and returns its cost."""

import contextlib
import csv
import io
import os
import socket
import subprocess
import tempfile
import time

LUA = """
local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end
local t = {}
for i = 1, 300000 do t[i] = (i * 7919) % 1000003 end
table.sort(t)
local parts = {}
for i = 1, 200000 do parts[#parts + 1] = string.format("%d:%s", i, tostring(t[i])) end
local text = table.concat(parts, ",")
local count = 0
for word in text:gmatch("%d+") do count = count + #word end
print(fib(30), t[1], count)
"""

SQL = """
CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT, c INTEGER);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000)
INSERT INTO t SELECT i, 'row ' || (i * 7919 % 1000003), i % 1009 FROM n;
CREATE INDEX tc ON t(c);
CREATE INDEX tb ON t(b);
SELECT count(*), sum(length(b)) FROM t WHERE c BETWEEN 100 AND 700;
SELECT c, count(*), max(b) FROM t GROUP BY c ORDER BY 2 DESC, 1 LIMIT 5;
SELECT count(*) FROM t x JOIN t y ON y.a = x.c WHERE x.b LIKE '%77%';
UPDATE t SET c = c + 1 WHERE a % 3 = 0;
DELETE FROM t WHERE a % 7 = 0;
SELECT sum(a), sum(c), count(DISTINCT b) FROM t;
"""


def cost(command, text):
    """Processor seconds; the output goes nowhere."""
    before = os.times()
    subprocess.run(command, input=text, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=True)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def lua(program):
    return cost([str(program), "-"], LUA)


def sqlite(program):
    return cost([str(program), ":memory:"], SQL)


@contextlib.contextmanager
def redisServer(program):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        server = subprocess.Popen([str(program), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--daemonize", "no"],
                                  cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            for _ in range(200):
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                    break
                time.sleep(0.05)
            yield port
        finally:
            server.terminate()
            server.wait()


def redisWith(test):
    def run(program):
        with redisServer(program) as port:
            # The same client for both servers: the plain one's, beside it in its tree.
            client = program.parent.parent.parent / "plain" / "src" / "redis-benchmark"
            done = subprocess.run([str(client), "-p", str(port), "-t", test, "-n", "150000", "-c", "20", "-P", "8", "-r", "10000",
                                   "--csv"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True)
        rates = [float(row["rps"]) for row in csv.DictReader(io.StringIO(done.stdout))]
        return 1e6 * len(rates) / sum(rates)

    return run


WORKLOADS = {
    "lua": {"lua: calls, tables, strings": lua},
    "sqlite": {"sqlite: inserts, joins, updates": sqlite},
    "redis": {f"redis-benchmark -t {test}": redisWith(test) for test in ("set", "get", "lpush", "zadd")},
}
