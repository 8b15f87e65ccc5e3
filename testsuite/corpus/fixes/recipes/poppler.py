from library import askVulnerable
from recipe import Probe, Recipe, Target

FLAGS = "-std=c++17 -I. -Igoo -Ipoppler -Ibd -Ibd/poppler -I/usr/include/nss -I/usr/include/nspr"

RECIPE = Recipe(
    configure="cmake -S . -B bd -G Ninja -DCMAKE_BUILD_TYPE=release -DENABLE_UTILS=OFF -DENABLE_GLIB=OFF "
    "-DENABLE_QT5=OFF -DENABLE_QT6=OFF -DENABLE_CPP=OFF -DENABLE_LIBCURL=OFF -DBUILD_GTK_TESTS=OFF "
    "-DBUILD_QT5_TESTS=OFF -DBUILD_QT6_TESTS=OFF -DBUILD_CPP_TESTS=OFF -DENABLE_BOOST=OFF -DENABLE_LIBOPENJPEG=none "
    "-DENABLE_CMS=none -DBUILD_MANUAL_TESTS=OFF -DENABLE_UNSTABLE_API_ABI_HEADERS=ON",
    build="ninja -j$JOBS -C bd poppler",
    targets=(Target("bd/libpoppler.so", driver="poppler.cc", flags=FLAGS),),
    probes={"CVE-2025-43903": Probe(askVulnerable("forged"), "valid", "invalid")},
    needs=(
        "openssl",
        "libfreetype-dev",
        "libfontconfig-dev",
        "libnss3-dev",
        "libjpeg-dev",
        "libpng-dev",
        "libtiff-dev",
    ),
)
