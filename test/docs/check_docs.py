#!/usr/bin/env python3
"""Checks the documentation: check_docs.py ROOT.

Every ```cpp block stands in the source that the comment before it names; every relative link leads somewhere; api.md has
each public method of each resource, and no other.
"""

import pathlib
import re
import sys

BLOCK = re.compile(r"(?:<!-- from: (\S+) -->\n)?```cpp\n(.*?)```", re.DOTALL)
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
METHOD = re.compile(r"^    (?:asio::awaitable|call|pager|event_stream)<.*?> ?(\w+)\(", re.MULTILINE)


def pages(root):
    return [root / "README.md", root / "CONTRIBUTING.md", *sorted((root / "docs").rglob("*.md"))]


def lines(text):
    return [line.strip() for line in text.splitlines() if line.strip()]


def contains(source, block):
    have, want = lines(source), lines(block)
    return any(have[i:i + len(want)] == want for i in range(len(have) - len(want) + 1))


def check_blocks(root, page, text):
    for origin, block in BLOCK.findall(text):
        if not origin:
            yield f"{page}: a block of code names no source: {lines(block)[0]}"
        elif not (root / origin).is_file():
            yield f"{page}: no such source: {origin}"
        elif not contains((root / origin).read_text(), block):
            yield f"{page}: not in {origin}: {lines(block)[0]}"


def check_links(root, page, text):
    for link in LINK.findall(text):
        if "://" not in link and not (page.parent / link).exists():
            yield f"{page}: a link leads nowhere: {link}"


def check_api(root):
    api = (root / "docs/api.md").read_text()
    for folder in sorted((root / "include/corun").iterdir()):
        if not (folder / "client.hpp").is_file():
            continue
        methods = set()
        for header in sorted(folder.glob("*.hpp")):
            declaration = re.sub(r"private:.*?(?=\n};|public:)", "", header.read_text(), flags=re.DOTALL)
            declaration = re.sub(r"<[^<>;]*<[^<>;]*>[^<>;]*>", "<>", declaration)
            methods |= {f"{header.stem}.{name}" for name in METHOD.findall(declaration)}
        listed = set(re.findall(rf"^- `{folder.name}\.(\w+\.\w+)", api, re.MULTILINE))
        for name in sorted(methods - listed):
            yield f"docs/api.md lacks {folder.name}.{name}"
        for name in sorted(listed - methods):
            yield f"docs/api.md has {folder.name}.{name}, which is not there"


def main():
    root = pathlib.Path(sys.argv[1]).resolve()
    problems = []
    for page in pages(root):
        text = page.read_text()
        problems += check_blocks(root, page, text)
        problems += check_links(root, page, text)
    problems += check_api(root)
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
