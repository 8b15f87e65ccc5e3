#!/usr/bin/env python3
"""The classic sample: by hand with both kinds of mapfile, and generated. The script itself compares what the target prints."""

import os
import pathlib
import subprocess
import sys

script = pathlib.Path(__file__).resolve().parents[3] / "examples" / "pannus" / "run"
sys.exit(subprocess.run(["sh", str(script), os.path.join(os.getcwd(), "work")], check=False).returncode)
