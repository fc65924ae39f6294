"""Speed and memory, beside peers in the same run; `python -m benchmarks` runs them all, small."""
