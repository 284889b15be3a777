"""Tests are no package: what they share stands beside them."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

collect_ignore_glob = ["fixtures/*", "pinned/*"]  # scripts to be read, never to be run

collect_ignore = ["fixtures"]  # scripts to be checked, some of them called test_….py

for _name in [name for name in os.environ if name.startswith("LINTFOOT_")]:
    del os.environ[_name]  # whoever runs the tests may have settings of their own
