"""mosquitto with wills that have properties (MQTT 5)."""

from services.mosquitto import DIALOGUES, DISCONNECT, PING, Mosquitto, connect, string

WILLS = {
    "will 5": connect("v", 5, 6, b"\x05\x18\0\0\0\5" + string("will") + string("dead")),
    "will 5 text": connect("t", 5, 6, b"\x02\x01\1" + string("will") + string("dead")),
    "will 5 without": connect("o", 5, 6, b"\0" + string("will") + string("dead")),
    "will 5 broken": connect("b", 5, 6, b"\x05\x27\0\0\0\5" + string("will") + string("dead")),
}


class MosquittoFull(Mosquitto):
    def questions(self):
        return [*DIALOGUES, *WILLS]

    def ask(self, question):
        if question not in WILLS:
            return super().ask(question)
        with self.connect() as connection:
            connection.sendall(WILLS[question] + PING + DISCONNECT)
            return self.readAll(connection)
