from recipe import Recipe, Target

RECIPE = Recipe(
    configure="autoreconf -fi && ./configure --disable-static --with-openssl --with-gnutls --with-nghttp2 --with-libssh2 "
    "--enable-websockets --without-libpsl --disable-ldap --disable-manual --without-librtmp",
    build="make -j$JOBS -C lib",
    targets=(Target("lib/.libs/libcurl.so", driver="curl.c", flags="-Iinclude -lnghttp2"),),
    needs=("libtool", "libssl-dev", "libgnutls28-dev", "libnghttp2-dev", "libssh2-1-dev", "zlib1g-dev"),
)
