"""What Clipbook writes and what travels inside it. Nothing here knows Beam.

One module per table holds the row and, beside every column, its Arrow type and description; ``schemas.tables``
lists them. ``schemas.records`` holds the values that pass from step to step.
"""
