"""A page of the documentation: its blocks, run in order in one directory and one namespace, and what they print.

``python tests/documentation_page.py docs/*.md README.md`` replaces the outputs that are no longer true.
"""

import ast
import doctest
import io
import os
import re
import shlex
import shutil
import sys
import tempfile
import textwrap
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from forecastkit.cli.app import app
from forecastkit.errors import DataWarning, ForecastkitError

ROOT = Path(__file__).resolve().parents[1]
WIDTH = "88"  # characters that a block of the built pages has room for
_FENCE = re.compile(r"^```(?P<info>[^\n`]*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
_CAPTION = re.compile(r":caption: (?P<name>\S+)\n\n?")
_CHECKER = doctest.OutputChecker()


@dataclass(frozen=True)
class Block:
    """A fenced block: ``python`` and ``sh`` are run, a ``file`` is written, ``text`` is what is printed."""

    kind: str
    content: str
    span: tuple[int, int]
    name: str = ""


@dataclass(frozen=True)
class Run:
    """A block that was run, what it printed, and the block that says what it should print."""

    block: Block
    printed: str
    expected: Block | None

    @property
    def agrees(self) -> bool:
        """Whether the page shows what is printed: an ellipsis stands for anything, blanks do not count."""
        options = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
        shown = "" if self.expected is None else self.expected.content
        return _CHECKER.check_output(shown, self.printed, options)


def blocks_of(text: str) -> list[Block]:
    """Blocks of a page that mean something here; a code block with a caption is a file of that name."""
    blocks = []
    for fence in _FENCE.finditer(text):
        info, body = fence["info"].strip(), fence["body"]
        caption = _CAPTION.match(body) if info.startswith("{code-block}") else None
        if caption:
            blocks.append(Block("file", body[caption.end() :], fence.span("body"), caption["name"]))
        elif info in ("python", "sh", "text", "yaml"):
            blocks.append(Block(info, body, fence.span("body")))
    return blocks


def run_page(text: str, directory: Path) -> Iterator[Run]:
    """Run the blocks of a page in a directory, which is the current one and gets the project's ``configs``."""
    shutil.copytree(ROOT / "configs", directory / "configs")
    names: dict[str, Any] = {"__name__": "__main__"}
    blocks = blocks_of(text)
    for place, block in enumerate(blocks):
        if block.kind == "file":
            (directory / block.name).write_text(block.content, encoding="utf-8")
        elif block.kind in ("python", "sh"):
            after = blocks[place + 1 : place + 2]
            expected = next((each for each in after if each.kind in ("text", "yaml")), None)
            printed = _printed_by_python(block.content, names) if block.kind == "python" else _printed_by_shell(block)
            yield Run(block, printed, expected)


def _printed_by_python(code: str, names: dict[str, Any]) -> str:
    """What a script prints, the values of its expressions as in an interactive session, its error as the last line."""
    with _captured() as printed:
        for node in ast.parse(code).body:
            try:
                if not isinstance(node, ast.Expr):
                    exec(compile(ast.Module([node], []), "<page>", "exec"), names)
                elif (value := eval(compile(ast.Expression(node.value), "<page>", "eval"), names)) is not None:
                    printed.write(f"{value!r}\n")
            except ForecastkitError as error:
                printed.write(f"{type(error).__name__}: {error}\n")
    return printed.getvalue()


def _printed_by_shell(block: Block) -> str:
    """What the ``forecastkit``, ``cat`` and ``echo $?`` commands of a block print; others are left alone."""
    code = 0
    with _captured() as printed:
        for line in block.content.replace("\\\n", " ").splitlines():
            words = shlex.split(line, comments=True)
            words = demo_command() if words == ["make", "demo"] else words
            if words[:1] == ["cat"]:
                printed.write(Path(words[1]).read_text(encoding="utf-8"))
            elif words == ["echo", "$?"]:
                printed.write(f"{code}\n")
                code = 0
            elif words[:1] == ["forecastkit"] and ">" in words:
                with Path(words[-1]).open("w", encoding="utf-8") as file, redirect_stdout(file):
                    code = code or run_command(words[1 : words.index(">")])
            elif words[:1] == ["forecastkit"]:
                code = code or run_command(words[1:])
    if code:
        raise AssertionError(f"exit code {code}, which the page does not show by 'echo $?':\n{printed.getvalue()}")
    return printed.getvalue()


def run_command(arguments: list[str]) -> int:
    """Run a command line in this process and return its exit code."""
    try:
        app(arguments, prog_name="forecastkit")
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def demo_command() -> list[str]:
    """Words of the command that ``make demo`` runs after installing."""
    recipe = re.search(r"^demo:.*\n\t\$\(BIN\)/(.+)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    return shlex.split(recipe[1]) if recipe else []


@contextmanager
def _captured() -> Iterator[io.StringIO]:
    """Both streams in one text; warnings about the data are printed, all others are errors."""
    printed = io.StringIO()
    with redirect_stdout(printed), redirect_stderr(printed), warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.simplefilter("always", DataWarning)
        warnings.showwarning = lambda message, category, *_: printed.write(f"{category.__name__}: {message}\n")
        yield printed


def refreshed(text: str) -> str:
    """Return a page with the output blocks that disagree replaced by what is printed."""
    back = Path.cwd()
    with tempfile.TemporaryDirectory() as directory:
        os.chdir(directory)
        try:
            runs = [run for run in run_page(text, Path(directory)) if run.expected is not None and not run.agrees]
        finally:
            os.chdir(back)
    for run in reversed(runs):
        start, end = run.expected.span
        lines = (_wrapped(line) for line in run.printed.splitlines())
        text = f"{text[:start]}{''.join(line + chr(10) for line in lines)}{text[end:]}"
    return text


def _wrapped(line: str) -> str:
    """Break the long line of an error or warning; tables keep their shape."""
    message = re.match(r"(\w+Error|\w+Warning|error|warning): ", line)
    return textwrap.fill(line, int(WIDTH), subsequent_indent="    ") if message else line.rstrip()


if __name__ == "__main__":
    os.environ["COLUMNS"] = WIDTH
    for name in sys.argv[1:]:
        page = Path(name)
        page.write_text(refreshed(page.read_text(encoding="utf-8")), encoding="utf-8")
