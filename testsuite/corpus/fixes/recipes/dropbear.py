from recipe import Recipe, Target
from servers.dropbear import Dropbear

RECIPE = Recipe(
    # Each connection in a fork of the server, which has its patches, not in a new start of its program.
    configure="echo '#define DROPBEAR_REEXEC 0' > localoptions.h && ./configure "
    "--disable-lastlog --enable-bundled-libtom",
    # What the bundled libraries depend on is known to their own makefiles only.
    build='rm -f dropbear dbclient; make -j$JOBS PROGRAMS="dropbear dbclient dropbearkey"',
    targets=(Target("dropbear", Dropbear),),
    needs=("openssh-client", "zlib1g-dev"),
)
