"""C: servers, and libraries with a driver around them."""

from program import Program, library

SERVERS = [
    Program(
        name="redis",
        source="redis=5:7.0.15-1~deb12u10",
        newer="redict=7.3.6+ds-3",
        artefact="src/redis-server",
        # -g: Lua has none otherwise. The server does not depend on Lua's library as far as its makefile knows.
        build="M='make -j'$JOBS' MALLOC=libc OPTIMIZATION=-O2 CFLAGS=-g'; $M -C src CC=\"$CC\" redis-server; "
              "$M -C deps lua CC=\"$CC\"; rm src/redis-server; $M -C src CC=\"$CC\" redis-server",
        service="redis",
        fixes=("0001-Fix-LUA-garbage-collector-CVE-2024-46981-1513.patch",
               "0002-Fix-Read-Write-key-pattern-selector-CVE-2024-51741-1.patch",
               "0001-Limiting-output-buffer-for-unauthenticated-client-CV.patch", "0005-CVE-2025-27151.patch",
               "0006-CVE-2025-32023.patch", "0007-CVE-2025-48367.patch", "CVE-2025-46817.patch", "CVE-2025-46818.patch",
               "CVE-2025-49844.patch", "CVE-2025-46819.patch", "CVE-2025-67733.patch", "CVE-2026-23631.patch",
               "CVE-2026-66373.patch", "CVE-2026-81934.patch",
               "CVE-2026-92925.patch")),
    Program(
        name="nginx",
        source="nginx=1.22.1-9+deb12u9",
        newer="nginx=1.26.3-3+deb13u7",
        artefact="objs/nginx",
        configure='./configure --with-cc="$CC" --with-cc-opt="-O2 -Wno-error" --with-http_ssl_module '
                  "--with-http_v2_module --with-http_dav_module --with-http_mp4_module --with-http_realip_module "
                  "--with-mail --with-mail_ssl_module --with-stream --with-stream_ssl_module "
                  "--without-http_gzip_module",
        build="make -j$JOBS",
        service="nginx"),
    Program(
        name="haproxy",
        source="haproxy=2.6.12-1+deb12u3",
        newer="haproxy=3.0.11-1+deb13u3",
        artefact="haproxy",
        build='make -j$JOBS TARGET=linux-glibc CC="$CC" CPU_CFLAGS="-O2" USE_OPENSSL=1 USE_PCRE2=1 haproxy',
        service="haproxy"),
    Program(
        name="dnsmasq",
        source="dnsmasq=2.90-4~deb12u2",
        newer="dnsmasq=2.91-1+deb13u2",
        artefact="src/dnsmasq",
        build='make -j$JOBS CC="$CC" CFLAGS="-O2" COPTS=""',
        service="dnsmasq"),
    Program(
        name="mosquitto",
        source="mosquitto=2.0.11-1.2+deb12u2",
        newer="mosquitto=2.0.21-1",
        artefact="src/mosquitto",
        build='make -j$JOBS -C src CC="$CC" CFLAGS="-O2 -Wall" WITH_DOCS=no WITH_SYSTEMD=no WITH_STRIP=no mosquitto',
        service="mosquitto"),
    Program(
        name="memcached",
        source="memcached=1.6.18-1",
        newer="memcached=1.6.38-1",
        artefact="memcached",
        configure='./configure CC="$CC" CFLAGS="-O2" --disable-docs',
        build="make -j$JOBS memcached",
        service="memcached"),
    Program(
        name="lua",
        source="lua5.4=5.4.4-3+deb12u1",
        newer="lua5.4=5.4.7-1",
        artefact="src/lua",
        # Debian's own makefile is libtool's, for its libraries; its rules make this header.
        configure="echo '#define DEB_HOST_MULTIARCH \"\"' >src/lua5.4-deb-multiarch.h",
        build="make -j$JOBS -C src -f - lua <<'END'\n"
              "OBJECTS := $(patsubst %.c,%.o,$(filter-out luac.c,$(wildcard *.c)))\n"
              "CFLAGS := -std=gnu99 -O2 -DLUA_USE_LINUX -DLUA_COMPAT_5_3\n"
              "lua: $(OBJECTS)\n\t$(CC) -Wl,-E -o $@ $^ -lm -ldl\n"
              "$(OBJECTS): $(wildcard *.h)\nEND",
        service="lua"),
]

SERVERS += [
    Program(
        name="lighttpd",
        source="lighttpd=1.4.69-1",
        newer="lighttpd=1.4.79-2",
        artefact="src/lighttpd",
        configure='./autogen.sh && ./configure CC="$CC" CFLAGS="-O2" --enable-static --disable-shared --without-pcre2 '
                  "--without-zlib --without-bzip2",
        build="make -j$JOBS -C src lighttpd"),
    Program(
        name="dropbear",
        source="dropbear=2025.89-1~deb13u1",
        newer="dropbear=2026.94-1",
        artefact="dropbear",
        configure='./configure CC="$CC" CFLAGS="-O2" --disable-lastlog --enable-bundled-libtom --disable-zlib',
        # What the bundled libraries depend on is known to their own makefiles only.
        build="rm -f dropbear libtomcrypt/*.a libtommath/*.a; make -j$JOBS PROGRAMS=dropbear"),
    Program(
        name="curl",
        source="curl=7.88.1-10+deb12u15",
        artefact="src/curl",
        configure='autoreconf -fi && ./configure CC="$CC" CFLAGS="-O2" --disable-shared --without-ssl --without-libpsl '
                  "--without-zlib --disable-ldap --disable-manual",
        build="make -j$JOBS -C lib libcurl.la && make -j$JOBS -C src curl"),
]

SERVERS += [
    Program(
        name="tiff",
        source="tiff=4.5.0-6+deb12u4",
        artefact="libtiff/.libs/libtiff.so",
        configure='{ [ -x configure ] || autoreconf -fi; } && ./configure CC="$CC" CFLAGS="-O2" --disable-static '
                  "--disable-cxx --disable-jbig --disable-webp --disable-zstd --disable-lerc",
        build="make -j$JOBS -C libtiff libtiff.la"),
    Program(
        name="jq",
        source="jq=1.6-2.1+deb12u2",
        artefact="jq",
        configure='autoreconf -fi && ./configure CC="$CC" CFLAGS="-O2" --disable-docs --disable-shared '
                  "--enable-static --disable-maintainer-mode --without-oniguruma",
        build="make src/builtin.inc && make -j$JOBS jq"),
    Program(
        name="openssl",
        source="openssl=3.0.17-1~deb12u2",
        newer="openssl=3.0.20-1~deb12u2",
        artefact="apps/openssl",
        # Without assembler, and without what few programs use: it is the largest of all.
        configure="./Configure linux-x86_64 no-asm no-shared no-tests no-engine no-legacy no-idea no-camellia no-seed "
                  "no-aria no-sm2 no-sm3 no-sm4 no-cast no-bf no-rc2 no-rc4 no-md4 no-mdc2 no-whirlpool no-rmd160 "
                  "no-gost no-srp no-cmp no-cms no-ts no-ct CFLAGS=-O2",
        build="make -j$JOBS build_generated && make -j$JOBS apps/openssl"),
]

LIBRARIES = [
    library(
        "zlib", "zlib.c", "*.c", flags="-I. -DHAVE_UNISTD_H -D_LARGEFILE64_SOURCE=1",
        source="zlib=1:1.2.11.dfsg-2+deb11u2", newer="zlib=1:1.3.dfsg+really1.3.1-1"),
    library(
        "expat", "expat.c", "expat/lib/xml*.c", without="%ns.c %_impl.c",
        flags="-Iexpat/lib -DXML_DTD -DXML_NS -DXML_CONTEXT_BYTES=1024 -DHAVE_GETRANDOM -DXML_POOR_ENTROPY "
              "-DHAVE_MEMMOVE -DXML_GE=1 -DBYTEORDER=1234",
        source="expat=2.5.0-1+deb12u2", newer="expat=2.8.2-1"),
    library(
        "expat-2.2", "expat.c", "expat/lib/xml*.c", without="%ns.c %_impl.c",
        flags="-Iexpat/lib -DXML_DTD -DXML_NS -DXML_CONTEXT_BYTES=1024 -DHAVE_GETRANDOM -DXML_POOR_ENTROPY "
              "-DHAVE_MEMMOVE -DBYTEORDER=1234",
        source="expat=2.2.10-2+deb11u7", newer="expat=2.5.0-1+deb12u2"),
    library(
        "libxml2", "libxml2.c", "*.c", flags="-I. -Iinclude -DHAVE_CONFIG_H -D_REENTRANT",
        without="test%.c run%.c xmllint.c xmlcatalog.c trio%.c nanohttp.c nanoftp.c xzlib.c dict%test.c",
        libraries="-lm -lpthread -ldl",
        configure='autoreconf -fi >/dev/null && ./configure CC="$CC" --without-python --without-zlib --without-lzma '
                  "--without-http --without-ftp --disable-shared",
        source="libxml2=2.9.10+dfsg-6.7+deb11u10", newer="libxml2=2.9.14+dfsg-1.3~deb12u6"),
    library(
        "libpng", "png.c", "*.c", flags="-I. -DPNG_INTEL_SSE_OPT=0", without="pngtest.c example.c", libraries="-lz -lm",
        configure="cp scripts/pnglibconf.h.prebuilt pnglibconf.h",
        source="libpng1.6=1.6.39-2+deb12u5", newer="libpng1.6=1.6.58-1"),
    library(
        "cjson", "cjson.c", "cJSON.c cJSON_Utils.c", flags="-I.", libraries="-lm",
        source="cjson=1.7.15-1+deb12u4", newer="cjson=1.7.19-2"),
    library(
        "lz4", "lz4.c", "lib/*.c", flags="-Ilib -DXXH_NAMESPACE=LZ4_",
        source="lz4=1.9.4-1", newer="lz4=1.10.0-4"),
]
