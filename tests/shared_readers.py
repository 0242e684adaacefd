"""The processes that read uploaded files are shared by the tests of a worker, as the files of one
import share them: starting one takes ten times as long as reading a file."""

import os
import subprocess

from procedures.sandbox.readers import _Child

OWN_PROCESS = "QMS_TEST_OWN_PROCESS"  # set by a test that needs a process without a past
NOT_ITS_OWN = {"PYTEST_CURRENT_TEST"}  # differs from test to test
_idle: list[tuple[dict[str, str], subprocess.Popen[bytes]]] = []


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in NOT_ITS_OWN}


def share_readers() -> None:
    """An idle process is kept when its pool closes, and taken by the next one that would start one
    in the same environment. Processes that were killed or died are not kept."""
    spawn, close = _Child._spawn, _Child.close

    def take(self: _Child) -> None:
        self.close()
        while _idle and OWN_PROCESS not in os.environ:
            environment, process = _idle.pop()
            if environment == _environment() and process.poll() is None:
                self.buffer.clear()
                self.process, self.environment = process, environment
                return
            self.process = process  # to end it
            close(self)
        spawn(self)
        self.environment = _environment()

    def keep(self: _Child) -> None:
        ended = self.process is None or self.process.poll() is not None
        if ended or self.turn is not None or OWN_PROCESS in self.environment:
            close(self)
            return
        _idle.append((self.environment, self.process))
        self.process = None

    _Child._spawn, _Child.close = take, keep
