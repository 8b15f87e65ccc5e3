#!/usr/bin/env python3
"""hits.py PID ADDRESS...: which of these functions run? A breakpoint on each, taken away when it is hit.

Prints "ready", then a line for each that was hit; ends, with the process as it was, when its input ends. Threads and
processes that are born in the meantime are followed."""

import ctypes
import errno
import os
import select
import signal
import sys

SYSCALL_FAILED = -1
CONT, DETACH, SEIZE, INTERRUPT, GETREGS, SETREGS = 7, 17, 0x4206, 0x4207, 12, 13
FORK, VFORK, CLONE = 2, 4, 8  # PTRACE_O_TRACE...
EVENT_STOP = 128
WALL = 0x40000000
RIP, REGISTERS = 16, 27  # struct user_regs_struct, in words

libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
libc.ptrace.restype = ctypes.c_long


def ptrace(request, thread, address=0, data=0):
    if libc.ptrace(request, thread, address, data) == SYSCALL_FAILED:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


class Probed:
    def __init__(self, pid, addresses):
        self.threads, self.original, self.hit, self.pid = set(), {}, set(), pid
        self.isEnding = False
        for _ in range(3):  # until no thread is born between
            for thread in map(int, os.listdir(f"/proc/{pid}/task")):
                if thread not in self.threads:
                    ptrace(SEIZE, thread, 0, FORK | VFORK | CLONE)
                    self.threads.add(thread)
        with open(f"/proc/{pid}/mem", "r+b", buffering=0) as memory:
            for address in addresses:
                memory.seek(address)
                self.original[address] = memory.read(1)
            for address in addresses:
                memory.seek(address)
                memory.write(b"\xcc")

    def restore(self, thread, addresses):
        with open(f"/proc/{thread}/mem", "r+b", buffering=0) as memory:
            for address in addresses:
                memory.seek(address)
                memory.write(self.original[address])

    def stopped(self, thread, status):
        """Handles one stop and lets the thread go on."""
        if os.WIFEXITED(status) or os.WIFSIGNALED(status):
            self.threads.discard(thread)
            return
        self.threads.add(thread)
        number, event = os.WSTOPSIG(status), status >> 16
        if event:
            number = 0 if event != EVENT_STOP or number == signal.SIGTRAP else number
        elif number == signal.SIGTRAP:
            registers = (ctypes.c_ulonglong * REGISTERS)()
            ptrace(GETREGS, thread, 0, ctypes.addressof(registers))
            address = registers[RIP] - 1
            if address in self.original:
                self.restore(thread, [address])
                registers[RIP] = address
                ptrace(SETREGS, thread, 0, ctypes.addressof(registers))
                if address not in self.hit:
                    self.hit.add(address)
                    print(f"{address:x}", flush=True)
                number = 0
        if self.isEnding:
            self.restore(thread, self.original)
            ptrace(DETACH, thread, 0, number)
            self.threads.discard(thread)
        else:
            ptrace(CONT, thread, 0, number)

    def collect(self):
        """Handles the stops there are. False: nobody is left."""
        while True:
            try:
                thread, status = os.waitpid(-1, WALL | os.WNOHANG)
            except ChildProcessError:
                return False
            if not thread:
                return True
            try:
                self.stopped(thread, status)
            except OSError as error:
                if error.errno != errno.ESRCH and error.errno != errno.EIO:
                    raise

    def end(self):
        self.isEnding = True
        for thread in list(self.threads):
            try:
                ptrace(INTERRUPT, thread)
            except OSError:
                self.threads.discard(thread)
        while self.threads and self.collect():
            select.select([], [], [], 0.002)


def main():
    probed = Probed(int(sys.argv[1]), [int(word, 16) for word in sys.argv[2:]])
    print("ready", flush=True)
    while probed.collect() and not select.select([sys.stdin], [], [], 0.001)[0]:
        pass
    probed.end()


if __name__ == "__main__":
    main()
