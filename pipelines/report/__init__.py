"""The report: one file of HTML for people who would rather look than query. It runs no script and asks no network."""
