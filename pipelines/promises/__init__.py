"""What a dataset promises, checked: files, values, pages, articles, events and the index. ``verify`` checks all of it.

Tables are read as streams. What has to meet across tables (an occurrence and its article) is put aside by key in parts, of
which one at a time is held, so memory does not grow with the dataset; the parts stand in a temporary folder.
"""

import tempfile

from pipelines.promises.articles import check_articles, read_articles
from pipelines.promises.events import check_events, read_events
from pipelines.promises.files import check_files
from pipelines.promises.findings import Findings, Told, silent
from pipelines.promises.furniture import check_furniture, read_furniture
from pipelines.promises.index import check_index, read_index
from pipelines.promises.overrides import check_overrides, note_articles, read_overrides
from pipelines.promises.pages import check_page_ids, read_pages
from pipelines.promises.spill import Meetings
from pipelines.promises.values import check_values
from pipelines.published import Published


def verify(dataset: Published, findings: Findings, told: Told = silent) -> bool:
    """Checks every promise of a dataset; what is broken is put into ``findings``, ``told`` hears what is at work.

    Where a file is missing or cannot be read, what its rows have to do with others is not asked, and False returned.
    """
    told("files")
    sound = check_files(dataset, findings)
    told("values")
    check_values(sound, findings)
    if not sound.complete:
        return False
    with tempfile.TemporaryDirectory(prefix="clipbook-check-") as folder:
        meetings = Meetings(folder, max(dataset.rows.values(), default=0))
        told("pages, segments and occurrences")
        corrections = read_overrides(sound)
        read_pages(sound, meetings, corrections, findings)
        told("articles and events")
        read_articles(sound, meetings, findings)
        read_events(sound, meetings)
        read_furniture(sound, meetings)
        read_index(sound, meetings)
        for part in range(meetings.parts):
            check_page_ids(meetings, part, findings)
            check_articles(meetings, part, sound.appended, findings)
            check_events(meetings, part, findings)
            check_furniture(meetings, part, sound.appended, findings)
            if sound.indexed:
                check_index(meetings, part, findings)
            note_articles(meetings, part, corrections)
        check_overrides(corrections, findings)
    return True
