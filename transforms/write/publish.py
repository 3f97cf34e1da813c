"""Publishing a dataset: a run writes a version of its own; readers see the earlier one until all is there.

On a local file system (``local``) the dataset's folder is a symbolic link to the newest version, which stands in a hidden
folder beside it, and switching the link is one step. On an object store (``remote``), which has no such step, ``_SUCCESS``
goes first and comes last, and a list of what is to be done stands there in between: whoever opens the dataset next does the
rest.
"""

from transforms.write.dataset import Dataset
from transforms.write.local import LocalDataset
from transforms.write.remote import RemoteDataset


def open_dataset(path: str, run: str) -> Dataset:
    """The dataset at a path or URI, ready to be written. What an earlier run broke off in is cleaned up, or finished.

    Raises:
      NotOurs: if something else stands there.
      OtherSchema: if a newer Clipbook wrote what stands there.
      Busy: if another run is writing it.
      Unfinished: if what an earlier run broke off in cannot be finished now, on an object store.
    """
    return RemoteDataset(path, run) if "://" in path else LocalDataset(path)
