from library import askVulnerable
from recipe import Probe, Recipe, Target

OFF = (
    "glib gobject libevent qt3 qt4 qt5 gtk gtk3 dbus dbm gdbm libdaemon python pygobject python-dbus mono monodoc "
    "autoipd manpages introspection tests core-docs"
)

RECIPE = Recipe(
    # What is there is newer than what it is made of, for make.
    configure="touch aclocal.m4 && find . -name configure -o -name config.h.in -o -name Makefile.in | xargs touch && "
    "./configure --disable-static --with-xml=none --with-distro=none "
    f"{' '.join(f'--disable-{name}' for name in OFF.split())}",
    build="make -j$JOBS -C avahi-common libavahi-common.la",
    targets=(Target("avahi-common/.libs/libavahi-common.so", driver="avahi.c", flags="-I."),),
    needs=("gettext",),
    probes={
        "common-derive-alternative-host-name-from-its-unescaped-ve": Probe(
            askVulnerable("escape at the end"), "died", "a name"
        )
    },
)
