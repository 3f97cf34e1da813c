"""The steps of the pipeline, a module or package each, in the order of the data.

read, repair, split, language, dates, deduplicate, events, write. Each has its plain functions first and its
PTransform last. A step imports ``schemas``, ``transforms.common`` and no other step.
"""
