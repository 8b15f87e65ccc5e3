"""The programs of the corpus: where their source is, how they are built, which service exercises them.

Build texts are run by sh in the unpacked tree; $CC is the compiler, $JOBS the number of processes. `newer` is a later
release, whose difference to `source` is cut into pseudo-commits; `folders` are those that end up in the artefact."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Program:
    name: str
    source: str  # Debian's source package and version
    artefact: str
    build: str
    configure: str = ":"
    newer: str = ""
    folders: tuple = (".",)
    service: str = ""
    # Fixes among debian/patches, in the order of its series. The program is built without any of them, and each is
    # tried alone.
    fixes: tuple = ()


PROGRAMS = {program.name: program for program in [
    Program(
        name="redis",
        source="redis=5:7.0.15-1~deb12u10",
        newer="redict=7.3.6+ds-3",
        folders=("src",),
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
        folders=("src",),
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
        folders=("src", "include"),
        artefact="haproxy",
        build='make -j$JOBS TARGET=linux-glibc CC="$CC" CPU_CFLAGS="-O2" USE_OPENSSL=1 USE_PCRE2=1 haproxy',
        service="haproxy"),
    Program(
        name="dnsmasq",
        source="dnsmasq=2.90-4~deb12u2",
        newer="dnsmasq=2.91-1+deb13u2",
        folders=("src",),
        artefact="src/dnsmasq",
        build='make -j$JOBS CC="$CC" CFLAGS="-O2" COPTS=""',
        service="dnsmasq"),
    Program(
        name="mosquitto",
        source="mosquitto=2.0.11-1.2+deb12u2",
        newer="mosquitto=2.0.21-1",
        folders=("src", "lib", "include"),
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
        folders=("src",),
        artefact="src/lua",
        # Debian's own makefile is libtool's, for its libraries; its rules make this header.
        configure="echo '#define DEB_HOST_MULTIARCH \"\"' >src/lua5.4-deb-multiarch.h",
        build="make -j$JOBS -C src -f - lua <<'END'\n"
              "OBJECTS := $(patsubst %.c,%.o,$(filter-out luac.c,$(wildcard *.c)))\n"
              "CFLAGS := -std=gnu99 -O2 -DLUA_USE_LINUX -DLUA_COMPAT_5_3\n"
              "lua: $(OBJECTS)\n\t$(CC) -Wl,-E -o $@ $^ -lm -ldl\n"
              "$(OBJECTS): $(wildcard *.h)\nEND",
        service="lua"),
]}
