"""One node of a cluster with python-socketio: what the fixture server offers, as far as this can.

Environment: PORT, MESSAGE_QUEUE (redis:// or amqp://), CHANNEL. Clients come over polling: Python's
own web server has no WebSocket.
"""

import logging
import os
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import socketio

CHANNEL = os.environ.get('CHANNEL', 'socketio')
URL = os.environ['MESSAGE_QUEUE']
NAMESPACES = ['/', '/chat', '/custom', '/dyn-1']


def client_manager():
    if URL.startswith('redis'):
        return socketio.RedisManager(URL, channel=CHANNEL)
    return socketio.KombuManager(URL, channel=CHANNEL)


logging.basicConfig()
sio = socketio.Server(
    async_mode='threading', client_manager=client_manager(), async_handlers=True)


def single(values):
    """What a server of that age calls data: one value, several in a tuple, or none."""
    return None if not values else values[0] if len(values) == 1 else tuple(values)


def rooms_of(sid, namespace):
    return sorted(room for room in sio.rooms(sid, namespace) if room != sid)


def events(namespace):
    def on(event):
        return sio.on(event, namespace=namespace)

    @on('connect')
    def connect(sid, environ, auth=None):
        pass

    @on('disconnect')
    def disconnect(sid):
        pass

    @on('echo')
    def echo(sid, *args):
        return args

    @on('join')
    def join(sid, rooms):
        for room in rooms if isinstance(rooms, list) else [rooms]:
            sio.enter_room(sid, room, namespace)
        return rooms_of(sid, namespace)

    @on('leave')
    def leave(sid, room):
        sio.leave_room(sid, room, namespace)
        return rooms_of(sid, namespace)

    @on('rooms')
    def rooms(sid):
        return sorted(sio.rooms(sid, namespace))

    @on('room-clear')
    def room_clear(sid, room):
        sio.close_room(room, namespace)
        return 'ok'

    @on('bcast')
    def bcast(sid, request):
        to = request.get('to') or [None]
        skip = list(request.get('except') or [])
        if not request.get('self'):
            skip.append(sid)
        for room in to:
            sio.emit(
                request['event'], single(request.get('args')), room=room,
                skip_sid=skip, namespace=namespace)
        return 'ok'

    @on('kick')
    def kick(sid, other, close):
        sio.disconnect(other, namespace)
        return 'ok'


class Handler(WSGIRequestHandler):
    def log_message(self, *args):
        pass


class ThreadedServer(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 100


for each in NAMESPACES:
    events(each)
server = make_server(
    '127.0.0.1', int(os.environ.get('PORT', '0')), socketio.WSGIApp(sio), ThreadedServer, Handler)
print(f'Listening on 127.0.0.1:{server.server_port} with python-socketio', flush=True)
server.serve_forever()
