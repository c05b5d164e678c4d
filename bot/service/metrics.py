"""Counts what the bot does, for Prometheus: no words, no ids of people or servers. No other file imports it."""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping
from importlib.metadata import version
from types import SimpleNamespace

import aiohttp
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, ProcessCollector
from prometheus_client.aiohttp import make_aiohttp_handler

from bot.service.disk import Disk
from retrieval.domain.answers import NoAnswer, Outcome, Refusal
from retrieval.domain.libraries import SHARED_LIBRARY
from retrieval.domain.stages import Stage
from retrieval.domain.vitals import Holding, Vitals

CHECK, SEND = "check", "send"
"""The stages after retrieval's own: quotes compared with their articles once more, and Discord taking the answer."""

BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
SERVERS = "servers"
"""The label under which the libraries of all servers are counted together."""


class Metrics:
    """The figures of one process, in a registry of its own. Whoever does something tells it; nothing here raises."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        self.handler = make_aiohttp_handler(registry)
        ProcessCollector(registry=registry)
        Info("pullquote", "Which version runs.", registry=registry).info({"version": version("pullquote")})

        def counter(name: str, what: str, *labels: str) -> Counter:
            return Counter(f"pullquote_{name}", what, labels, registry=registry)

        def gauge(name: str, what: str, *labels: str) -> Gauge:
            return Gauge(f"pullquote_{name}", what, labels, registry=registry)

        def histogram(name: str, what: str, *labels: str) -> Histogram:
            return Histogram(f"pullquote_{name}", what, labels, buckets=BUCKETS_S, registry=registry)

        self._questions = counter("questions", "Questions, by what became of them.", "outcome")
        self._refusals = counter("refusals", "Questions that were refused, by the kind of the refusal.", "kind")
        self._too_fast = counter("turned_away", "Messages of those who ask too fast, by whose limit.", "limit")
        self._stages = histogram("stage_seconds", "How long a question spent in each stage.", "stage")
        self._answering = histogram("answer_seconds", "From taking a question to its answer standing on Discord.")
        self._faults = counter("log_records", "Log records from warnings up, by level.", "level")
        self._discord = counter("discord_errors", "Discord's answers that were errors, by status.", "status")
        self._gateway = counter("gateway_events", "Connections to Discord's gateway, made, resumed and lost.", "event")
        self._feed_errors = counter("feed_errors", "Polls of feeds that failed.")
        self._polls = counter("feed_polls", "Polls of feeds.")
        self._articles = gauge("articles", "Live articles, of the shared library and of all servers'.", "library")
        self._passages = gauge("passages", "Live passages, by library as above.", "library")
        self._largest = gauge("largest_server_passages", "Passages of the largest library of a server.")
        self._libraries = gauge("libraries", "Libraries that hold anything.")
        self._feeds = gauge("feeds", "Feeds that are followed.")
        self._failing = gauge("feeds_failing", "Feeds whose last poll failed.")
        self._waiting = gauge("models_queue", "Questions that wait for their turn or are being answered.")
        self._connected = gauge("gateway_connected", "1 while the bot is connected to Discord.")
        self._latency = gauge("gateway_latency_seconds", "How late the gateway answers a heartbeat.")
        self._ready = gauge("ready", "1 while questions can be answered.")
        self._disk = gauge("disk_bytes", "The data folder's disk: used by it, and free.", "what")
        self._known = SimpleNamespace(polls=0, failed=0)
        for kind in Refusal:  # a rate needs a series that was 0 before
            self._refusals.labels(kind.value)
        for outcome in ("answered", "refused", "failed"):
            self._questions.labels(outcome)
        for stage in (*Stage, CHECK, SEND):
            self._stages.labels(str(stage))
        for event in ("connected", "resumed", "lost"):
            self._gateway.labels(event)

    def staged(self, seconds: Mapping[str, float]) -> None:
        """Take the seconds that one question spent in some stages."""
        for stage, spent in seconds.items():
            self._stages.labels(str(stage)).observe(max(spent, 0.0))

    def answered(self, outcome: Outcome, seconds: float) -> None:
        """Count a question that was answered or refused, and how long that took as a whole."""
        if isinstance(outcome, NoAnswer):
            self._questions.labels("refused").inc()
            self._refusals.labels(outcome.refusal.value).inc()
        else:
            self._questions.labels("answered").inc()
        self._answering.observe(max(seconds, 0.0))

    def failed(self) -> None:
        """Count a question that ended in a fault."""
        self._questions.labels("failed").inc()

    def turned_away(self, limit: str) -> None:
        """Count who asks too fast: as a person, or in a channel."""
        self._too_fast.labels(limit).inc()

    def discord_error(self, status: str) -> None:
        """Count an answer of Discord's that was an error; `network` where none came."""
        self._discord.labels(status).inc()

    def gateway(self, event: str) -> None:
        """Count that the connection to the gateway was `connected`, `resumed` or `lost`."""
        self._gateway.labels(event).inc()

    def take(self, vitals: Vitals) -> None:
        """Show how retrieval stands now."""
        shared = vitals.holdings.get(SHARED_LIBRARY, Holding(0, 0))
        theirs = [holding for library, holding in vitals.holdings.items() if library != SHARED_LIBRARY]
        self._articles.labels(SHARED_LIBRARY).set(shared.articles)
        self._articles.labels(SERVERS).set(sum(one.articles for one in theirs))
        self._passages.labels(SHARED_LIBRARY).set(shared.passages)
        self._passages.labels(SERVERS).set(sum(one.passages for one in theirs))
        self._largest.set(max((one.passages for one in theirs), default=0))
        self._libraries.set(len(vitals.holdings))
        self._feeds.set(vitals.feeds)
        self._failing.set(vitals.failing_feeds)
        self._waiting.set(vitals.waiting)
        self._polls.inc(max(vitals.polls - self._known.polls, 0))
        self._feed_errors.inc(max(vitals.failed_polls - self._known.failed, 0))
        self._known = SimpleNamespace(polls=vitals.polls, failed=vitals.failed_polls)

    def take_state(self, *, connected: bool, latency_s: float, ready: bool, disk: Disk) -> None:
        """Show how the bot stands now; `latency_s` is no number while there is none."""
        self._connected.set(connected)
        self._latency.set(latency_s if math.isfinite(latency_s) else math.nan)
        self._ready.set(ready)
        self._disk.labels("used").set(disk.used)
        self._disk.labels("free").set(disk.free)

    def record(self, level: str) -> None:
        """Count a log record."""
        self._faults.labels(level.lower()).inc()


class CountsRecords(logging.Handler):
    """Counts the log records from warnings up; their words stay in the log."""

    def __init__(self, metrics: Metrics) -> None:
        super().__init__(logging.WARNING)
        self._metrics = metrics

    def emit(self, record: logging.LogRecord) -> None:
        """Count one."""
        self._metrics.record(record.levelname)


def discord_errors(metrics: Metrics) -> aiohttp.TraceConfig:
    """Return what hears of every answer of Discord's, for the client that asks it."""
    trace = aiohttp.TraceConfig()

    async def ended(_: aiohttp.ClientSession, __: SimpleNamespace, heard: aiohttp.TraceRequestEndParams) -> None:
        if heard.response.status >= 400:
            metrics.discord_error(str(heard.response.status))

    async def broke(_: aiohttp.ClientSession, __: SimpleNamespace, ___: aiohttp.TraceRequestExceptionParams) -> None:
        metrics.discord_error("network")

    trace.on_request_end.append(ended)
    trace.on_request_exception.append(broke)
    return trace
