"""The stops as a plot: SVG, by gnuplot."""

import statistics
import subprocess


def plot(path, threads, series):
    """`series`: name -> {number of threads: gaps in ms}; both axes are logarithmic, bars reach from least to most."""
    blocks, lines = [], []
    for index, (name, gaps) in enumerate(series.items()):
        rows = [f"{count} {statistics.median(gaps[count])} {min(gaps[count])} {max(gaps[count])}"
                for count in threads if gaps.get(count)]
        blocks.append("\n".join(rows))
        lines.append(f"$points index {index} using 1:2:3:4 with yerrorlines title {name!r}")
    script = "\n".join([
        "$points << END", "\n\n\n".join(blocks), "END",
        f"set terminal svg size 800,500 background 'white'\nset output {str(path)!r}",
        "set logscale xy\nset grid\nset key outside right\nset xlabel 'threads'",
        "set ylabel 'longest gap of a running thread, ms'\nset xrange [0.8:*]",
        f"set xtics ({', '.join(map(str, threads))})",
        "plot " + ", ".join(lines), ""])
    subprocess.run(["gnuplot"], input=script, text=True, check=True)
