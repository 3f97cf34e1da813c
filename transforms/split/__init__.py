"""Splitting: a page's text to labelled spans that tile it, and from them its articles.

``lexicon`` knows the words of furniture in every language, ``lines`` makes paragraphs of hard-wrapped lines,
``marks`` finds ages, ``related`` cuts out the related articles, ``main_article`` finds the main one, ``prose`` tells
paragraphs from captions and buttons in both, ``layouts`` knows what single sites print, ``recurring`` counts the lines
that recur on a site, ``page`` puts them together and ``transform`` wires them.
"""
