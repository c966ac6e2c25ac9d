"""Make the encoder that runs: base weights and our adapter, as one int8 graph. `python -m classifiers.encoder.build`.

Done once, at set-up; the graph lies beside this file and is not in Git. Takes about two seconds.
"""

import os
import sys
from pathlib import Path

from classifiers.encoder.adapter import adapted, adapter_path, version
from classifiers.encoder.base import ModelMissing, weights
from classifiers.encoder.graph import write_graph


def graph_path() -> Path:
    """Where the graph for the shipped adapter stands, or would stand."""
    return Path(__file__).parent / "built" / f"encoder-{version(adapter_path())}.onnx"


def build() -> Path:
    """Make the graph unless it is there; older ones go. Raises ModelMissing. Two processes may do it at once."""
    path = graph_path()
    if path.exists():
        return path
    path.parent.mkdir(exist_ok=True)
    half = path.with_suffix(f".{os.getpid()}.part")
    write_graph(adapted(weights(), adapter_path()), half)
    half.replace(path)
    for old in path.parent.glob("encoder-*.onnx"):
        if old != path:
            old.unlink(missing_ok=True)
    return path


def main() -> int:
    """Build and say where; 2 when the base model is missing."""
    try:
        path = build()
    except ModelMissing as fault:
        sys.stderr.write(f"encoder: {fault}\n")
        return 2
    sys.stdout.write(f"{path}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
