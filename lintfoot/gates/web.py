"""Gates of the visitors on requests, connections and clouds."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from functools import lru_cache

from lintfoot.answers import answer
from lintfoot.book import Rule
from lintfoot.census import last
from lintfoot.gates import ssh_lines
from lintfoot.gates.gate import Gate, Later, Lines
from lintfoot.libraries import Function, Models, braces
from lintfoot.sight import Sight

KEEPERS = {
    "requests": "requests.Session()",
    "httpx": "httpx.Client()",
    "aiohttp": "aiohttp.ClientSession()",
}
_METHODS = "get,options,head,post,put,patch,delete,request"
# They make a session for one request.
ALONE = frozenset([*braces(f"requests.{{{_METHODS}}}"), *braces(f"httpx.{{{_METHODS},stream}}"), "aiohttp.request"])
LISTED = ("graph.microsoft.com", "api.github.com")  # hosts of web APIs whose lists have pages
_PAGED = frozenset(("limit", "_continue"))  # what Kubernetes is asked for a page by
CONNECTS = {
    "telnetlib.Telnet": "telnet",
    "telnetlib3.open_connection": "telnet",
    "ftplib.FTP": "FTP",
}
ADDS = frozenset({"add_header", "add_unredirected_header"})
WARNING_FILTERS_OF: dict[str, dict[str, int | None]] = {
    "warnings.filterwarnings": {"action": 0, "message": 1, "category": 2, "module": 3},
    "warnings.simplefilter": {"action": 0, "category": 1},
    "warnings.catch_warnings": {"action": None, "category": None},
}


def _givers(rules: Mapping[str, Rule], models: Models) -> tuple[str, ...]:
    """The modules of the libraries that give responses."""
    del rules
    from lintfoot.gates.response_lines import shapes

    known = shapes(models)
    giving = (
        library
        for library in models.libraries
        if any(function.returns in known and function.role for function in library.functions)
    )
    return tuple(sorted({word.lower() for library in giving for word in library.imports}))


def _alone(sight: Sight) -> Lines:
    """Calls in loops that may make a session for one request."""
    from lintfoot.gates.callees import calls_of
    from lintfoot.gates.crowds import LOOPS, repeated

    sites = calls_of(sight, {name.rpartition(".")[2] for name in ALONE})
    if sites is None or sight.census is None:
        return None
    inside = set(map(id, repeated(sight.census, LOOPS))) if sites else set()
    return {site.line for site in sites if id(site.call) in inside}


def _listings(sight: Sight) -> Lines:
    """Calls that may list something, and requests to a web API whose lists have pages."""
    from lintfoot.gates.callees import calls_of, lines_of

    verbs = {verb for word, verb in (("googleapiclient", "execute"), ("gitlab", "list")) if word in sight.low}
    lists = calls_of(sight, verbs, _goes_on)
    asks = calls_of(sight, (), _requests) if any(host in sight.low for host in LISTED) else ()
    if lists is None or asks is None:
        return None
    whole = _whole(sight.models) - verbs
    return lines_of(sight, (*(one for one in lists if last(one.call.func) not in whole or _is_cut(one.call)), *asks))


@lru_cache(maxsize=8)
def _whole(models: Models) -> frozenset[str]:
    """The methods of Kubernetes alone that list all there is where nothing asks them for a page."""
    return answer(models, "lists of Kubernetes that are whole", (), lambda: _listing_all(models))


def _listing_all(models: Models) -> frozenset[str]:
    names = [name for name, function in models.functions.items() if _goes_on(function)]
    own = {name for name in names if name.startswith("kubernetes.") and _told_by_keyword(models.functions[name])}
    return frozenset(
        {name.rpartition(".")[2] for name in own} - {name.rpartition(".")[2] for name in names if name not in own}
    )


def _told_by_keyword(function: Function) -> bool:
    told = [function.arguments[facet] for facet in ("token", "limit") if facet in function.arguments]
    return all(one.position is None and _PAGED.issuperset(one.keyword) for one in told)


def _is_cut(call: ast.Call) -> bool:
    """Whether a call may ask for a page: by a keyword, as all that these methods take but for names."""
    return any(isinstance(one, ast.Starred) for one in call.args) or any(
        one.arg is None or one.arg in _PAGED for one in call.keywords
    )


def _requests(function: Function) -> bool:
    return "request" in function.role


def _goes_on(function: Function) -> bool:
    return "token" in function.arguments


def _in_the_open(sight: Sight) -> Lines:
    """Calls that may be given an address, that may add a header, or connect without encryption."""
    from lintfoot.gates.callees import lead_to, lines_called, lines_of

    census, asks = sight.census, lead_to(sight, _takes_an_address)
    old = lines_called(sight, {name.rpartition(".")[2] for name in CONNECTS})
    if census is None or asks is None or old is None:
        return None
    added = {one.line for one, call in census.all(ast.Call) if last(call.func) in ADDS}
    return {*old, *added, *lines_of(sight, asks.sites())}


def _takes_an_address(function: Function) -> bool:
    return "url" in function.arguments


def _filters(sight: Sight) -> Lines:
    """Calls that may set a filter."""
    from lintfoot.gates.callees import lines_called

    return lines_called(sight, {name.rpartition(".")[2] for name in WARNING_FILTERS_OF})


RESPONSES = Gate(
    "responses:Responses", codes=("LF202",), made=_givers, places=Later("response_lines:told"), slices=True
)
SESSIONS = Gate("sessions:Sessions", codes=("LF203",), words=tuple(KEEPERS), places=_alone, slices=True)
TRUST = Gate("trust:Trust", codes=("LF301",), words=("sslcontext",), places=Later("tls_lines:handed"), slices=True)
WARNING_FILTERS = Gate(
    "warning_filters:WarningFilters",
    codes=("LF302",),
    words=("filterwarnings", "simplefilter", "catch_warnings"),
    places=_filters,
    slices=True,
)
HOST_KEYS = Gate(
    "host_keys:HostKeys",
    codes=("LF303",),
    words=(
        *(ssh_lines.OPTION, ssh_lines.SWITCH, ssh_lines.ASKED, "autoaddpolicy", "warningpolicy"),
        *sorted(ssh_lines.SWITCHES),
    ),
    places=Later("ssh_lines:told"),
    slices=True,
)
OLD_TLS = Gate(
    "old_tls:OldTls",
    codes=("LF304",),
    words=("sslv2", "sslv3", "ssl3", "tlsv1", "tls1", "tls_1", "tls_v", "minimum_supported", "1.0", "1.1"),
    places=Later("tls_lines:told"),
    slices=True,
)
PLAINTEXT = Gate(
    "plaintext:Plaintext",
    codes=("LF305",),
    words=("telnetlib", "ftplib", "http://"),
    places=_in_the_open,
    slices=True,
)
LISTINGS = Gate(
    "listings:Listings",
    codes=("LF801",),
    # The modules of the libraries that give pages, and the hosts whose APIs do.
    words=("boto", "kubernetes", "gitlab", "googleapiclient", *LISTED),
    places=_listings,
    slices=True,
)
