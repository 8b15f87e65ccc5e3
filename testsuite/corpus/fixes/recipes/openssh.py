from recipe import Probe, Recipe, Target
from servers.openssh import Agent, SshdFull
from servers.openssh_clients import Master, Pkcs11Helper, Scp, Ssh, SshAdd


def cardUnderCondition(service):
    return " ".join(service.ask(SshAdd.CONSTRAINED).split()[:2])


RECIPE = Recipe(
    # The folder and the user that its unprivileged half gets, without touching the machine's.
    configure="autoreconf -fi && mkdir -p empty && ./configure --without-pam --disable-strip "
    "--without-zlib-version-check --with-privsep-path=$PWD/empty --with-privsep-user=nobody",
    # Programs that users start once for each thing get another name for their main, which a process that stays calls.
    # ssh is there both ways: as the master of a shared connection, it stays by itself.
    build="rm -f ssh.o ssh; make -j$JOBS sshd ssh-agent ssh ssh-pkcs11-helper && mv ssh ssh-master && rm ssh.o; "
    "clang-14 -O1 -w -c $FIXES/drivers/served_tool.c -o served.o; "
    'make -j$JOBS ssh.o scp.o ssh-add.o CC="$CC -Dmain=toolMain" && make ssh scp ssh-add LD="$CC served.o"',
    targets=(
        Target("sshd", SshdFull, leaves=("misc.c", "authfd.c", "ssh-pkcs11.c")),
        Target("ssh-agent", Agent, leaves=("misc.c", "authfd.c")),
        Target("ssh-pkcs11-helper", Pkcs11Helper, leaves=("misc.c", "authfd.c")),
        Target("scp", Scp, leaves=("authfd.c",)),
        Target("ssh-add", SshAdd),
        Target("ssh-master", Master, leaves=("ssh.c",)),
        Target("ssh", Ssh),
    ),
    needs=("openssh-client", "libssl-dev", "zlib1g-dev"),
    probes={"CVE-2023-28531": Probe(cardUnderCondition, "exit 1", "exit 0")},
)
