"""The command line: `zhunsheng` and its short name `zs`, one file per command.

Nothing heavy is imported before a command runs, so `zhunsheng --version` answers at once.
"""

from __future__ import annotations

import sys
from typing import NoReturn


def main() -> NoReturn:
    """Run the command line on `sys.argv` and leave with its exit code (architecture.md, "Outputs and exit
    codes")."""
    from zhunsheng.cli.entry import run

    sys.exit(run(sys.argv[1:]))
