"""Events: distinct articles that tell of one thing that happened.

``terms`` makes a small vector of an article's most telling words, ``weigh`` weighs it by how rare they are,
``cluster`` compares the articles of a block and joins them by average link, ``describe`` names an event, and
``transform`` wires them.
"""
