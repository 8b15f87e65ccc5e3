#!/usr/bin/env python3
"""The fix goes into a loaded Redis, out and in again, and a hundred times more: no request fails, nothing grows."""

import os
import pathlib
import subprocess
import sys

folder = pathlib.Path(__file__).resolve().parents[3] / "examples" / "redis"
sys.path.insert(0, str(folder))
sys.dont_write_bytecode = True
import source  # noqa: E402  (found through the line above)

work = pathlib.Path.cwd() / "work"
work.mkdir(exist_ok=True)
try:
    source.fetch(work, os.environ.get("REDIS_SOURCE"), "http://deb.debian.org")
except (source.SourceError, OSError) as error:
    print(f"skipped, there is no source of Redis: {error}")
    sys.exit(77)
sys.exit(subprocess.run([sys.executable, "-B", str(folder / "demo.py"), "--work", str(work), "--cycles", "100", "--window", "1",
                         "--keys", "200000", "--no-rebuild"], check=False).returncode)
