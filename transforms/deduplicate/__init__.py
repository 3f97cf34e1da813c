"""Deduplicating: every text once.

``keep`` orders copies and merges what they know, ``likeness`` makes shingles and signatures and compares them,
``transform`` finds exact copies by their digest and near copies by bands, checks them and folds each group.
"""
