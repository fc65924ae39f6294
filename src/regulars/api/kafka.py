"""Orders from a Kafka topic: the same intake as `POST /v1/orders`, each message an order.

Messages come at least once, and an order of one id is taken in once, so that every order is in the next release exactly
once. How far the topic was read is told to the brokers only when its orders are on the disk.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from confluent_kafka import Consumer, KafkaError, KafkaException, Message, TopicPartition

from regulars.api.stream import Refusal, Stream
from regulars.errors import InputError, SettingsError, WorkspaceBusy
from regulars.settings import Kafka

if TYPE_CHECKING:
    from regulars.terms.places import Places

MOST_AT_ONCE = 500
WAIT_SECONDS = 0.5
ANSWER_SECONDS = 15.0
TRY_AGAIN_SECONDS = 1.0


class Topic:
    """A topic of orders, read from where its group stopped."""

    def __init__(self, settings: Kafka, name: str) -> None:
        """Connect to the brokers.

        Raises
        ------
        SettingsError
            No brokers are set, or a property of the client is not one.
        InputError
            No broker answers, or there is no such topic.
        """
        if not settings.brokers:
            raise SettingsError(
                "no brokers are set", hint='put into regulars.toml:\n[kafka]\nbrokers = "127.0.0.1:9092"'
            )
        self.name = name
        self._ended: set[int] = set()
        try:
            self._consumer = Consumer(_properties(settings))
        except KafkaException as problem:
            raise SettingsError(
                f"Kafka's client refuses these settings: {problem.args[0].str()}", hint="see kafka.options"
            ) from None
        try:
            self._places = self._where_it_stopped()
        except KafkaException as problem:
            raise InputError(
                f"{settings.brokers} does not answer: {problem.args[0].str()}",
                hint="check kafka.brokers, and what kafka.options says of TLS and SASL",
            ) from None
        self._consumer.assign(self._places)

    def close(self) -> None:
        self._consumer.close()

    def batches(self, *, follow: bool) -> Iterator[list[Message]]:
        """Yield messages as they come, as many at once as are there; end with the topic unless it is followed."""
        while follow or len(self._ended) < len(self._places):
            messages = []
            for message in self._consumer.consume(MOST_AT_ONCE, WAIT_SECONDS):
                if (error := message.error()) is None:
                    self._ended.discard(_partition(message))
                    messages.append(message)
                elif error.code() == KafkaError._PARTITION_EOF:
                    self._ended.add(_partition(message))
                elif error.fatal() or not error.retriable():
                    raise InputError(f"topic {self.name!r} cannot be read: {error.str()}")
            if messages:
                yield messages

    def commit(self, messages: Sequence[Message]) -> None:
        """Tell the brokers that messages are done with; when they do not hear it, these come again."""
        last = {_partition(message): (message.offset() or 0) + 1 for message in messages}
        done = [TopicPartition(self.name, partition, offset) for partition, offset in last.items()]
        try:
            self._consumer.commit(offsets=done, asynchronous=False)
        except KafkaException as problem:
            if not problem.args[0].retriable():
                raise InputError(f"the brokers keep no offsets: {problem.args[0].str()}") from None

    def _where_it_stopped(self) -> list[TopicPartition]:
        found = self._consumer.list_topics(self.name, timeout=ANSWER_SECONDS).topics[self.name]
        if found.error is not None or not found.partitions:
            raise InputError(f"there is no topic {self.name!r}", hint="name one that the brokers have")
        places = [TopicPartition(self.name, partition) for partition in found.partitions]
        return list(self._consumer.committed(places, timeout=ANSWER_SECONDS))


def take_in_topic(
    stream: Stream, topic: Topic, places: Places, *, follow: bool
) -> Iterator[tuple[Message, str]]:
    """Take in a topic, and yield each message that is no order with its reason once it is set aside."""
    for messages in topic.batches(follow=follow):
        refusals = _taken(stream, [message.value() or b"" for message in messages])
        refused = [(messages[one.place], one.reason) for one in refusals]
        if refused:
            _set_aside(places.refused_orders, refused)
        topic.commit(messages)
        yield from refused


def _taken(stream: Stream, lines: Sequence[bytes]) -> list[Refusal]:
    """Take in lines; while somebody else writes for long, wait: nothing is left out and nothing is marked as read."""
    while True:
        try:
            return stream.take(lines)
        except WorkspaceBusy:
            time.sleep(TRY_AGAIN_SECONDS)


def _set_aside(path: Path, refused: Sequence[tuple[Message, str]]) -> None:
    """Write messages that are no orders to the disk, whole, each with its reason and where it came from."""
    with path.open("a", encoding="utf-8") as file:
        for message, reason in refused:
            row = {
                "topic": message.topic(), "partition": message.partition(), "offset": message.offset(),
                "reason": reason, "message": (message.value() or b"").decode("utf-8", "backslashreplace"),
            }  # fmt: skip
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
        file.flush()
        os.fsync(file.fileno())


def _partition(message: Message) -> int:
    return message.partition() or 0


def _properties(settings: Kafka) -> dict[str, str | bool]:
    password = settings.password.get_secret_value()
    return {
        "auto.offset.reset": "earliest",
        **settings.options,
        **({"sasl.password": password} if password else {}),
        "bootstrap.servers": settings.brokers,
        "group.id": settings.group,
        "enable.auto.commit": False,
        "enable.partition.eof": True,
        "log_level": "0",  # it would write to stderr by itself; what goes wrong is said in our words
    }
