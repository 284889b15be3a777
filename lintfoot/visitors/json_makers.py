"""Command lines whose output is JSON for sure, and those that take text apart. This room knows words alone."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lintfoot.gates.json_lines import TEXT_TOOLS
from lintfoot.gates.running import JSON_SPEAKERS
from lintfoot.regexes import regex

Words = Sequence[str | None]


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_PRETTY = _set("json_pp json_reformat python python3 jq yajl_reformat prettyjson")
_PASSES = _set("tee head tail cat tr sort uniq less more nl fold base64 xargs")
_VALUED = _set(
    "-o -O -f -F --output --format --out --output-format --outputformat --output_format --fmt -format --outform --log-format"
)
_FLAGS = _set("--json -json --as-json --to-json --output-json --json-pretty --json-output --print-json --dump-json")
_SHORT = {
    **dict.fromkeys(_set("ip bridge tc nft smartctl sensors ss"), ("-j", "-json")),
    **dict.fromkeys(_set("lsblk lscpu findmnt lsmem lsfd sfdisk losetup swapon lslocks lsns lsipc"), ("-J",)),
}
# They write JSON unless they are told otherwise.
_ALWAYS = {"docker": "inspect", "podman": "inspect", "nerdctl": "inspect", "buildah": "inspect", "skopeo": "inspect"}
_FETCHES = _set("curl wget http https xh httpie")
_NO_BODY = regex(r"-[a-zA-Z]*I[a-zA-Z]*|--head|-w.*|--write-out.*|-[a-zA-Z]*o|--output.*|--spider")
_OTHERWISE = regex(
    r"(?:-f|-o|--format|--output|--template|--query)(?:$|=)|-[of](?:tsv|table|text|yaml|wide|name|jsonpath)"
)
_JSON_WORD = regex(r"json(?:l|-compact|-pretty|_pretty)?(?:\(.*\))?", re.IGNORECASE | re.DOTALL)
_JSON_URL = regex(
    r"""(?ix)
    \.json(?:$|[?\#\s'"])
    | ^[a-z]+://(?:[\w.-]*\.)?api[\w-]*\.(?!ipify|my-ip|myip)[\w.-]+/\S
    | /api/v?\d|:\d+/v[1-9]/|/apis?/[\w\0-]+|[?&](?:format|output|fmt|alt)=json
    | /_cat/\S*format=json | /_cluster/health | /_nodes?\b | /actuator/(?:health|info) | /repos/[\w\0./-]+/(?:releases|tags)
    """
)
_JSON_PATTERN = regex(r'"[\w.@-]+\\?"?\s*(?:\\s\*|\s|\[\[:space:\]\]\*|\*)*:|[\w-]+":|"\s*:\s*"')
_BY_QUOTE = regex(r"""^-d\s*["']?\\?"["']?$|^-F\s*["']?\[?[^"]*"|^-d"|^-F"|^-F:"?$""")


def makes_json(words: Words) -> bool:
    """Whether a command writes JSON for sure."""
    name = _name(words)
    rest = [word or "" for word in words[1:]]
    if _says_json(rest) or not set(_SHORT.get(name, ())).isdisjoint(rest):
        return True
    if name in _ALWAYS and _ALWAYS[name] in rest:
        return not any(_OTHERWISE.match(word) for word in rest)
    if name in _FETCHES:
        if any(_NO_BODY.fullmatch(word) for word in rest):
            return False
        return any(
            _JSON_URL.search(word) or ("application/json" in word.lower() and "accept" in word.lower()) for word in rest
        )
    return name in ("cat", "zcat") and any(word.endswith(".json") for word in rest)


def _says_json(rest: Sequence[str]) -> bool:
    for word, following in zip(rest, [*rest[1:], ""], strict=False):
        option, sign, value = word.partition("=")
        if option in _VALUED and _JSON_WORD.fullmatch(value if sign else following):
            return True
        if word in _FLAGS or re.fullmatch(r"-[oO]json", word) or "{{json" in word.replace(" ", ""):
            return True
    return False


def may_make_json(words: Words) -> bool:
    """Whether a command writes JSON by default, if nobody has set it up otherwise: together with a pattern that says so."""
    name = _name(words)
    rest = [word or "" for word in words[1:]]
    if name in ("aws", "az"):
        return not any(_OTHERWISE.match(word) for word in rest)
    return name in _FETCHES or name in JSON_SPEAKERS


def pretty_prints(words: Words) -> bool:
    """`jq .`, `python -m json.tool`, `json_pp`: JSON stays JSON."""
    name, rest = _name(words), [word or "" for word in words[1:]]
    if name == "jq":
        return all(word in (".", "-C", "-M", "-S", "-c", "--compact-output", "--sort-keys") for word in rest)
    if name.startswith("python"):
        return rest[:2] == ["-m", "json.tool"]
    return name in _PRETTY


def passes_on(words: Words) -> bool:
    """Programs that hand on what they read, whole or in part."""
    return _name(words) in _PASSES


def takes_apart(words: Words) -> bool:
    """`grep`, `sed`, `awk`, `cut`, `perl -ne`: programs that know lines and columns."""
    return _name(words) in TEXT_TOOLS


def speaks_json(words: Words) -> bool:
    """Whether a pattern, or a delimiter, shows that JSON is taken apart: `grep '"version":'`, `cut -d'"' -f4`."""
    rest = [word or "" for word in words[1:]]
    if any(_JSON_PATTERN.search(word) for word in rest):
        return True
    pairs = zip(rest, [*rest[1:], ""], strict=False)
    return any(
        _BY_QUOTE.match(word) or (word in ("-d", "-F") and following in ('"', '\\"', '"|"'))
        for word, following in pairs
    )


_BOUNDED = _set("-r -R -l -L --recursive --files-with-matches -rl -rn -rln -lr -rli -Rl -rnw -rq --include")


def reads_json_file(words: Words) -> str:
    """The file of JSON that a text tool is given; empty where it only looks for files that hold something."""
    rest = [word or "" for word in words[1:]]
    if not takes_apart(words) or not _BOUNDED.isdisjoint(rest) or any(word.startswith("--include") for word in rest):
        return ""
    files = [word for word in rest[1:] if word.endswith(".json") and not word.startswith("-")]
    if any(re.fullmatch(r"(?:\d+|\$)?(?:,(?:\d+|\$))?[pdq]", word) for word in rest):
        return ""  # lines by their numbers
    return files[0] if files and (speaks_json(words) or _name(words) != "grep") else ""


def is_json_url(text: str) -> bool:
    """Whether an address says that it answers with JSON."""
    return bool(_JSON_URL.search(text))


def _name(words: Words) -> str:
    return re.split(r"[/\\]", words[0])[-1].lower() if words and words[0] else ""
