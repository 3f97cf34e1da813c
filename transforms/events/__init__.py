"""Events: distinct articles that tell of one thing that happened.

``terms`` and ``names`` make a small vector of an article, ``weigh`` weighs it and says which blocks it is compared in,
``likeness`` compares, and ``neighbours`` keeps of each block whom an article is most like. From that ``surroundings``
takes the threshold for the whole corpus, and ``leaders`` the trees within which ``cluster`` joins articles to events.
``describe`` names an event, and ``transform`` wires them. The package ``append`` does the same among events of earlier runs.
"""
