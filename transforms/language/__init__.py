"""Language: which one an article is written in. ``transform`` decides from what to ask it, and how far to trust it;
``letters`` counts what it decides by. ``quick`` is langdetect's detector with its loops done otherwise, ``profiles`` are its
profiles, and ``characters`` texts as arrays."""
