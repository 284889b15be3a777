"""lintfoot finds the footguns in infrastructure scripts.

The package itself holds the version and nothing else, so that importing it costs nothing.
"""

__version__ = "0.1.0"
