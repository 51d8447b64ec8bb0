"""Publishes messages as python-socketio does, byte by byte: python_writer.py <url> <channel>.

Reads a JSON list from standard input, each element one of
  {"emit": event, "args": [...], "namespace", "room", "skip_sid", "callback", "host_id",
   "form": "5.15.1" (default), "5.14.2" or "5.14.0"}   bytes are {"$bytes": <base64>}
  {"message": {...}}    any other message, as Python writes JSON
  {"pickle": {...}}     the same as versions before 5.14 wrote it
  {"text": ...}, {"bytes": <base64>}    anything at all
and for AMQP "as": "kombu" (default), "aio_pika", or a content type.
"""

import base64
import json
import pickle
import sys

HOST_ID = 'a0b1c2d3e4f5061728394a5b6c7d8e9f'


def with_bytes(value):
    """Returns the value with bytes in it."""
    if isinstance(value, list):
        return [with_bytes(x) for x in value]
    if isinstance(value, dict):
        if list(value) == ['$bytes']:
            return base64.b64decode(value['$bytes'])
        return {key: with_bytes(x) for key, x in value.items()}
    return value


def deconstruct(value, attachments):
    """Returns the value with placeholders for the bytes, which go to the list."""
    if isinstance(value, bytes):
        attachments.append(value)
        return {'_placeholder': True, 'num': len(attachments) - 1}
    if isinstance(value, list):
        return [deconstruct(x, attachments) for x in value]
    if isinstance(value, dict):
        return {key: deconstruct(x, attachments) for key, x in value.items()}
    return value


def emit(item):
    form = item.get('form', '5.15.1')
    args = with_bytes(item.get('args', []))
    bare = args[0] if len(args) == 1 else args if args else None
    data = bare if form.startswith('5.14') else args
    attachments = []
    data = deconstruct(data, attachments)
    if attachments:
        data = [data] + [base64.b64encode(each).decode() for each in attachments]
    message = {'method': 'emit', 'event': item['emit'], 'data': data}
    if form != '5.14.0':
        message['binary'] = bool(attachments)
    message.update({
        'namespace': item.get('namespace', '/'),
        'room': item.get('room'),
        'skip_sid': item.get('skip_sid'),
        'callback': item.get('callback'),
        'host_id': item.get('host_id', HOST_ID),
    })
    return json.dumps(message)


def body(item):
    """Returns what is published: text, or bytes."""
    if 'emit' in item:
        return emit(item)
    if 'message' in item:
        return json.dumps(item['message'])
    if 'pickle' in item:
        return pickle.dumps(item['pickle'])
    if 'text' in item:
        return item['text']
    return base64.b64decode(item['bytes'])


def to_redis(url, channel, items):
    import redis

    client = redis.Redis.from_url(url)
    for item in items:
        client.publish(channel, body(item))


def to_amqp(url, channel, items):
    import kombu
    from amqp import Message

    exchange = kombu.Exchange(channel, type='fanout', durable=False)
    with kombu.Connection(url) as connection:
        producer = connection.Producer(exchange=exchange)
        exchange(connection.default_channel).declare()
        for item in items:
            way = item.get('as', 'kombu')
            content = body(item)
            if way == 'kombu':
                # Text is text/plain, bytes are application/data; persistent, of priority 0.
                producer.publish(content)
                continue
            raw = content.encode() if isinstance(content, str) else content
            if way == 'aio_pika':
                message = Message(raw, delivery_mode=2)
                connection.default_channel.basic_publish(message, channel, '*')
            else:
                producer.publish(raw, content_type=way, content_encoding='utf-8')


if __name__ == '__main__':
    queue, name = sys.argv[1:]
    write = to_redis if queue.startswith('redis') else to_amqp
    write(queue, name, json.load(sys.stdin))
