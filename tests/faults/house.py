"""A separate system whose servers may be stopped, flushed and killed."""

from dataclasses import dataclass

from hotelpbx.demo.rest import Rest
from hotelpbx.demo.stack import CODE, Stack
from hotelpbx.demo.telephones import Telephones
from hotelpbx.embedded import Postgres, RedisServer


@dataclass(frozen=True)
class House:
    """The system under test: everything that can fail, and its clients."""

    stack: Stack
    postgres: Postgres
    redis: RedisServer

    @property
    def rest(self) -> Rest:
        return Rest(self.stack.at.desk, CODE, self.stack.key)

    @property
    def phones(self) -> Telephones:
        return Telephones(self.stack.at.simulator)
