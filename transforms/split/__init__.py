"""Splitting: a page's text to labelled spans that tile it, and from them its articles.

In the order in which a page meets them:

* ``lines`` makes paragraphs of hard-wrapped lines; ``lexicon`` knows the words of furniture in every language,
  ``recurring`` the lines that recur on the page's site, and ``layouts`` what single sites print;
* ``related`` cuts out the related articles by their outlets and ``marks`` of age;
* ``main_article`` finds the main one: its text by ``extent``, which leaves out ``feeds`` and keeps ``lists``, then the
  headline and all else around it;
* ``inner`` says what each line of a text is, with what ``prose`` knows of single lines, and ``promotions`` what is to
  be cut out of a paragraph;
* ``page`` puts them together and ``transform`` wires them.
"""
