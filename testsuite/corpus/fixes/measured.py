"""Commands, with the processor time of all their processes: wall-clock time says little on a busy machine."""

import os
import subprocess
import threading
import time


class CommandTimeout(Exception):
    """It ran too long and was ended, with all its processes."""


def measured(command, cwd, output, within, environment=None, errors=subprocess.STDOUT):
    """Returns exit code, processor seconds, seconds."""
    start = time.monotonic()
    process = subprocess.Popen(
        command,
        cwd=cwd,
        stdout=output,
        stderr=errors,
        stdin=subprocess.DEVNULL,
        env=environment,
        start_new_session=True,
    )
    ended = threading.Event()
    late = threading.Event()

    def end():
        if not ended.wait(within):
            late.set()
            os.killpg(process.pid, 9)

    watch = threading.Thread(target=end, daemon=True)
    watch.start()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    ended.set()
    watch.join()
    if late.is_set():
        raise CommandTimeout(f"{command[0]} did not end within {within} s")
    return process.returncode, round(usage.ru_utime + usage.ru_stime, 2), round(time.monotonic() - start, 2)
