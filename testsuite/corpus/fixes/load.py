"""Work for a running program, without a pause, while it is patched: the same questions, round after round."""

import threading

ROUND_WITHIN_S = 900


class LoadError(Exception):
    """The program answered wrongly, or no more."""


class Load:
    """A thread asks; who wants to know what the answers are now waits for a round that began after that."""

    def __init__(self, service):
        self.service, self.asked, self.failed = service, 0, []
        self.condition, self.rounds, self.answers, self.isOver = threading.Condition(), 0, {}, False
        self.thread = threading.Thread(target=self.work, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, kind, *_):
        self.isOver = True
        self.thread.join(ROUND_WITHIN_S)
        if self.failed and not kind:
            raise LoadError(self.failed[0])

    def work(self):
        while not self.isOver:
            try:
                answers = self.service.answers()
            except Exception as error:  # whatever it is, it was no right answer
                answers = None
                self.failed.append(f"{type(error).__name__}: {error}")
            with self.condition:
                self.rounds += 1
                if answers is not None:
                    self.answers = answers
                    self.asked += len(answers)
                self.condition.notify_all()
                if answers is None:
                    return

    def round(self):
        """The answers of a round all of which lies after this call."""
        with self.condition:
            whole = self.rounds + 2
            if not self.condition.wait_for(lambda: self.failed or self.rounds >= whole, ROUND_WITHIN_S):
                raise LoadError("no answers any more")
            if self.failed:
                raise LoadError(self.failed[0])
            return self.answers


def steady(rounds):
    """The questions that had the same answer each time: the others depend on time or chance."""
    first = rounds[0]
    return {question for question in first if all(one.get(question) == first[question] for one in rounds)}


def differences(expected, got, questions):
    return [
        f"{question!r}: expected {expected.get(question)!r}, got {got.get(question)!r}"
        for question in sorted(questions, key=str)
        if expected.get(question) != got.get(question)
    ]
