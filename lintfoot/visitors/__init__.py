"""Every visitor, by subject; the tuple is literal, so that the order of a run is fixed and nothing is discovered."""

from lintfoot.visitors.base import Visitor
from lintfoot.visitors.patterns import Patterns
from lintfoot.visitors.retries import Retries
from lintfoot.visitors.trust import Trust

VISITORS: tuple[type[Visitor], ...] = (Patterns, Retries, Trust)
