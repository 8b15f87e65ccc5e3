from recipe import Recipe, Target

RECIPE = Recipe(
    configure="autoreconf -fi && ./configure --disable-static --enable-distro --enable-pkcs11 --disable-examples "
    "--disable-crypttests --enable-base64encode --enable-aesgcm-stream",
    build="make -j$JOBS src/libwolfssl.la",
    targets=(Target("src/.libs/libwolfssl.so", driver="wolfssl.c", flags="-I. -DCERTS='\"{tree}/certs\"'"),),
    needs=("libtool",),
)
