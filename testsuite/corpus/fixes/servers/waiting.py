"""Patience with what a server does in its own time."""

import time

from services.service import START_WITHIN_S, ServiceError


def waitFor(isSo, complaint, within=START_WITHIN_S):
    deadline = time.monotonic() + within
    while not isSo():
        if time.monotonic() > deadline:
            raise ServiceError(complaint)
        time.sleep(0.01)
