"""`python -m lintfoot`."""

from lintfoot.cli import main

raise SystemExit(main())
