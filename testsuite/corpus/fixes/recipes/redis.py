from recipe import Probe, Recipe, Target
from servers.redis_full import RedisFull


def aclPattern(service):
    """The user goes with the same packet: whoever lists such a one without the fix ends the server."""
    with service.connect() as connection:
        connection.sendall(b"ACL SETUSER probed '(%)'\r\nACL DELUSER probed\r\n")
        return connection.recv(200).decode().split()[0]


def secondReply(service):
    """An unknown word with the end of a line in it, and a PING: how does the second reply begin?"""
    with service.connect() as connection, connection.makefile("rb") as reader:
        connection.sendall(b'FUNCTION LIST "X\\r\\n+INJECTED"\r\nPING\r\n')
        reader.readline()
        return reader.readline().decode().strip()


RECIPE = Recipe(
    # The server does not depend on Lua's library as far as its makefile knows. -g: Lua has no map otherwise.
    build='M="make -j$JOBS MALLOC=libc BUILD_TLS=yes OPTIMIZATION=-O2 CFLAGS=-g"; $M -C src CC="$CC" redis-server; '
    '$M -C deps lua CC="$CC"; rm src/redis-server; $M -C src CC="$CC" redis-server',
    targets=(Target("src/redis-server", RedisFull),),
    needs=("libssl-dev",),
    probes={
        "0002-Fix-Read-Write-key-pattern-selector-CVE-2024-51741-1": Probe(aclPattern, "+OK", "-ERR"),
        "CVE-2025-67733": Probe(secondReply, "+INJECTED", "+PONG"),
    },
)
