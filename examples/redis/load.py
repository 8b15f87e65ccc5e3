"""The load on the server: redis-benchmark, and a client of our own that checks each reply and measures gaps."""

import json
import select
import subprocess

CONNECTIONS = 4
BENCHMARK_ROUND = 100000


class LoadError(Exception):
    """A load program ended, or does not answer."""


class LoadClient:
    def __init__(self, program, port, keys):
        self.process = subprocess.Popen([str(program), str(port), str(CONNECTIONS), str(keys)], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)

    def endWindow(self):
        """The figures since the last call: requests, failed, longest_gap_us, ..."""
        try:
            self.process.stdin.write("\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            raise LoadError(f"load_client ended with {self.process.wait()}") from None
        if not select.select([self.process.stdout], [], [], 60)[0]:
            raise LoadError("load_client does not answer")
        line = self.process.stdout.readline()
        if not line:
            raise LoadError(f"load_client ended with {self.process.wait()}")
        return json.loads(line)

    def stop(self):
        self.process.stdin.close()
        self.process.wait(timeout=60)
        self.process.stdout.close()


class Benchmark:
    """redis-benchmark, round after round; it ends at the first error. It works in database 1: the keys of database 0 are
    counted."""

    def __init__(self, program, port, log):
        self.log = log
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                [str(program), "-h", "127.0.0.1", "-p", str(port), "-l", "-q", "-c", str(CONNECTIONS),
                 "-n", str(BENCHMARK_ROUND), "--dbnum", "1", "-t", "set,get,incr,lpush,lpop"],
                stdin=subprocess.DEVNULL, stdout=output, stderr=output)

    def stop(self):
        """Returns (requests in complete rounds, the lines that speak of an error)."""
        ended = self.process.poll()
        self.process.terminate()
        self.process.wait()
        lines = self.log.read_text(errors="replace").replace("\r", "\n").splitlines()
        errors = [line for line in lines if "rror" in line]
        if ended is not None:
            errors.append(f"redis-benchmark ended early ({ended})")
        rounds = sum("requests per second" in line for line in lines)
        return rounds * BENCHMARK_ROUND, errors
