#!/bin/sh
# Install what the benchmarks compare with beside the environment of the project: pandoc 3.9, as PyPI's pypandoc_binary
# packs it. It goes to benchmarks/.peers, which git ignores. WeasyPrint is there already.
set -eu
peers=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)/.peers
"${PYTHON:-python3}" -m venv "$peers"
printf '*\n' >"$peers/.gitignore"
"$peers/bin/python" -m pip install --quiet --disable-pip-version-check 'pypandoc_binary==1.17'
