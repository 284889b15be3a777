#!/usr/bin/env bash
# The action's first step: lintfoot in an environment of its own, so that nothing of the job's Python changes.
set -euo pipefail

# What is checked may hold a pip.conf or a module called pip: neither counts here.
cd "$GITHUB_ACTION_PATH"
python3 -I -m venv "$HOME_OF_LINTFOOT"
wanted=$GITHUB_ACTION_PATH
if [ -n "$VERSION" ]; then
    wanted=lintfoot==$VERSION
fi
"$HOME_OF_LINTFOOT/bin/python" -I -m pip install --quiet --disable-pip-version-check "$wanted"
