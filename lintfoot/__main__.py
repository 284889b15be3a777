"""`python -m lintfoot`."""

from lintfoot.cli import run

run()
