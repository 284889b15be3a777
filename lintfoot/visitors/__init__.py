"""Every visitor, by subject; the tuple is literal, so that the order of a run is fixed and nothing is discovered."""

from lintfoot.visitors.backoffs import Backoffs
from lintfoot.visitors.base import Visitor
from lintfoot.visitors.cloud_keys import CloudKeys
from lintfoot.visitors.clusters import Clusters
from lintfoot.visitors.commandlines import CommandLines
from lintfoot.visitors.definitions import Definitions
from lintfoot.visitors.dry_runs import DryRuns
from lintfoot.visitors.fanout import FanOut
from lintfoot.visitors.fleets import Fleets
from lintfoot.visitors.global_state import GlobalState
from lintfoot.visitors.glued_paths import GluedPaths
from lintfoot.visitors.handlers import Handlers
from lintfoot.visitors.host_keys import HostKeys
from lintfoot.visitors.in_place import InPlace
from lintfoot.visitors.json_by_text import JsonByText
from lintfoot.visitors.listings import Listings
from lintfoot.visitors.log_formats import LogFormats
from lintfoot.visitors.old_tls import OldTls
from lintfoot.visitors.open_files import OpenFiles
from lintfoot.visitors.outcomes import Outcomes
from lintfoot.visitors.patterns import Patterns
from lintfoot.visitors.permissions import Permissions
from lintfoot.visitors.plaintext import Plaintext
from lintfoot.visitors.polls import Polls
from lintfoot.visitors.precedence import Precedence
from lintfoot.visitors.process_waits import ProcessWaits
from lintfoot.visitors.processes import Shells
from lintfoot.visitors.recursion import Recursion
from lintfoot.visitors.repeats import Repeats
from lintfoot.visitors.rerun import Rerun
from lintfoot.visitors.responses import Responses
from lintfoot.visitors.retries import Retries
from lintfoot.visitors.retry_after import RetryAfter
from lintfoot.visitors.secret_arguments import SecretArguments
from lintfoot.visitors.secret_argv import SecretArgv
from lintfoot.visitors.secret_literals import SecretLiterals
from lintfoot.visitors.secret_sinks import SecretSinks
from lintfoot.visitors.secrets import Secrets
from lintfoot.visitors.sessions import Sessions
from lintfoot.visitors.shebangs import Shebangs
from lintfoot.visitors.shelled_out import ShelledOut
from lintfoot.visitors.temp_files import TempFiles
from lintfoot.visitors.templates import Templates
from lintfoot.visitors.trust import Trust
from lintfoot.visitors.unsafe_load import UnsafeLoads
from lintfoot.visitors.warning_filters import WarningFilters

VISITORS: tuple[type[Visitor], ...] = (
    Patterns,
    CommandLines,
    Shells,
    Outcomes,
    Handlers,
    Definitions,
    Responses,
    Sessions,
    Retries,
    Recursion,
    Backoffs,
    Listings,
    Polls,
    Repeats,
    RetryAfter,
    Secrets,
    SecretArguments,
    SecretLiterals,
    SecretArgv,
    SecretSinks,
    CloudKeys,
    JsonByText,
    ProcessWaits,
    ShelledOut,
    Trust,
    HostKeys,
    OldTls,
    Plaintext,
    WarningFilters,
    UnsafeLoads,
    OpenFiles,
    TempFiles,
    Permissions,
    InPlace,
    Rerun,
    Clusters,
    Templates,
    FanOut,
    Shebangs,
    Precedence,
    GlobalState,
    GluedPaths,
    LogFormats,
    Fleets,
    DryRuns,
)
