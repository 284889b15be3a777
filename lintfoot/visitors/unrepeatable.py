"""Which calls do something that must not be done twice: POST, PATCH, create, send, publish."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from lintfoot import calls, facets
from lintfoot.libraries import Argument
from lintfoot.names import Names
from lintfoot.paths import within
from lintfoot.records import dataclass
from lintfoot.regexes import regex
from lintfoot.scopes import dotted, last_word
from lintfoot.secret_names import words
from lintfoot.values import Constant, Function, Instance, Named, Text
from lintfoot.visitors.wording import root_name

_DEEPEST = 2  # helpers of helpers
_METHODS = frozenset(("POST", "PATCH"))
_CLIENTS = frozenset("session sess client http https requests httpx aiohttp api rest conn connection s".split())
# What AWS does anew for each call; `put` and `create_tags` write the same thing again.
_AWS = regex(
    r"^(run_(instances|task|job_flow)|create_(?!tags$|bucket$|queue$|topic$|log_|or_|role$|user$|policy$|function$|repository$)\w+"
    r"|send_\w+|publish(_batch)?|put_(records?|events|record_batch)|invoke|start_(execution|build|job_run|task_execution)"
    r"|submit_job|request_spot_instances|allocate_address|copy_(snapshot|image)|purchase_\w+)$"
)
_NOUNS = (
    "instance instances server servers vm volume snapshot image issue ticket incident order payment charge droplet job comment "
    "release pull invoice transaction alert event node deployment refund transfer message notification case"
)
_MAKES = regex(rf"^(create|add|post|submit|open)_({'|'.join(_NOUNS.split())})$")
_NOTES = frozenset(("add_event", "add_node"))  # what happened goes into a log or a graph of the script's own
_SENDS = frozenset(
    "run_instances chat_postmessage chat_postephemeral sendmail send_mail send_email send_sms basic_publish".split()
)
_PUBLISHES = frozenset("publish send_message send".split())
_CHANNELS = frozenset(
    "mqtt sns sqs channel pubsub publisher smtp mail mailer slack telegram bot webhook producer topic queue twilio broker".split()
)
# Reading by POST, logging in, and what says that the same thing again is the same thing.
_READS = regex(
    r"(?i)token|login|logon|auth|oauth|search|query|graphql|lookup|session|validate|verif|refresh|ping|health|heartbeat|"
    r"batch_?get|rpc|introspect|preview|simulate|dry_?run|render|lint|translate|embed|complet|predict|infer|analy[sz]e|detect"
)
_READERS = frozenset(
    "get fetch list read find poll describe download look lookup status check ping heartbeat login authenticate auth token search query "
    "load select scan count info wait show retrieve refresh connect scrape crawl".split()
)
_SAFE_TWICE = regex(
    r"(?i)idempot|dedup|client_?(request_?)?token|request_?(token|id)\b|x-request-id|upsert|if_not_exists|if-none-match|exist_ok|"
    r"get_or_create|create_or_update|already_?exist|duplicate|\b409\b|conflict|nonce|transaction_id|external_id|already_created"
)


@dataclass(frozen=True, slots=True)
class Effect:
    """One call that does something anew each time; `what` is what it was resolved to."""

    call: cst.Call
    what: str


def effects(names: Names, body: cst.CSTNode, code: cst.Module, depth: int = 0) -> Iterator[Effect]:
    """The calls below a node, and in functions of this file that it calls, that must not be made twice."""
    if _SAFE_TWICE.search(code.code_for_node(body)):
        return
    for node in within(body):
        if not isinstance(node, cst.Call):
            continue
        what = _effect(names, node)
        if what and not _reads(names, node):
            yield Effect(node, what)
        elif depth < _DEEPEST:
            for value in names.values(node.func):
                if isinstance(value, Function) and not is_reader(value.node):
                    yield from (Effect(node, one.what) for one in effects(names, value.node.body, code, depth + 1))


def is_reader(function: cst.CSTNode | None) -> bool:
    """`def fetch_hosts`: whatever the method, it reads."""
    if not isinstance(function, cst.FunctionDef):
        return False
    said = [word for word in words(function.name.value) if word not in ("async", "do", "try", "safe")]
    return bool(said) and said[0] in _READERS


def safe_twice(text: str) -> bool:
    """Whether some code speaks of keys or tokens that make the second attempt the same as the first."""
    return bool(_SAFE_TWICE.search(text))


def _effect(names: Names, call: cst.Call) -> str:
    """What a call does anew each time it is made; empty where it does no such thing, or nobody can tell."""
    for target in calls.targets(names, call):
        if "request" in calls.roles(names, call, target):
            last = target.name.rpartition(".")[2]
            if last in ("post", "patch"):
                return target.name
            method = facets.meaning(names, call, target, "method")
            given = method.given.constant if method is not None else ...
            if isinstance(given, str) and given.upper() in _METHODS:
                return f"{target.name} with {given.upper()}"
            if target.name == "urllib.request.urlopen" and _has_data(names, call):
                return "urllib.request.urlopen with data"
    for value in names.values(call.func):
        if isinstance(value, Named) and value.name.startswith("botocore.client."):
            return value.name if _AWS.match(value.name.rpartition(".")[2]) else ""
    return _by_words(names, call)


def _has_data(names: Names, call: cst.Call) -> bool:
    """`urlopen(url, data=…)`, or a Request that was made with data and no other method."""
    if calls.given(names, call, Argument(("data",), 1)).node is not None:
        return True
    for value in names.values(call.args[0].value) if call.args else ():
        if isinstance(value, Instance) and value.call is not None and "Request" in value.name:
            method = calls.given(names, value.call, Argument(("method",), 5)).constant
            if isinstance(method, str):
                return method.upper() in _METHODS
            data = calls.given(names, value.call, Argument(("data",), 1))
            return data.node is not None and names.constant(data.node) is not None
    return False


def _by_words(names: Names, call: cst.Call) -> str:
    """What no model knows: `self.session.post(…)`, `cloud.create_server(…)`."""
    if not isinstance(call.func, cst.Attribute) or any(isinstance(one, Function) for one in names.values(call.func)):
        return ""
    last, owner = call.func.attr.value, call.func.value
    said = set(words(last_word(owner))) if isinstance(owner, cst.Name | cst.Attribute) else set()
    shown = dotted(call.func) or last
    if last in ("post", "patch"):
        return shown if said & _CLIENTS and call.args else ""
    if last in ("request", "_request", "api_request", "call_api") and said & (_CLIENTS | {"self"}):
        methods = [names.constant(arg.value) for arg in call.args[:2]]
        return shown if any(isinstance(one, str) and one.upper() in _METHODS for one in methods) else ""
    if (_MAKES.match(last) and last not in _NOTES) or last.lower() in _SENDS:
        return shown
    return shown if last in _PUBLISHES and said & _CHANNELS else ""


def _reads(names: Names, call: cst.Call) -> bool:
    """Whether what is asked for says that it is a look-up or a login: `post("/oauth/token")`."""
    for arg in call.args[:3]:
        for value in names.values(arg.value):
            text = value.value if isinstance(value, Constant) else value.known if isinstance(value, Text) else ""
            if isinstance(text, str) and _READS.search(text):
                return True
        if arg.keyword is None and _READS.search(root_name(arg.value) + last_word(arg.value)):
            return True
    return is_reader(names.index.function_of(call))
