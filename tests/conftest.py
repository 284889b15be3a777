"""Tests are no package: what they share stands beside them."""

import os
import sys
import tempfile
from pathlib import Path

from hypothesis import settings

from lintfoot.libcst_import import bring

bring()  # before any test imports libcst: all of them run over the nodes that a run of lintfoot has

sys.path.insert(0, str(Path(__file__).parent))

collect_ignore_glob = ["fixtures/*", "pinned/*"]  # scripts to be read, never to be run

for _name in [name for name in os.environ if name.startswith("LINTFOOT_")]:
    del os.environ[_name]  # whoever runs the tests may have settings of their own

# What is kept between runs stays with the tests, and is nobody's own.
_caches = tempfile.TemporaryDirectory(prefix="lintfoot-tests-", ignore_cleanup_errors=True)
os.environ["XDG_CACHE_HOME"] = _caches.name

# How long one example takes says more about the machine than about the code. In CI the examples are the same every time.
settings.register_profile("house", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("house")
