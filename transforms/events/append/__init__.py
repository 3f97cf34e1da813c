"""Events of an append: new articles to events, those of earlier runs among them.

Every article of the dataset is weighed anew from the index, since weights depend on the whole corpus; that takes no
shuffle (``corpus``). Those that share a block with a new article are compared with it, as a whole run would compare them,
and a sample of the earlier ones with all (``compare``), which tells the figures of the corpus (``figures``). New articles
and the earlier events that they may belong to make trees (``links``); only of the events of these trees all articles are
looked at (``members``), and only events that something joins are described anew (``finish``). A corpus of no more than
``leaders.MAX_TREE`` articles is one tree. ``corrected`` is what the user's overrides do to all that, and ``transform`` wires
the steps.
"""

from transforms.events.append.transform import GroupIntoEarlier

__all__ = ["GroupIntoEarlier"]
