"""Pages of web APIs: Microsoft Graph, GitHub, GitLab, Google."""

from __future__ import annotations

import re
from collections.abc import Iterator

import libcst as cst

from lintfoot import calls, facets
from lintfoot.paths import within
from lintfoot.regexes import regex
from lintfoot.scopes import last_word
from lintfoot.values import Constant, Instance, Named, Text
from lintfoot.visitors.base import Context

_GRAPH = "graph.microsoft.com"
_GITHUB = "api.github.com"
_PLURALS = frozenset(
    "repos issues pulls commits branches tags releases members teams hooks contributors collaborators comments events labels "
    "milestones stargazers forks followers users orgs gists deployments assignees invitations subscribers watchers files "
    "runs artifacts runners workflows secrets variables jobs keys packages".split()
)
_KNOWS_GITHUB = regex(
    r"\.links\b|[\"'](next|[Ll]ink|page)[\"']|rel=|[?&]page=|paginat|next_url|next_page|hasNextPage|json\(\)\[0\]",
    re.IGNORECASE,
)
_NEWEST_FIRST = frozenset("releases tags commits runs events".split())
_TAKES_FIRST = regex(r"\[0\]|\bnext\(")
_KNOWS_GOOGLE = regex(r"(?i)next_?page_?token|list_next|page_?token|paginat|_next\(")
_PER_PAGE_ONE = regex(r"per_page[\"']?\s*[=:]\s*1\b")
_TOP_ONE = regex(r"\$top[\"']?\s*[=:]\s*1\b|\$filter.{0,80}\beq\b|\$count", re.DOTALL)
_GITLAB_ALL = frozenset("all iterator get_all as_list page".split())
# The Admin SDK gives these whole.
_WHOLE_GOOGLE = frozenset("domains orgunits domainAliases asps tokens verificationCodes".split())
_FEW_GOOGLE = frozenset(("pageSize", "maxResults"))
_MORE = "ask again as long as the answer names a next page"

Found = tuple[cst.Call, str, str]


class WebLists:
    """First pages of web APIs in one script."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.names = context.names
        text = context.text
        self._graph = _GRAPH in text
        self._github = _GITHUB in text
        self._google = "googleapiclient" in text
        self._gitlab = "gitlab" in text
        self._said: set[int] = set()

    def first_pages(self, node: cst.Call) -> Iterator[Found]:
        """The call, what it is and what to do, where it is one whose further pages nobody asks for."""
        if self._google and last_word(node.func) == "execute":
            yield from self._of_google(node)
        if self._gitlab and last_word(node.func) == "list":
            yield from self._of_gitlab(node)
        if (self._graph or self._github) and node.args:
            yield from self._of_request(node)

    # HTTP

    def _of_request(self, node: cst.Call) -> Iterator[Found]:
        if not any(
            "request" in one.function.role and self._is_get(node, one) for one in calls.targets(self.names, node)
        ):
            return
        address = self._address(node)
        code = self._code_round(node)
        if self._graph and _GRAPH in address and self._is_first_of_graph(node, code):
            yield (
                node,
                "Microsoft Graph gives one page of `value`",
                'follow reply["@odata.nextLink"] as long as there is one',
            )
        elif self._github and _GITHUB in address and ".json()" in code and not _KNOWS_GITHUB.search(code):
            own = self.context.module.code_for_node(node)
            path = address.partition("?")[0].rstrip("/").rpartition("/")[2]
            if path in _NEWEST_FIRST and _TAKES_FIRST.search(code):
                return  # the newest is wanted, and stands on the first page
            if ("per_page" in own or path in _PLURALS) and not _PER_PAGE_ONE.search(own + address):
                yield (
                    node,
                    "GitHub gives one page of at most 100 items, 30 unless told otherwise",
                    ('follow reply.links["next"]["url"] as long as there is one'),
                )

    def _is_first_of_graph(self, node: cst.Call, code: str) -> bool:
        """Whether the function round a request takes `value` and drops the link to what follows."""
        return "nextlink" not in code.lower() and self._takes_value(node) and not _TOP_ONE.search(code)

    def _is_get(self, node: cst.Call, target: calls.Target) -> bool:
        last = target.name.rpartition(".")[2]
        if last in ("get", "urlopen"):
            return True
        method = facets.meaning(self.names, node, target, "method")
        return method is not None and method.given.constant in ("GET", "get")

    def _address(self, node: cst.Call) -> str:
        """What is known of the address that a request goes to."""
        known = ""
        for arg in node.args[:2]:
            for value in self.names.values(arg.value):
                if isinstance(value, Constant) and isinstance(value.value, str):
                    known += value.value
                elif isinstance(value, Text):
                    known += "".join(self._piece(part) for part in value.parts)
        return known

    def _piece(self, part: str | cst.BaseExpression) -> str:
        if isinstance(part, str):
            return part
        texts = [
            one.value for one in self.names.values(part) if isinstance(one, Constant) and isinstance(one.value, str)
        ]
        return texts[0] if texts else "\0"

    def _code_round(self, node: cst.CSTNode) -> str:
        function = self.names.index.function_of(node)
        place = function if isinstance(function, cst.FunctionDef) else self.context.module
        return self.context.module.code_for_node(place)

    def _takes_value(self, node: cst.Call) -> bool:
        """Whether the function round the request takes `["value"]` out of something."""
        function = self.names.index.function_of(node)
        body: cst.CSTNode = function.body if isinstance(function, cst.FunctionDef) else self.context.module
        for one in within(body):
            match one:
                case cst.Subscript(slice=[cst.SubscriptElement(slice=cst.Index(value=key))]):
                    if self.names.constant(key) == "value":
                        return True
                case cst.Call(
                    func=cst.Attribute(attr=cst.Name(value="get")),
                    args=[cst.Arg(value=key), *_],
                ):
                    if self.names.constant(key) == "value":
                        return True
                case _:
                    pass
        return False

    # clients

    def _of_gitlab(self, node: cst.Call) -> Iterator[Found]:
        named = [one.name for one in self.names.values(node.func) if isinstance(one, Named)]
        if not any(name.startswith("gitlab.Gitlab.") for name in named):
            return
        if any(arg.star or (arg.keyword is not None and arg.keyword.value in _GITLAB_ALL) for arg in node.args):
            return
        yield (
            node,
            "python-gitlab's list() gives one page of 20 items, or of `per_page`",
            "list(iterator=True), or list(get_all=True)",
        )

    def _of_google(self, node: cst.Call) -> Iterator[Found]:
        """`service.files().list(…).execute()`."""
        match node.func:
            case cst.Attribute(value=cst.Call(func=cst.Attribute(attr=cst.Name(value=verb))) as asked) if verb in (
                "list",
                "aggregatedList",
            ):
                pass
            case _:
                return
        owner = asked.func.value if isinstance(asked.func, cst.Attribute) else asked
        if isinstance(owner, cst.Call) and last_word(owner.func) in _WHOLE_GOOGLE:
            return
        if not self._is_of_service(asked) or _KNOWS_GOOGLE.search(self._code_round(node)):
            return
        few = [arg for arg in asked.args if arg.keyword is not None and arg.keyword.value in _FEW_GOOGLE]
        if any(self.names.constant(arg.value) == 1 for arg in few) or any(arg.star for arg in asked.args):
            return
        yield (
            node,
            f"`{verb}().execute()` gives one page of many",
            "ask for service.….list_next(request, reply) until it is None",
        )

    def _is_of_service(self, node: cst.BaseExpression) -> bool:
        """Whether a chain of calls starts at what `googleapiclient.discovery.build` made."""
        current: cst.BaseExpression = node
        while True:
            for value in self.names.values(current):
                name = value.name if isinstance(value, Instance | Named) else ""
                if name.startswith("googleapiclient."):
                    return True
            match current:
                case cst.Call(func=inner) | cst.Attribute(value=inner):
                    current = inner
                case _:
                    return False
