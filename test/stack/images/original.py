"""Sends logins as the original's producer does: to $KAFKA_TOPIC at $BOOTSTRAP_SERVERS."""
import json
import os
import time

from confluent_kafka import Producer

producer = Producer({"bootstrap.servers": os.environ["BOOTSTRAP_SERVERS"]})
while True:
    login = {"user_id": "original", "device_type": "android", "timestamp": str(int(time.time()))}
    producer.produce(os.environ["KAFKA_TOPIC"], json.dumps(login))
    producer.flush()
    time.sleep(0.2)
