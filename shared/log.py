"""The program's own log: plain lines on standard error. Not the journal."""

import logging

FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"


def set_up() -> None:
    logging.basicConfig(level=logging.INFO, format=FORMAT)
