"""The values that pass from step to step: small, frozen, typed.

Those that cross a shuffle are registered with Beam's row coder in ``transforms.common.coders``. Times are integers,
microseconds since 1970 UTC.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from schemas.segments import KINDS

MAIN, RELATED = "main", "related"


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file to read: its path, its path below the fixed part of the glob, and its size in bytes.

    Paths are bytes, since names of files need not be text.
    """

    path: bytes
    relative: bytes
    size: int

    @property
    def name(self) -> str:
        """The path as Python's functions for files take it."""
        return self.path.decode("utf-8", "surrogateescape")

    @property
    def relative_name(self) -> str:
        return self.relative.decode("utf-8", "surrogateescape")


@dataclass(frozen=True, slots=True)
class Given:
    """What an input says of a page besides its text. It stands above what is read from the text."""

    url: str | None = None
    fetched_at: int | None = None
    title: str | None = None
    outlet: str | None = None
    published_at: int | None = None
    published_precision: str | None = None
    event_label: str | None = None
    site_name: str | None = None
    """What the markup of an HTML page calls its site: the outlet where neither the input nor the text names one."""


@dataclass(frozen=True, slots=True)
class Record:
    """One page as it was read. ``text`` where the format has decoded it already, else it is in ``payload``.

    ``key`` is the record's ``id``, its ``url`` or its ``path``, as ``key_kind`` says. Where there is a ``text``,
    ``encoding`` and ``fixes`` say how it was decoded.
    """

    source_uri: str
    key_kind: str
    key: str
    payload: bytes
    text: str | None
    given: Given
    warnings: tuple[str, ...] = ()
    encoding: str = "utf-8"
    fixes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RepairedPage:
    """A page whose text has been decoded and repaired. ``head`` is how its record begins, for a dead letter."""

    page_id: str
    source_uri: str
    given: Given
    byte_count: int
    head: bytes
    encoding: str
    fixes: Sequence[str]
    warnings: Sequence[str]
    text: str


@dataclass(frozen=True, slots=True)
class Recurring:
    """What the pages of a site are split with: how many they are, and the lines that recur on them.

    ``lines`` holds twelve bytes a line, sorted: the digest of the line, and in how many surroundings it stands.
    """

    pages: int
    lines: bytes


@dataclass(frozen=True, slots=True)
class Span:
    """A labelled part of a page's text, ``text[start:end]``. ``kind`` is an index into ``schemas.segments.KINDS``.

    ``recurs`` is in how many surroundings its line stands, where that made it furniture; ``override`` the kind of the
    user's override that made it what it is.
    """

    kind: int
    article_index: int | None
    start: int
    end: int
    recurs: int | None = None
    override: str | None = None

    @property
    def kind_name(self) -> str:
        return KINDS[self.kind]


@dataclass(frozen=True, slots=True)
class FoundArticle:
    """An article on its page.

    ``date_text`` is a printed date of publication. ``age_text`` is an age as printed, ``age_count`` times ``age_unit``;
    an aggregator may print a date in its place, then there is no count. The dates step fills ``published_*``, the
    deduplicate step ``text_id``; ``body`` is empty where the article travels with its page, which holds the text. ``was`` is
    the id that its text would have if the user had not corrected segments; empty where that makes no difference.
    """

    article_index: int
    role: str
    title: str | None
    outlet: str | None
    age_text: str | None
    age_count: int | None
    age_unit: str | None
    date_text: str | None
    bylines: Sequence[str]
    body: str
    published_at: int | None = None
    published_precision: str | None = None
    text_id: str = ""
    was: str = ""


@dataclass(frozen=True, slots=True)
class SplitPage:
    """A page with its spans, which tile the text, and its articles."""

    page_id: str
    source_uri: str
    given: Given
    byte_count: int
    head: bytes
    encoding: str
    fixes: Sequence[str]
    warnings: Sequence[str]
    layout: str
    text: str
    spans: Sequence[Span]
    articles: Sequence[FoundArticle]


@dataclass(frozen=True, slots=True)
class Place:
    """Where an occurrence of a text stands: the page, the article on it, and the shard that holds the page."""

    text_id: str
    page_id: str
    article_index: int
    shard: str


@dataclass(frozen=True, slots=True)
class Version:
    """A text with the copy of it that stands first in the order of keeping, and what all its copies know.

    ``body`` is empty where the version travels without its text. The ``*_from`` fields hold the place, in the order
    of keeping, of the copy that each value came from.
    """

    text_id: str
    order: str
    role: str
    page_id: str
    article_index: int
    shard: str
    title: str | None
    title_from: str
    outlet: str | None
    outlet_from: str
    bylines: Sequence[str]
    bylines_from: str
    published_at: int | None
    published_precision: str | None
    published_from: str
    event_label: str | None
    label_from: str
    occurrence_count: int
    word_count: int
    language: str | None
    language_confidence: float | None
    body: str


@dataclass(frozen=True, slots=True)
class Likeness:
    """Two texts, the lesser id first, how alike their shingles are, and whether that makes them copies."""

    left: str
    right: str
    jaccard: float
    containment: float
    copies: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a text: the article that it belongs to, and how it compares with the kept copy.

    ``kept_order`` is the place of the kept copy in the order of keeping, ``first_*`` the copy of this text that stands
    first there, and ``joined_*`` the copy that it was compared with, next on its path to the kept one; of the kept text
    both are the kept copy. ``event_label`` is the one that holds for the article.
    """

    text_id: str
    article_id: str
    similarity: float
    containment: float
    kept_order: str
    kept_page_id: str
    kept_article_index: int
    first_page_id: str
    first_article_index: int
    joined_page_id: str
    joined_article_index: int
    joined_similarity: float
    joined_containment: float
    event_label: str | None
    language: str | None
    language_confidence: float | None


@dataclass(frozen=True, slots=True)
class Resolved:
    """A verdict delivered to one occurrence."""

    page_id: str
    article_index: int
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Terms:
    """An article's most telling terms with their counts; its names and numbers, with the chance of each too.

    The first ``particulars`` terms are names and numbers as the article writes them; ``names`` have the form in which
    languages share them. ``lead`` is the beginning of its text, for an event without a headline; ``word_count`` are its
    words.
    """

    article_id: str
    terms: Sequence[str]
    counts: Sequence[int]
    particulars: int
    names: Sequence[str]
    name_counts: Sequence[int]
    name_chances: Sequence[float]
    lead: str
    word_count: int = 0


@dataclass(frozen=True, slots=True)
class KnownEvent:
    """An event that the user already has: its name, a headline, what it is about, and when it was."""

    external_id: str
    label: str
    keywords: Sequence[str] = ()
    start: int | None = None
    end: int | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Override:
    """A line of the user's file of overrides: its kind, what it names, and of a segment where it is and what it shall be.

    ``names`` are ids of articles' texts, ids of events, or places, a page's id and an article's index (``p…#2``). ``text``
    is how the segment begins, by which it is told whether it still stands there.
    """

    line: int
    kind: str
    names: Sequence[str] = ()
    page_id: str | None = None
    start: int | None = None
    end: int | None = None
    segment_kind: str | None = None
    article_index: int | None = None
    text: str | None = None
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Noticed:
    """What a step can say of a line of the file of overrides: an outcome, a sentence on it, and the articles meant."""

    line: int
    outcome: str
    message: str | None = None
    article_ids: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Described:
    """A distinct article as the event step sees it: terms with weights, which square to one, and what names it.

    The first ``particulars`` terms are names and numbers. ``names`` are those that articles in other languages
    hold too; their weights square to less than one: the fewer and the more common, the less. ``background`` is how alike
    the articles around it are, and ``step`` how much more the first of them is than the seventh, where that is known.
    ``claimed`` says that the label is not the input's: it is that of a known event, which claimed the article.
    """

    article_id: str
    title: str | None
    lead: str
    outlet: str | None
    language: str | None
    published_at: int | None
    occurrence_count: int
    event_label: str | None
    terms: Sequence[str]
    weights: Sequence[float]
    particulars: int
    names: Sequence[str]
    name_weights: Sequence[float]
    blocks: Sequence[str]
    step: float = 0.0
    background: float = 0.0
    claimed: bool = False


@dataclass(frozen=True, slots=True)
class Vector:
    """An article as it is compared: hashes of its terms, 4 bytes each, and their weights, 2 bytes each; of its names the
    same; and hashes of the blocks that it is compared in, 8 bytes each."""

    article_id: str
    published_at: int | None
    language: str | None
    terms: bytes
    weights: bytes
    particulars: int
    names: bytes
    name_weights: bytes
    blocks: bytes


Figures = tuple[int, int]
"""The step and the background of an article, in millionths, of which the figures of the corpus are the means."""
NO_FIGURES: Figures = (0, 0)
"""Of an article that is like no other one."""


@dataclass(frozen=True, slots=True)
class Asked:
    """An article that asks an earlier one to lead it: how alike the two are, and its own background, in millionths."""

    article_id: str
    likeness: int
    background: int


@dataclass(frozen=True, slots=True)
class InLanguage:
    """The language of an article, and how often such a verdict is right; None where there is too little text."""

    language: str | None
    confidence: float | None


@dataclass(frozen=True, slots=True)
class InEvent:
    """That an article belongs to an event, how many articles the event has, and how alike those around the article are."""

    article_id: str
    event_id: str
    article_count: int
    background: float = 0.0


@dataclass(frozen=True, slots=True)
class Member:
    """An article as an append looks at its event.

    Of an article of an earlier run ``event_id`` is its event, ``created_run`` that one's founding run and ``label`` its
    headline where the user gave it one, ``file`` is the file of articles that holds it, and ``gains`` is what new copies
    know of it, if there are any.
    """

    described: Described
    event_id: str | None = None
    created_run: int = 0
    label: str | None = None
    file: str = ""
    gains: Sequence[Version] = ()


@dataclass(frozen=True, slots=True)
class Patch:
    """What an append changes of an article of an earlier run: its event, that one's articles, and what copies know of it.

    ``moved`` says that the event is another one than before.
    """

    article_id: str
    event_id: str
    article_count: int
    moved: bool
    gains: Sequence[Version] = ()


@dataclass(frozen=True, slots=True)
class KeptArticle:
    """A kept version with its event, on the way to the page that holds its text."""

    version: Version
    event_id: str
    article_count: int
    background: float = 0.0


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """A file that was written: its table, its path below the dataset's folder, its rows and its bytes."""

    table: str
    path: str
    rows: int
    byte_count: int
