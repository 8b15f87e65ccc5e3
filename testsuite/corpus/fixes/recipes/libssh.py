from library import askVulnerable
from recipe import Probe, Recipe, Target

RECIPE = Recipe(
    configure="cmake -S . -B bd -G Ninja -DCMAKE_BUILD_TYPE=None -DWITH_EXAMPLES=OFF -DWITH_GSSAPI=OFF",
    build="ninja -j$JOBS -C bd",
    targets=(Target("bd/lib/libssh.so", driver="ssh.c", flags="-Iinclude -Ibd/include"),),
    needs=("libssl-dev", "zlib1g-dev"),
    probes={
        "0005-CVE-2025-4878-legacy-Properly-check-return-value-to-": Probe(askVulnerable("missing key"), "died", "none")
    },
)
