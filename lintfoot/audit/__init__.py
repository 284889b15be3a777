"""The audit: one look at whole repositories, for people who must decide where to begin."""
