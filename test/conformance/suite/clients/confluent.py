"""Drives confluent-kafka: one command as JSON on standard input, its result as JSON on standard output."""
import json
import sys

from confluent_kafka import OFFSET_BEGINNING, Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

TIMEOUT = 30


def create_topic(address, topic, partitions):
    admin = AdminClient({"bootstrap.servers": address})
    admin.create_topics([NewTopic(topic, partitions, 1)])[topic].result(TIMEOUT)


def partitions_of(address, topic):
    metadata = AdminClient({"bootstrap.servers": address}).list_topics(topic, TIMEOUT)
    return len(metadata.topics[topic].partitions)


def produce(address, topic, messages, codec="none", transaction=None):
    conf = {"bootstrap.servers": address, "enable.idempotence": True, "compression.type": codec}
    if transaction:
        conf["transactional.id"] = transaction["id"]
    producer = Producer(conf)
    if transaction:
        producer.init_transactions(TIMEOUT)
        producer.begin_transaction()
    failures = []
    for message in messages:
        producer.produce(
            topic,
            message["value"],
            message["key"],
            partition=0,
            on_delivery=lambda error, _: failures.append(str(error)) if error else None,
        )
    producer.flush(TIMEOUT)
    if transaction and transaction["outcome"] == "commit":
        producer.commit_transaction(TIMEOUT)
    elif transaction:
        producer.abort_transaction(TIMEOUT)
    if failures:
        raise RuntimeError(failures[0])


def consume(address, topic, count, group=None, isConsumerProtocol=False, isCommittedOnly=False):
    conf = {
        "bootstrap.servers": address,
        "group.id": group or "suite-unused",
        "auto.offset.reset": "earliest",
        "enable.auto.commit": False,
        "isolation.level": "read_committed" if isCommittedOnly else "read_uncommitted",
    }
    if isConsumerProtocol:
        conf["group.protocol"] = "consumer"
    consumer = Consumer(conf)
    if group:
        consumer.subscribe([topic])
    else:
        ids = consumer.list_topics(topic, TIMEOUT).topics[topic].partitions
        consumer.assign([TopicPartition(topic, i, OFFSET_BEGINNING) for i in ids])
    got = []
    for _ in range(600):
        message = consumer.poll(0.1)
        if message is None:
            continue
        if message.error():
            raise RuntimeError(str(message.error()))
        got.append({"key": message.key().decode(), "value": message.value().decode()})
        if len(got) == count:
            break
    if group:
        consumer.commit(asynchronous=False)
    consumer.close()
    return got


COMMANDS = {"createTopic": create_topic, "partitionsOf": partitions_of, "produce": produce, "consume": consume}
command = json.load(sys.stdin)
json.dump(COMMANDS[command.pop("do")](**command), sys.stdout)
