from library import askVulnerable
from recipe import Probe, Recipe, Target

RECIPE = Recipe(
    configure="build/autogen.sh && ./configure --disable-static --without-xml2 --without-expat --disable-bsdtar "
    "--disable-bsdcpio --disable-bsdcat",
    build="make -j$JOBS libarchive.la",
    targets=(
        Target(".libs/libarchive.so", driver="archive.c", flags="-Ilibarchive -DTESTS='\"{tree}/libarchive/test\"'"),
    ),
    probes={"CVE-2026-4111-2": Probe(askVulnerable("loop"), "endless", "ended")},
    needs=("libtool", "zlib1g-dev", "libbz2-dev", "liblzma-dev", "libzstd-dev"),
)
