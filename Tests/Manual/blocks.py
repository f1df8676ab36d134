"""The fenced blocks of README and the manual, and the commands in them."""

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Block:
    page: str
    line: int
    language: str
    text: str

    @property
    def place(self):
        return f"{self.page}:{self.line}"

    @property
    def first(self):
        return self.text.splitlines()[0] if self.text else ""

    def commands(self):
        """One for each line that is not continued, without what is said of it."""
        for line in self.text.replace("\\\n", " ").splitlines():
            command = re.sub(r"\s+", " ", re.sub(r"\s#\s.*", "", line)).strip()
            if command and not command.startswith("#"):
                yield command


def blocks_of(page, text):
    fence, begin, lines = None, 0, []
    for number, line in enumerate(text.splitlines(), 1):
        if fence is None and line.startswith("```"):
            fence, begin, lines = line[3:].strip(), number, []
        elif fence is not None and line == "```":
            yield Block(page, begin, fence, "\n".join(lines))
            fence = None
        elif fence is not None:
            lines.append(line)
    if fence is not None:
        yield Block(page, begin, "without an end", "\n".join(lines))


def all_blocks():
    for path in [ROOT / "README.md", *sorted((ROOT / "assets/manual").glob("*.md"))]:
        yield from blocks_of(path.name, path.read_text(encoding="utf-8"))
