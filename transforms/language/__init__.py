"""Language: which one an article is written in. ``quick`` is langdetect with its inner loops done otherwise, and
``transform`` decides from what to ask it, and how far to trust it."""
