from recipe import Probe, Recipe, Target
from servers.mosquitto_full import MosquittoFull


def publishFirst(service):
    """The first byte of a connection is that of PUBLISH."""
    with service.connect() as connection:
        connection.settimeout(1)
        connection.sendall(b"\x30")
        try:
            return "closed" if connection.recv(1) == b"" else "answered"
        except TimeoutError:
            return "open"


RECIPE = Recipe(
    build='make -j$JOBS -C src CC="$CC" CFLAGS="$CFLAGS -Wall" WITH_DOCS=no WITH_SYSTEMD=no WITH_STRIP=no mosquitto',
    targets=(Target("src/mosquitto", MosquittoFull),),
    needs=("libssl-dev", "libcjson-dev"),
    probes={"CVE-2023-0809": Probe(publishFirst, "open", "closed")},
)
