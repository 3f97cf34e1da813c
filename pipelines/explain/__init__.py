"""Why a dataset is as it is: the evidence for a copy, for an event, for a line that is of no article.

``found`` looks rows up by what a user calls them, ``passages`` says what two texts have in common, and ``copies``,
``events`` and ``lines`` each answer one question, as a value that is printed or given out as JSON.
"""
