"""A Dask cluster as an executor: the one place that knows Dask, which only those have who asked for the extra `fleet`."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from lintfoot.fleet import Host
from lintfoot.regexes import regex
from lintfoot.tables import Problem, Problems, quoted

FLAG = "--executor"
_ADDRESS = regex(r"dask(?:\+(?P<tls>tls))?://(?P<host>[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]):(?P<port>[0-9]{1,5})/?")
_PATIENCE = 30  # seconds for a scheduler to answer, and then for a first worker


@contextmanager
def engaged(address: str) -> Iterator[Host]:
    """The host at an address, for as long as the run lasts. Raises Problems where there is none."""
    client = _client(address, _scheduler(address))
    try:
        count = _workers(client, address)
        # `pure` would take two equal chunks for one; Dask itself gives a task to another worker when one dies.
        yield Host(client.get_executor(pure=False), f"{FLAG} {address}", count)
    finally:
        client.close(timeout=2)


_LOGGERS = ("distributed", "distributed.client", "distributed.gc")  # each is given a level of its own by Dask


def _scheduler(address: str) -> str:
    match = _ADDRESS.fullmatch(address)
    if match is None:
        raise _fault(f"{quoted(address)} is no address: dask://HOST:PORT, or dask+tls://HOST:PORT")
    return f"{'tls' if match['tls'] else 'tcp'}://{match['host']}:{match['port']}"


def _fault(message: str) -> Problems:
    return Problems([Problem(FLAG, 0, 0, message)])


def _client(address: str, scheduler: str) -> Any:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import distributed
    except ImportError:
        raise _fault('Dask is not installed here: pip install "lintfoot[fleet]"') from None
    for logger in _LOGGERS:
        logging.getLogger(logger).setLevel(logging.CRITICAL)  # what is wrong is told in our own words
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # versions are compared by each parcel
            make: Any = distributed.Client
            return make(scheduler, timeout=_PATIENCE, set_as_default=False, name="lintfoot")
    except (OSError, TimeoutError, ValueError, RuntimeError) as error:
        raise _fault(f"there is no scheduler at {address}: {type(error).__name__}") from None


def _workers(client: Any, address: str) -> int:
    """How many tasks can run at once."""
    try:
        client.wait_for_workers(1, timeout=_PATIENCE)
    except (TimeoutError, OSError):
        raise _fault(f"the scheduler at {address} has no worker") from None
    return sum(client.nthreads().values())
