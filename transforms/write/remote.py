"""A dataset on an object store, which has no step that switches it: ``_SUCCESS`` goes first and comes last.

A list of what is to be done stands there in between: whoever opens the dataset next does the rest.
"""

import contextlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from apache_beam.io.filesystem import BeamIOError
from apache_beam.io.filesystems import FileSystems

from transforms.write.dataset import (
    Busy,
    Dataset,
    Incomplete,
    NotOurs,
    Published,
    Unfinished,
    check_schema,
    compare,
    listed_files,
    manifest_text,
    not_whole,
    read_json,
    write_text,
)
from transforms.write.layout import MANIFEST, REPORT, SUCCESS

_STAGING = "_staging"
_PUBLISHING = f"{_STAGING}/_publishing.json"
"""What is left to be done to publish what a run has written. Once it stands there, that is decided."""
_AT_ONCE = 100
"""Objects that are moved or deleted in one request, where a store can do several."""


class RemoteDataset(Dataset):
    """A dataset on an object store: while ``_SUCCESS`` is missing it is being published.

    There is no lock: that one run at a time writes to it is up to who starts them. A run that another one has overtaken
    notices it before it publishes.
    """

    def __init__(self, path: str, run: str):
        self._root = path.rstrip("/")
        self._run = run
        names = list(self._list(""))
        journal = self._journal() if _PUBLISHING in names else None
        earlier = self._manifest() if MANIFEST in names else None
        known = {SUCCESS, MANIFEST, REPORT} if journal or earlier else set()
        known |= {*listed_files(journal["manifest"]), *journal["delete"]} if journal else set()
        known |= {*listed_files(earlier)} if earlier else set()
        if any(name not in known and not name.startswith(f"{_STAGING}/") for name in names):
            raise NotOurs(f"{path} holds files that Clipbook did not write; give a new or empty folder as --output.")
        self._whole = SUCCESS in names
        if journal:
            earlier, self._whole = journal["manifest"], self._finish_other(journal)
        elif _PUBLISHING in names:
            self._delete([_PUBLISHING])
        self._replaces = earlier
        self._passed_on: set[str] = set()
        self.staging = f"{self._root}/{_STAGING}/{run}"

    @property
    def earlier(self) -> Published | None:
        if self._replaces and not self._whole:
            raise not_whole(self._root)
        return Published(self._root, self._replaces) if self._replaces else None

    def pass_on(self, names: list[str]) -> None:
        self._passed_on.update(names)  # they stand where they belong

    def stands(self, name: str) -> str:
        return self._root if name in self._passed_on else self.staging

    def _manifest(self) -> dict[str, Any] | None:
        """The manifest of the dataset that stands here; None where it is not ours."""
        try:
            manifest = read_json(f"{self._root}/{MANIFEST}")
            if not (listed_files(manifest) and manifest["run"]):
                return None
        except (ValueError, KeyError, TypeError):
            return None
        check_schema(manifest, self._root)
        return dict(manifest)

    def _journal(self) -> dict[str, Any] | None:
        """What a run had decided to do and may not have done; None where it broke off before it had decided."""
        try:
            journal = read_json(f"{self._root}/{_PUBLISHING}")
            manifest = journal["manifest"]
            if not (
                listed_files(manifest) and manifest["run"] and journal["staging"] and isinstance(journal["delete"], list)
            ):
                return None
        except (ValueError, KeyError, TypeError):
            return None
        check_schema(journal["manifest"], self._root)
        return dict(journal)

    def _list(self, below: str) -> dict[str, int]:
        """Names and bytes of the objects below a name that ends in ``/``, or of all of them."""
        found = FileSystems.match([f"{self._root}/{below}**"])[0].metadata_list
        return {metadata.path[len(self._root) + 1 :]: metadata.size_in_bytes for metadata in found}

    def _delete(self, names: Sequence[str]) -> None:
        """Deletes objects; that one is not there is no error."""
        for start in range(0, len(names), _AT_ONCE):
            some = names[start : start + _AT_ONCE]
            try:
                FileSystems.delete([f"{self._root}/{name}" for name in some])
            except BeamIOError:
                if any(FileSystems.exists(f"{self._root}/{name}") for name in some):
                    raise

    def publish(self, manifest: dict[str, Any]) -> None:
        self._complete(manifest)
        staging = self.staging[len(self._root) + 1 :]
        staged = {name[len(staging) + 1 :]: size for name, size in self._list(f"{staging}/").items()}
        now = self._manifest() if FileSystems.exists(f"{self._root}/{MANIFEST}") else None
        before = self._replaces
        if (now and now["run"]) != (before and before["run"]) or FileSystems.exists(f"{self._root}/{_PUBLISHING}"):
            raise Busy(f"Another run has published {self._root} in the meantime; start this one again.")
        listed, replaced = listed_files(manifest), listed_files(before) if before else {}
        found = {name: replaced.get(name, 0) for name in sorted(self._passed_on)}
        found |= {name: size for name, size in staged.items() if name.endswith(".parquet")}
        compare(found, listed, self.staging)
        journal = {
            "staging": staging,
            "delete": sorted({*replaced, REPORT} - {*listed, *staged}),
            "manifest": manifest,
        }
        write_text(f"{self._root}/{_PUBLISHING}", json.dumps(journal))
        try:
            self._finish(journal)
        except BaseException as error:
            raise self._unfinished(error) from error

    def _unfinished(self, error: BaseException) -> Unfinished:
        return Unfinished(
            f"publishing {self._root} broke off; the next run with this --output finishes it, whatever its --input, and "
            f"until then it must not be read without {SUCCESS}: {type(error).__name__}: {error}"
        )

    def _finish_other(self, journal: dict[str, Any]) -> bool:
        """Finishes what an earlier run broke off in; gives whether its dataset is whole now."""
        try:
            self._finish(journal)
            return True
        except Incomplete:  # somebody has removed what it had staged: there is nothing to be waited for
            self._delete([_PUBLISHING])
            return False
        except BaseException as error:
            raise self._unfinished(error) from error

    def _finish(self, journal: dict[str, Any]) -> None:
        """Does what is left to be done of a journal, wherever it broke off before."""
        manifest = journal["manifest"]
        if not self._stands(manifest["run"]):
            self._delete([SUCCESS])
            self._delete(journal["delete"])
            # Before any file is moved: whatever becomes of the journal, by it the next run knows every file for ours.
            write_text(f"{self._root}/{MANIFEST}", manifest_text(manifest))
            self._move(journal["staging"], listed_files(manifest))
            # Not empty: what Beam uploads to S3 in parts must have one.
            write_text(f"{self._root}/{SUCCESS}", f"{manifest['run']}\n")
        self._delete([name for name in self._list(f"{_STAGING}/") if name != _PUBLISHING])
        self._delete([_PUBLISHING])

    def _move(self, staging: str, listed: Mapping[str, int]) -> None:
        """Moves what is still staged to where it belongs."""
        there = self._list("")
        names = [name for name in (*listed, REPORT) if f"{staging}/{name}" in there]
        compare({name: there.get(f"{staging}/{name}", there.get(name, 0)) for name in listed}, listed, self._root)
        self._delete([name for name in names if name in there])
        for folder in sorted({f"{self._root}/{name}".rpartition("/")[0] for name in names}):
            with contextlib.suppress(BeamIOError):
                FileSystems.mkdirs(folder)
        for start in range(0, len(names), _AT_ONCE):
            some = names[start : start + _AT_ONCE]
            FileSystems.rename([f"{self._root}/{staging}/{n}" for n in some], [f"{self._root}/{n}" for n in some])

    def _stands(self, run: str) -> bool:
        """Whether the dataset of a run stands here, whole."""
        if not FileSystems.exists(f"{self._root}/{SUCCESS}"):
            return False
        earlier = self._manifest() if FileSystems.exists(f"{self._root}/{MANIFEST}") else None
        return earlier is not None and earlier["run"] == run

    def published(self) -> bool:
        return self._stands(self._run)

    def discard(self) -> None:
        """Removes what a failed run wrote, unless it had decided to publish that: then the next run does the rest."""
        journal = self._journal() if FileSystems.exists(f"{self._root}/{_PUBLISHING}") else None
        staging = self.staging[len(self._root) + 1 :]
        if journal is None or journal["staging"] != staging:
            self._delete(list(self._list(f"{staging}/")))
