"""The rule book: one page per rule, and under `libraries/` how each library's calls work. Data only, never code."""
