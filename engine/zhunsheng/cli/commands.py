"""Click commands that speak the chosen language: usage line, headings, help option and the group itself."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from importlib import import_module
from keyword import iskeyword
from typing import Any

import click

from zhunsheng.cli.exits import stop
from zhunsheng.cli.words import words
from zhunsheng.reports.layout import display_width, pad, wrap
from zhunsheng.reports.wording import Wording

COMMANDS = ("check", "explain", "map", "import", "fmt", "lint", "test", "clauses", "measures")
"""Each is a module beside this one whose `command(language)` builds the command; imported only when it is
asked for."""


class _Help(click.HelpFormatter):
    """Help whose lines break between Chinese characters too, and whose headings end as the language ends
    them."""

    colon = ":"

    def write_heading(self, heading: str) -> None:
        self.write(f"{' ' * self.current_indent}{heading}{self.colon}\n")

    def write_text(self, text: str) -> None:
        indent = " " * self.current_indent
        for place, paragraph in enumerate(text.split("\n\n")):
            self.write("\n" if place else "")
            for line in wrap(" ".join(paragraph.split()), self.width - self.current_indent):
                self.write(f"{indent}{line}\n")

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        rows = list(rows)
        indent = " " * self.current_indent
        column = min(max(display_width(name) for name, _ in rows), col_max) + col_spacing
        for name, text in rows:
            lines = wrap(text, self.width - self.current_indent - column)
            if display_width(name) > column - col_spacing:
                self.write(f"{indent}{name}\n")
            else:
                self.write(f"{indent}{pad(name, column)}{lines.pop(0)}\n")
            for line in lines:
                self.write(f"{indent}{' ' * column}{line}\n")


class _Context(click.Context):
    def make_formatter(self) -> click.HelpFormatter:
        formatter = _Help(width=min(max(shutil.get_terminal_size((80, 24)).columns, 60), 100))
        if isinstance(self.command, _Localised):
            formatter.colon = self.command.wording.text("help.colon")
        return formatter


class _Localised(click.Command):
    """Help and usage in the language of `wording`."""

    context_class = _Context
    wording: Wording

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            error.ctx = error.ctx or ctx
            raise

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        pieces = self.collect_usage_pieces(ctx)
        formatter.write_usage(
            ctx.command_path, " ".join(pieces), prefix=self.wording.text("help.usage") + " "
        )

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        options = [param for param in self.get_params(ctx) if isinstance(param, click.Option)]
        rows = [row for option in options if (row := option.get_help_record(ctx)) is not None]
        if rows:
            with formatter.section(self.wording.text("help.options")):
                formatter.write_dl(rows)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = self.wording.text("help.help")
        return option


class LocalCommand(_Localised):
    """A subcommand. Words beyond its arguments are an error that we say ourselves."""

    def __init__(
        self,
        name: str,
        wording: Wording,
        params: list[click.Parameter],
        callback: Any,
        *,
        shown: str | None = None,
    ) -> None:
        """`name` finds its texts; `shown` is how it is called where that is another word."""
        super().__init__(
            shown or name,
            params=params,
            callback=callback,
            help=wording.text(f"{name}.help"),
            short_help=wording.text(f"{name}.short"),
            epilog=wording.find(f"{name}.epilog"),
            options_metavar=wording.text("help.options_metavar"),
            context_settings={"allow_extra_args": True, "help_option_names": ["-h", "--help"]},
        )
        self.wording = wording

    def invoke(self, ctx: click.Context) -> Any:
        if ctx.args:
            raise stop("ZS5006", {"argument": ctx.args[0], "command": ctx.command_path})
        return super().invoke(ctx)


class LocalGroup(_Localised, click.Group):
    """A subcommand with subcommands of its own."""

    def __init__(
        self,
        name: str,
        wording: Wording,
        commands: Sequence[click.Command],
        params: list[click.Parameter],
    ) -> None:
        super().__init__(
            name,
            commands=list(commands),
            params=params,
            callback=lambda **_: None,
            help=wording.text(f"{name}.help"),
            short_help=wording.text(f"{name}.short"),
            epilog=wording.find(f"{name}.epilog"),
            invoke_without_command=True,
            no_args_is_help=False,
            subcommand_metavar=wording.text("help.subcommand_metavar"),
            options_metavar=wording.text("help.options_metavar"),
            context_settings={"help_option_names": ["-h", "--help"]},
        )
        self.wording = wording

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            known = ", ".join(f"{self.name} {each}" for each in self.list_commands(ctx))
            raise stop("ZS5002", {"command": f"{self.name} {args[0]}", "commands": known})
        return super().resolve_command(ctx, args)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_options(ctx, formatter)
        with formatter.section(self.wording.text("help.commands")):
            formatter.write_dl([(name, each.short_help or "") for name, each in self.commands.items()])

    def invoke(self, ctx: click.Context) -> Any:
        if not ctx._protected_args and not ctx.args:
            click.echo(ctx.get_help())
            return None
        return super().invoke(ctx)


class Program(_Localised, click.Group):
    """The group `zhunsheng`, whose commands are imported on demand."""

    def __init__(self, language: str) -> None:
        wording = words(language)
        super().__init__(
            "zhunsheng",
            params=[_version(wording), language_option(wording)],
            callback=lambda **_: None,
            help=wording.text("program.help"),
            epilog=wording.text("program.epilog"),
            invoke_without_command=True,
            no_args_is_help=False,
            subcommand_metavar=wording.text("help.subcommand_metavar"),
            context_settings={"help_option_names": ["-h", "--help"]},
        )
        self.wording = wording

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = f"{cmd_name}_" if iskeyword(cmd_name) else cmd_name
        built: click.Command = import_module(f"zhunsheng.cli.{module}").command(self.wording.language)
        return built

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            raise stop("ZS5002", {"command": args[0], "commands": ", ".join(COMMANDS)})
        return super().resolve_command(ctx, args)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_options(ctx, formatter)
        with formatter.section(self.wording.text("help.commands")):
            formatter.write_dl([(name, self.wording.text(f"{name}.short")) for name in COMMANDS])

    def invoke(self, ctx: click.Context) -> Any:
        if not ctx._protected_args and not ctx.args:
            click.echo(ctx.get_help())
            return None
        return super().invoke(ctx)


def _version(wording: Wording) -> click.Option:
    def show(ctx: click.Context, _: click.Parameter, asked: bool) -> None:
        if asked:
            from zhunsheng import __version__

            click.echo(f"zhunsheng {__version__}")
            ctx.exit()

    return click.Option(
        ["--version", "-V"],
        is_flag=True,
        expose_value=False,
        is_eager=True,
        callback=show,
        help=wording.text("help.version"),
    )


def language_option(wording: Wording) -> click.Option:
    """`--lang`, on the program and on every command. Its value is read before parsing (`language.chosen`)."""
    return Choice(["--lang"], ("zh", "en"), help=wording.text("help.lang"), expose_value=False)


class Choice(click.Option):
    """An option with a closed list of values, whose error we say ourselves."""

    def __init__(self, declarations: Sequence[str], values: tuple[str, ...], **attributes: Any) -> None:
        super().__init__(declarations, metavar="|".join(values), callback=self._check, **attributes)
        self.values = values

    def _check(self, ctx: click.Context, _: click.Parameter, value: str | None) -> str | None:
        if value is not None and value not in self.values:
            raise stop("ZS5004", {"option": self.opts[-1], "value": value, "values": ", ".join(self.values)})
        return value


class Whole(click.Option):
    """An option that takes a whole number, zero or more."""

    def __init__(self, declarations: Sequence[str], **attributes: Any) -> None:
        super().__init__(declarations, callback=self._check, **{"metavar": "N", **attributes})

    def _check(self, ctx: click.Context, _: click.Parameter, value: object) -> int | None:
        if value is None:
            return None
        text = str(value)
        if not (text.isascii() and text.isdigit() and len(text) <= 12):
            raise stop("ZS5007", {"option": self.opts[-1], "value": text})
        return int(text)


def option(wording: Wording, command: str, *declarations: str, **attributes: Any) -> click.Option:
    """A plain option of `command`; its help text is `<command>.options.<name>`."""
    return _Plain(wording, list(declarations), help=help_of(wording, command, declarations), **attributes)


class _Plain(click.Option):
    """An option whose help says in the user's language that it must be given."""

    def __init__(self, wording: Wording, declarations: Sequence[str], **attributes: Any) -> None:
        super().__init__(declarations, **attributes)
        self._must = wording.text("help.required")

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        record = super().get_help_record(ctx)
        return record and (record[0], record[1].replace("[required]", self._must))


def help_of(wording: Wording, command: str, declarations: Sequence[str]) -> str:
    """The help text of an option: by its long name without dashes."""
    long = next(word for word in declarations if word.startswith("--"))
    return wording.text(f"{command}.options.{long.lstrip('-').replace('-', '_')}")
