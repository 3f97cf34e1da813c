"""GroupIntoEarlier: new articles to events, those of earlier runs among them. What its steps do stands in their modules."""

import apache_beam as beam
from apache_beam.pvalue import AsDict, AsSingleton
from apache_beam.typehints.decorators import no_annotations

from schemas.events import Event
from schemas.records import Described, Figures, KnownEvent, Member, Noticed, Override, Terms
from schemas.tables import EVENTS
from transforms.common import coders as _registered  # noqa: F401  (registers the records' coders)
from transforms.common.earlier import Earlier, Paths, ReadFile, ToSet
from transforms.events import neighbours
from transforms.events.append.compare import CompareNow
from transforms.events.append.corpus import CorpusNow
from transforms.events.append.corrected import PlanEvents, WhatIsSaid, renamed
from transforms.events.append.figures import FiguresNow, LimitOfSample
from transforms.events.append.finish import ClusterEarlier, FinishEvents
from transforms.events.append.links import LinkToEvents
from transforms.events.append.members import EarlierMembers, LargeTrees, NewLabels, NewMembers
from transforms.events.transform import Weigh, WithTerms, extract_terms, of_events, told_by


class GroupIntoEarlier(beam.PTransform):
    """New articles and what earlier ones gained, to the rows of all events and what became of the articles.

    Takes ``texts`` (versions with their text), ``articles`` (those of them that are kept) and ``gains``. Gives ``events``,
    ``changes``, ``assignments`` of new articles, ``patches`` of earlier ones by their file, ``terms`` and ``figures``.

    Args:
      parts: a side input, the number of parts that terms and blocks are dealt to.
      earlier: the dataset.
      known: events that the user already has; new articles that belong to them go there.
      run: the number of this run.
      id_limit: how many ids of new articles and of their events one worker may hold.
      overrides: what the user says of events; then ``meant`` is taken too, and ``noticed`` is given.
    """

    def __init__(
        self,
        parts: AsSingleton,
        earlier: Earlier,
        known: tuple[KnownEvent, ...],
        run: int,
        id_limit: int,
        overrides: tuple[Override, ...] = (),
    ):
        super().__init__()
        self._parts = parts
        self._overrides = of_events(overrides)
        self._earlier, self._known, self._run, self._id_limit = earlier, known, run, id_limit

    @no_annotations
    def expand(self, found: dict[str, beam.PCollection]) -> dict[str, beam.PCollection]:
        earlier, begin = self._earlier, found["texts"].pipeline

        # What is new, weighed by the whole corpus.
        terms = found["texts"] | "Terms" >> beam.Map(extract_terms).with_output_types(tuple[str, Terms])
        before = earlier.articles
        total = AsSingleton(
            found["articles"] | "Count" >> beam.combiners.Count.Globally() | "All" >> beam.Map(lambda n: n + before)
        )
        pairs = (found["articles"], terms) | "With terms" >> WithTerms()
        corpus = pairs | "Corpus" >> CorpusNow(earlier, self._parts)
        new = pairs | "Describe articles" >> beam.ParDo(Weigh(self._known), total, *corpus).with_output_types(Described)
        new_ids = AsSingleton(
            new | "New ids" >> beam.Map(lambda a: a.article_id).with_output_types(str) | beam.CombineGlobally(ToSet())
        )

        # Whom the new articles, and those of the sample, are like, and how alike articles are in this corpus.
        limit = AsSingleton(begin | "Sample" >> LimitOfSample(earlier, total))
        compared = new | "Find neighbours" >> CompareNow(earlier, self._parts, total, corpus, new_ids, limit)
        around = compared["around"]
        background = around | "Background" >> beam.MapTuple(lambda i, a: (i, neighbours.background(a))).with_output_types(
            tuple[str, int]
        )
        figures = around | "Figures" >> beam.MapTuple(neighbours.figures).with_output_types(tuple[str, Figures])
        among = AsSingleton(
            (compared["sampled"], new, figures) | "Figures of corpus" >> FiguresNow(earlier, total, new_ids, limit)
        )

        # Which earlier events they may belong to, and the articles of these.
        tree_of = (around, compared["facts"], background) | "Link" >> LinkToEvents(new_ids, among, self._id_limit)
        large = AsDict(tree_of | "Large trees" >> LargeTrees())
        labels = AsSingleton((new, found["gains"]) | "New labels" >> NewLabels())
        events = (
            begin
            | "Files of events" >> Paths(earlier, EVENTS)
            | "Events" >> beam.ParDo(ReadFile(earlier.folder, EVENTS)).with_output_types(Event)
        )
        of_earlier = {"gains": found["gains"], "events": events, "trees": tree_of, "figures": figures}
        said = found["meant"] | "What is said" >> WhatIsSaid(earlier, self._overrides) if self._overrides else {}
        if said:
            of_earlier["forced"] = said["forced"]
        members = (
            of_earlier | "Earlier members" >> EarlierMembers(earlier, labels, total, corpus, large),
            (new, tree_of, figures) | "New members" >> NewMembers(total, large),
        ) | "Members" >> beam.Flatten()

        # Their events.
        forced = [AsSingleton(said["forced"])] if said else []
        clustered = (
            members
            | "Group trees" >> beam.GroupByKey()
            | "Cluster" >> beam.ParDo(ClusterEarlier(), among, labels, *forced).with_output_types(tuple[str, Member])
        )
        noticed: dict[str, beam.PCollection] = {}
        plan = []
        if said:
            planned = said | {"clustered": clustered} | "Plan events" >> PlanEvents(self._overrides)
            noticed = {"noticed": planned | "Noticed" >> beam.FlatMap(told_by).with_output_types(tuple[int, Noticed])}
            plan = [AsSingleton(planned)]
            clustered = clustered | "Rename" >> beam.Map(renamed, *plan).with_output_types(tuple[str, Member])
        finished = (clustered, events) | "Finish events" >> FinishEvents(self._known, self._run, plan)
        return finished | noticed | {"terms": terms, "figures": figures}
