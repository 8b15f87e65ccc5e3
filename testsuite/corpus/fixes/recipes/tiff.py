from recipe import Recipe, Target
from servers.tiff_tools import Tiffcp, Tiffcrop

RECIPE = Recipe(
    configure="autoreconf -fi && ./configure --disable-static --disable-cxx --disable-jbig --disable-webp --disable-zstd --disable-lerc",
    # The tools as processes that stay: with another name for their main, and a small program that calls it.
    build="make -j$JOBS -C port && make -j$JOBS -C libtiff && clang-14 -O1 -w -c $FIXES/drivers/served_tool.c -o tools/served.o; "
    "for tool in tiffcrop tiffcp; do make -C tools $tool.o CPPFLAGS=-Dmain=toolMain; "
    "$CC $CFLAGS -o tools/$tool-served tools/$tool.o tools/served.o port/.libs/libport.a libtiff/.libs/libtiff.so -lm -Wl,-rpath,$PWD/libtiff/.libs; done",
    targets=(
        Target("libtiff/.libs/libtiff.so", driver="tiff.c", flags="-Ilibtiff"),
        Target("tools/tiffcrop-served", Tiffcrop),
        Target("tools/tiffcp-served", Tiffcp),
    ),
    needs=("libjpeg-dev",),
)
