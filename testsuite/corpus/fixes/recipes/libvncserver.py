from library import askVulnerable
from recipe import Probe, Recipe, Target

FLAGS = "-Iinclude -Ibd/include -Irfb -Ibd/rfb -I. -Ibd"

RECIPE = Recipe(
    configure="cmake -S . -B bd -G Ninja -DCMAKE_BUILD_TYPE=None -DWITH_SDL=OFF -DWITH_GTK=OFF -DWITH_QT=OFF -DWITH_FFMPEG=OFF "
    "-DWITH_TESTS=OFF -DWITH_GNUTLS=OFF -DWITH_EXAMPLES=OFF -DBUILD_SHARED_LIBS=ON",
    build="ninja -j$JOBS -C bd vncserver vncclient",
    targets=(
        Target("bd/libvncserver.so", driver="vncserver.c", flags=FLAGS),
        Target("bd/libvncclient.so", driver="vncclient.c", flags=FLAGS + " -lz"),
    ),
    needs=("zlib1g-dev", "libjpeg-dev", "libssl-dev"),
    probes={"0002_CVE-2026-32854": Probe(askVulnerable("no slash"), "died", "HTTP/1.0 404 Not found")},
)
