#!/usr/bin/env bash
# The action's second step: one run, the report in the log, SARIF and JSON beside it, and the count as an output.
# Inputs come as variables and are handed on as words: nothing of them is ever read as a command.
set -euo pipefail

sarif=$HOME_OF_LINTFOOT/lintfoot.sarif
json=$HOME_OF_LINTFOOT/lintfoot.json
words=(check "--format=$FORMAT" "--output=$FORMAT" "--output=sarif:$sarif" "--output=json:$json")
if [ -n "$BASELINE" ]; then
    words+=("--baseline=$BASELINE")
fi
if [ -n "$SINCE" ]; then
    words+=("--since=$SINCE")
fi
if [ -n "$FAIL_ON" ]; then
    words+=("--fail-on=$FAIL_ON")
fi
words+=(--)
while IFS= read -r path; do
    if [ -n "$path" ]; then
        words+=("$path")
    fi
done <<<"$PATHS"

rm -f "$sarif" "$json"
code=0
"$HOME_OF_LINTFOOT/bin/lintfoot" "${words[@]}" || code=$?
if [ -f "$json" ]; then
    count=$("$HOME_OF_LINTFOOT/bin/python" -I -c 'import json, sys; print(json.load(open(sys.argv[1]))["summary"]["findings"])' "$json")
    {
        echo "sarif-file=$sarif"
        echo "findings=$count"
    } >>"$GITHUB_OUTPUT"
fi
exit "$code"
