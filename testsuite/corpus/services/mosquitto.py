"""mosquitto: packets of MQTT 3.1.1 and 5, sent as bytes."""

from services.service import Service


def string(text):
    return len(text).to_bytes(2, "big") + text.encode()


def packet(kind, body):
    length, size = b"", len(body)
    while True:
        size, low = divmod(size, 128)
        length += bytes([low | (0x80 if size else 0)])
        if not size:
            return bytes([kind]) + length + body


def connect(name, version=4, flags=2, more=b""):
    properties = b"\0" if version == 5 else b""
    return packet(0x10, string("MQTT") + bytes([version, flags, 0, 60]) + properties + string(name) + more)


def subscribe(topic, qos=0, version=4):
    return packet(0x82, b"\0\1" + (b"\0" if version == 5 else b"") + string(topic) + bytes([qos]))


def publish(topic, text, qos=0, retain=0, version=4):
    return packet(0x30 | qos << 1 | retain, string(topic) + (b"\0\5" if qos else b"") + (b"\0" if version == 5 else b"")
                  + text.encode())


DISCONNECT, PING = packet(0xE0, b""), packet(0xC0, b"")

DIALOGUES = {
    "connect": connect("a"), "connect 5": connect("a", 5), "wrong version": connect("a", 9), "no name": connect(""),
    "wrong protocol": packet(0x10, string("MQxx") + bytes([4, 2, 0, 60]) + string("a")), "ping": connect("a") + PING,
    "no connect": PING, "twice": connect("a") + connect("a"), "kept": connect("k", flags=0) + subscribe("kept/#", 1),
    "loop": connect("a") + subscribe("t/+") + publish("t/1", "hello"),
    "deep": connect("a") + subscribe("x/#") + publish("x/y/z", "1"),
    "qos 1": connect("a") + subscribe("q", 1) + publish("q", "one", 1), "qos 2": connect("a") + publish("q", "two", 2),
    "retain": connect("a") + publish("r", "kept", retain=1) + PING, "retained": connect("a") + subscribe("r"),
    "unretain": connect("a") + publish("r", "", retain=1) + PING, "gone": connect("a") + subscribe("r"),
    "bad topic": connect("a") + publish("a/#", "x"), "bad filter": connect("a") + subscribe("a/#/b"),
    "empty": connect("a") + subscribe(""),
    "shared": connect("a") + subscribe("$share/g/s") + publish("s", "x"),
    "bad share": connect("a") + subscribe("$share/g"),
    "five": connect("a", 5) + subscribe("f", 0, 5) + publish("f", "x", version=5),
    "unsubscribe": connect("a") + packet(0xA2, b"\0\1" + string("t")),
    "will": connect("w", flags=6, more=string("will") + string("dead")),
    "user": connect("u", flags=0xC2, more=string("u") + string("p")), "reserved": connect("a") + packet(0x00, b""),
    "auth": connect("a", 5) + packet(0xF0, b""), "sys": connect("a") + subscribe("$SYS/broker/version"),
}


class Mosquitto(Service):
    def command(self):
        configuration = self.folder / "mosquitto.conf"
        configuration.write_text(f"listener {self.port} 127.0.0.1\nallow_anonymous true\nsys_interval 0\n")
        return [self.executable, "-c", str(configuration)]

    def questions(self):
        return DIALOGUES

    def ask(self, question):
        with self.connect() as connection:
            connection.sendall(DIALOGUES[question] + PING + DISCONNECT)
            return self.readAll(connection)
