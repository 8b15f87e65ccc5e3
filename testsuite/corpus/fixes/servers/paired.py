"""A server that runs twice: the second one with other options, for what the first cannot be asked."""

import subprocess

from servers.waiting import waitFor
from services.service import Service, ServiceError, permitTracing


class Paired(Service):
    """Subclasses say how the second one is started, and when it is ready."""

    second = None

    def __enter__(self):
        super().__enter__()
        try:
            self.second = subprocess.Popen(
                self.secondCommand(),
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=self.log,
                stderr=self.log,
                preexec_fn=permitTracing,
            )
            waitFor(self.isSecondReady, f"the second {self.executable} does not serve")
        except ServiceError:
            self.__exit__()
            raise
        return self

    def __exit__(self, *rest):
        if self.second:
            self.second.kill()
            self.second.wait()
        super().__exit__(*rest)

    @property
    def pids(self):
        return [self.pid, self.second.pid]
