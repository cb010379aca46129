"""What training must leave as it found it: messages, warnings, random streams, the interrupt key."""

from __future__ import annotations

import contextlib
import logging
import random
import signal
import threading
import warnings
from collections.abc import Iterator

import numpy as np
import torch

_LOGGERS = ("pytorch_lightning", "lightning_fabric", "lightning", "torch.distributed")
_SOURCES = r"(pytorch_lightning|lightning_fabric|lightning_utilities|torch)(\.|$)"


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keep Lightning and torch from printing and warning; those of others' code are let through."""
    loggers = [logging.getLogger(name) for name in _LOGGERS]
    levels = [logger.level for logger in loggers]
    try:
        for logger in loggers:
            logger.setLevel(logging.ERROR)
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", module=_SOURCES)
            yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


@contextlib.contextmanager
def unmoved_streams() -> Iterator[None]:
    """Restore the global random streams of Python, NumPy and torch, whatever a callback draws from them."""
    python, numpy = random.getstate(), np.random.get_state()  # noqa: NPY002 - the caller's stream, put back below
    try:
        # Reading the stream of a graphics card starts it up, also where only the processor is wanted.
        devices = range(torch.cuda.device_count()) if torch.cuda.is_initialized() else []
        with torch.random.fork_rng(devices=devices):
            yield
    finally:
        random.setstate(python)
        np.random.set_state(numpy)  # noqa: NPY002


@contextlib.contextmanager
def interruptible() -> Iterator[None]:
    """Raise KeyboardInterrupt where Lightning ends the program, and keep the key working, which it switches off."""
    is_main = threading.current_thread() is threading.main_thread()  # no other may set handlers
    handler = signal.getsignal(signal.SIGINT) if is_main else None
    try:
        yield
    except SystemExit as ended:
        if isinstance(ended.__context__, KeyboardInterrupt):
            raise KeyboardInterrupt from None
        raise
    finally:
        if handler is not None:
            signal.signal(signal.SIGINT, handler)
