"""Click's own usage errors as diagnostics, so that they are said in the chosen language like all others."""

from __future__ import annotations

import click
from click.exceptions import BadOptionUsage, MissingParameter, NoSuchOption

from zhunsheng.diagnostics import Diagnostic


def usage_diagnostic(error: click.UsageError) -> Diagnostic:
    """What click found wrong with the arguments, as ZS5001 (unknown option), ZS5003 (something is missing),
    ZS5005 or ZS5008 (a value too few or too many), and ZS5009 for what has no code of its own."""
    command = error.ctx.command_path if error.ctx else "zhunsheng"
    if isinstance(error, NoSuchOption):
        near = error.possibilities[0] if error.possibilities else ""
        code = "ZS5010" if near else "ZS5001"
        return Diagnostic(code, None, {"option": error.option_name, "near": near, "command": command})
    if isinstance(error, MissingParameter) and error.param is not None:
        param = error.param
        name = param.opts[-1] if isinstance(param, click.Option) else str(param.human_readable_name).upper()
        return Diagnostic("ZS5003", None, {"parameter": name, "command": command})
    if isinstance(error, BadOptionUsage):
        flags = {
            name
            for param in (error.ctx.command.params if error.ctx else ())
            if isinstance(param, click.Option) and param.is_flag
            for name in param.opts
        }
        code = "ZS5008" if error.option_name in flags else "ZS5005"
        return Diagnostic(code, None, {"option": error.option_name, "command": command})
    return Diagnostic("ZS5009", None, {"message": error.format_message(), "command": command})
