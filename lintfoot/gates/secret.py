"""Gates of the visitors on secrets. What looks at texts for them is brought in where a file gets that far."""

from __future__ import annotations

from collections.abc import Mapping

from lintfoot.book import Rule
from lintfoot.gates import call_lines
from lintfoot.gates.gate import Gate, Lines, Named
from lintfoot.gates.secret_names_gate import GATE
from lintfoot.libraries import Function, Models, expanded
from lintfoot.sight import Sight

_WORDS = (
    *("pass", "pwd", "psw", "pw", "psk", "secret", "token", "key", "cred", "auth", "login", "jwt", "bearer", "://"),
    *("identified", "kennwort", "senha", "contrase", "wachtwoord", "haslo", "github_pat", "b64", "base64", "curl"),
    *("mysql", "mariadb", "mongo", "redis", "ldap", "sqlcmd", "ipmi", "snmp", "zip", "smb", "rabbit", "vault", "sudo"),
    *("openssl", "docker", "http"),
)
# Letters: such a start lets every file through the gate, and its tokens hardly ever stand without a name.
_TOO_COMMON = 2
_SHORT = 4  # letters of a program's name that stands in many other words
TELLING_VERBS = frozenset(
    "debug info warning warn error critical fatal exception log trace success notice msg "
    "v vv vvv vvvv verbose deprecated".split()
)
LEAVES = frozenset(("sys.exit", "builtins.exit", "builtins.SystemExit", "builtins.quit"))
PRETTY = frozenset(("pprint.pprint", "pprint.pp"))


def _named(sight: Sight) -> Lines:
    """Where something called like a secret may be given a literal."""
    from lintfoot.gates.secret_giving import named_lines

    return named_lines(sight)


def _all_named(sight: Sight) -> Lines:
    """Where something called like a secret may be given a literal, whatever that looks like."""
    from lintfoot.gates.secret_giving import named_lines

    return named_lines(sight, hidden=True)


def _by_place(rules: Mapping[str, Rule], models: Models) -> tuple[str, ...]:
    """The modules whose calls take a secret by its place alone."""
    del rules
    taking = (
        library
        for library in models.libraries
        for function in library.functions
        if any(argument.secret and argument.position is not None for argument in function.arguments.values())
    )
    return tuple(sorted({name.lower() for library in taking for name in library.imports}))


def _starts(rules: Mapping[str, Rule], models: Models) -> tuple[str, ...]:
    """What provider formats begin with, and the programs that take a secret by an option or a place that does not say so."""
    del rules
    from lintfoot.secret_commands import TAKERS

    short = [name for name in TAKERS if len(name) <= _SHORT]
    written = (form.format(name) for name in short for form in ("{} ", "/{}", "'{}'", '"{}"'))
    starts = (start.lower() for start in models.formats.starts if len(start) > _TOO_COMMON)
    return (*starts, *written, *sorted(TAKERS.difference(short)))


def _sources(rules: Mapping[str, Rule], models: Models) -> tuple[str, ...]:
    """The functions that give secrets, by their last names."""
    del rules
    found = (name for name, function in models.functions.items() if "secret-source" in function.role)
    return tuple(sorted({name.rpartition(".")[2].lower() for name in found}))


def _literals(sight: Sight) -> Lines:
    """Where a literal looks like a secret, or like what holds one."""
    from lintfoot.gates.secret_lines import literal_lines

    return literal_lines(sight)


def _all_literals(sight: Sight) -> Lines:
    """The same, with what is told of no test."""
    from lintfoot.gates.secret_lines import literal_lines

    return literal_lines(sight, hidden=True)


def _argvs(sight: Sight) -> Lines:
    """Calls that may run a command, and that a secret may get to."""
    if sight.option("LF404", "receiving-side"):
        return None
    from lintfoot.gates.secret_holding import handed

    return handed(sight, call_lines.running)


def _sinks(sight: Sight) -> Lines:
    """Lines that write something for people to read, and that a secret may get to."""
    from lintfoot.gates.secret_holding import handed

    return handed(sight, _telling, failing=True)


def _telling(sight: Sight) -> Named | None:
    names = {*TELLING_VERBS, "print", *(name.rpartition(".")[2] for name in LEAVES | PRETTY)}
    from lintfoot.gates.callees import lines_called

    return lines_called(sight, names, _writes_logs)


def _writes_logs(function: Function) -> bool:
    return "log" in function.role


def _clouds(sight: Sight) -> Lines:
    """Calls that hand keys to a client of a cloud."""
    from lintfoot.gates.callees import lines_called

    return lines_called(sight, (), _takes_cloud_keys)


def _takes_cloud_keys(function: Function) -> bool:
    """Whether a function of a cloud takes what its clients are handed: most of its functions do not."""
    from lintfoot.gates.clouds import CLOUDS

    facets = ((start, set(cloud.facets)) for start, cloud in CLOUDS)
    starts = tuple(start for start, taken in facets if not taken.isdisjoint(function.arguments))
    return bool(starts) and any(name.startswith(starts) for name in expanded(function.names))


SECRETS = Gate(
    "secrets:Secrets", codes=("LF401",), words=_WORDS, places=_named, hidden=_all_named, slices=True, hides=True
)
SECRET_ARGUMENTS = Gate(
    "secret_arguments:SecretArguments",
    codes=("LF401",),
    words=_WORDS,
    made=_by_place,
    places=_named,
    hidden=_all_named,
    slices=True,
    hides=True,
)
SECRET_LITERALS = Gate(
    "secret_literals:SecretLiterals",
    codes=("LF401",),
    words=_WORDS,
    made=_starts,
    places=_literals,
    hidden=_all_literals,
    slices=True,
    hides=True,
)
SECRET_SINKS = Gate(
    "secret_sinks:SecretSinks",
    codes=("LF402",),
    words=GATE,
    made=_sources,
    places=_sinks,
    slices=True,
    spares_tests=True,
)
CLOUD_KEYS = Gate(
    "cloud_keys:CloudKeys",
    codes=("LF403",),
    words=("boto", "s3fs", "azure", "service_account", "tencentcloud", "alibabacloud"),
    places=_clouds,
    slices=True,
    spares_tests=True,
)
SECRET_ARGV = Gate(
    "secret_argv:SecretArgv", codes=("LF404",), words=GATE, made=_sources, places=_argvs, slices=True, spares_tests=True
)
