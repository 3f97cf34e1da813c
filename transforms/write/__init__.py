"""Writing: rows to Parquet files in a folder of their own, and publishing that folder in one step.

``rows`` makes the rows of a shard of pages, ``layout`` says which file a row goes to, ``parquet`` writes files, which
``placing`` puts in their places, ``small`` the tables of small rows, ``transform`` wires them. ``publish`` is called before
and after the pipeline runs: ``dataset`` says what it promises, ``local`` and ``remote`` keep that on a file system and on an
object store.
"""
