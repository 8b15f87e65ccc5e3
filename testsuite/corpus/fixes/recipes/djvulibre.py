from library import askVulnerable
from recipe import Probe, Recipe, Target

RECIPE = Recipe(
    configure="autoreconf -fi && ./configure --disable-static --disable-desktopfiles --disable-xmltools",
    build="make -j$JOBS -C libdjvu",
    targets=(
        Target(
            "libdjvu/.libs/libdjvulibre.so",
            driver="djvu.cc",
            flags="-I. -Ilibdjvu -DHAVE_CONFIG_H -DDOCS='\"{tree}/doc\"'",
        ),
    ),
    probes={
        "CVE-2021-46310": Probe(askVulnerable("no columns"), "died", "IW44Image: zero size image (corrupted file?)"),
        "CVE-2021-46312": Probe(askVulnerable("no grays"), "died", "IWBitmap: zero size image (corrupted file?)"),
    },
    needs=("libtool", "libjpeg-dev", "libtiff-dev"),
)
