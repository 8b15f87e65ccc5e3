"""rsync as a daemon, asked by rsync: each connection is served by a fork, which has the patches of its parent."""

import subprocess

from services.service import ANSWER_WITHIN_S, Service


class Rsyncd(Service):
    def command(self):
        module = self.folder / "module"
        (module / "sub").mkdir(parents=True)
        for number in range(5):
            (module / "sub" / f"file{number}").write_text("content\n" * 100 * (number + 1))
        configuration = self.folder / "rsyncd.conf"
        configuration.write_text(
            f"port = {self.port}\naddress = 127.0.0.1\nuse chroot = no\nlog file = {self.folder}/log2\n"
            f"lock file = {self.folder}/lock\n[m]\npath = {module}\nread only = no\nuid = root\ngid = root\n"
        )
        return [self.executable, "--daemon", "--no-detach", f"--config={configuration}"]

    def questions(self):
        return ["list", "get", "put", "missing", "no module"]

    def ask(self, question):
        url, work = f"rsync://127.0.0.1:{self.port}", self.folder / "client"
        work.mkdir(exist_ok=True)
        (work / "new").write_text("new\n" * 1000)
        words = {
            "list": [f"{url}/m/sub/"],
            "get": ["-a", "--delete", f"{url}/m/sub/", f"{work}/got/"],
            "put": ["-I", f"{work}/new", f"{url}/m/put"],
            "missing": [f"{url}/m/nothing"],
            "no module": [f"{url}/x/"],
        }
        done = subprocess.run(
            ["rsync", *words[question]],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            timeout=3 * ANSWER_WITHIN_S,
            check=False,
            stdin=subprocess.DEVNULL,
        )
        lines = [f"{line.split()[0]} {line.split()[-1]}" for line in done.stdout.splitlines() if line.strip()]
        return f"{done.returncode} {lines}"
