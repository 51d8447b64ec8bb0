"""Prints what is published for python-socketio: python_reader.py <url> <channel>.

One JSON object a line: first {"reading": true}, then each message with its "body" (or "base64", if
that is no text) and for AMQP its "properties".
"""

import base64
import json
import sys
import uuid


def say(value):
    print(json.dumps(value), flush=True)


def describe(body):
    try:
        return {'body': body.decode()}
    except UnicodeDecodeError:
        return {'base64': base64.b64encode(body).decode()}


def from_redis(url, channel):
    import redis

    pubsub = redis.Redis.from_url(url).pubsub()
    pubsub.subscribe(channel)
    for message in pubsub.listen():
        if message['type'] == 'subscribe':
            say({'reading': True})
        else:
            say(describe(message['data']))


def from_amqp(url, channel):
    import kombu

    def received(message):
        body = message.body
        properties = {
            'content_type': message.content_type,
            'content_encoding': message.content_encoding,
            'routing_key': message.delivery_info.get('routing_key'),
            'delivery_mode': message.properties.get('delivery_mode'),
            'priority': message.properties.get('priority'),
        }
        say({
            **describe(body.encode() if isinstance(body, str) else body),
            'properties': properties,
        })
        message.ack()

    exchange = kombu.Exchange(channel, type='fanout', durable=False)
    queue = kombu.Queue(f'reader.{uuid.uuid4()}', exchange, durable=False, auto_delete=True)
    with kombu.Connection(url) as connection:
        with connection.Consumer(queue, on_message=received):
            say({'reading': True})
            while True:
                connection.drain_events()


if __name__ == '__main__':
    queue_url, name = sys.argv[1:]
    (from_redis if queue_url.startswith('redis') else from_amqp)(queue_url, name)
