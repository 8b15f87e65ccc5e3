from recipe import Recipe, Target

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
    needs=("libtool", "libjpeg-dev", "libtiff-dev"),
)
