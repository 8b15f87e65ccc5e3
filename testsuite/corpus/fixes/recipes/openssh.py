from recipe import Recipe, Target
from servers.openssh import Agent, Sshd

RECIPE = Recipe(
    configure="autoreconf -fi && ./configure --without-pam --disable-strip --without-zlib-version-check "
    "--with-privsep-path=/var/empty --with-security-key-builtin=no",
    build="make -j$JOBS sshd ssh ssh-agent ssh-add ssh-keygen scp ssh-pkcs11-helper sftp-server",
    targets=(Target("sshd", Sshd), Target("ssh-agent", Agent)),
    needs=("openssh-client", "libssl-dev", "zlib1g-dev"),
)
