"""Five hundred rules parsed and typed, in a fresh process.

    python benchmarks/parse_500.py [--rules 500]

The rules are the benchmark pack's thirty over and over under new names, in files of fifty; the parameters and
definitions stand once. Importing the package and reading the vocabulary are shown apart.
"""

from __future__ import annotations

import argparse
import re
import time
from pathlib import Path

PACK = Path(__file__).parent / "pack"


def texts(rules: int) -> list[str]:
    """The declarations before the first rule, then files of fifty rules each."""
    text = (PACK / "rating.rule").read_text(encoding="utf-8")
    preamble, *originals = re.split(r"^(?=rule )", text, flags=re.M)
    copies = [
        re.sub(
            r"^rule (\w+)",
            rf"rule \1_{number // len(originals)}",
            originals[number % len(originals)],
            flags=re.M,
        )
        for number in range(rules)
    ]
    return [preamble, *("".join(copies[start : start + 50]) for start in range(0, rules, 50))]


def main() -> None:
    options = argparse.ArgumentParser(description="Parse and type many rules.")
    options.add_argument("--rules", type=int, default=500)
    given = options.parse_args()
    files = texts(given.rules)

    started = time.perf_counter()
    from zhunsheng.diagnostics import Source
    from zhunsheng.semantics import check, load_vocabulary
    from zhunsheng.syntax import parse

    imported = time.perf_counter()
    vocabulary, _ = load_vocabulary(PACK / "vocabulary")
    read = time.perf_counter()
    parsed = [parse(Source(f"{number}.rule", text)) for number, text in enumerate(files)]
    trees = time.perf_counter()
    checked = check([file for file, _ in parsed], vocabulary)
    typed = time.perf_counter()

    assert len(checked.program.rules) == given.rules, len(checked.program.rules)
    assert not any(diagnostics for _, diagnostics in parsed)
    print(f"import      {imported - started:6.2f} s")
    print(f"vocabulary  {read - imported:6.2f} s")
    print(f"parse       {trees - read:6.2f} s   {sum(map(len, files)) / 1024:.0f} KiB in {len(files)} files")
    print(f"type        {typed - trees:6.2f} s   {given.rules} rules")
    print(f"together    {typed - read:6.2f} s")


if __name__ == "__main__":
    main()
