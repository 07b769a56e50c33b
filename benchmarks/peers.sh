#!/bin/sh
# Install what the benchmarks compare with beside the environment of the project, all from PyPI: pandoc 3.9 (as
# pypandoc_binary packs it), Typst, obsidian-pdf-exporter, and extensions of Python-Markdown and markdown-it-py, which run
# on the project's own. It goes to benchmarks/.peers, which git ignores; the second time it is done at once.
# obsidian-pdf-exporter has an environment of its own, since it brings another release of much that the project has too;
# of WeasyPrint it gets the project's. Plain WeasyPrint is there already.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
peers=$here/.peers
# What was installed is told by this file and the place of this folder.
stamp=$({ printf '%s\n' "$here"; cat "$here/peers.sh"; } | sha256sum)
stamp=$peers/${stamp%% *}
[ ! -e "$stamp" ] || exit 0
rm -rf "$peers"
"${PYTHON:-python3}" -m venv "$peers"
printf '*\n' >"$peers/.gitignore"
"$peers/bin/python" -m pip install --quiet --disable-pip-version-check 'pypandoc_binary==1.17' 'typst==0.15.2'
"$peers/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps \
    'pymdown-extensions==13.1' 'mdit-py-plugins==0.7.0'
"${PYTHON:-python3}" -m venv "$peers/obsidian"
"$peers/obsidian/bin/python" -m pip install --quiet --disable-pip-version-check \
    'obsidian-pdf-exporter==0.14.9' 'weasyprint==70.0'
touch "$stamp"
