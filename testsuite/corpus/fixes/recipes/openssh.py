from recipe import Recipe, Target
from servers.openssh import Agent, Sshd

RECIPE = Recipe(
    # The folder and the user that its unprivileged half gets, without touching the machine's.
    configure="autoreconf -fi && mkdir -p empty && ./configure --without-pam --disable-strip --without-zlib-version-check "
    "--with-privsep-path=$PWD/empty --with-privsep-user=nobody",
    build="make -j$JOBS sshd ssh-agent",
    targets=(Target("sshd", Sshd), Target("ssh-agent", Agent)),
    needs=("openssh-client", "libssl-dev", "zlib1g-dev"),
)
