"""How the server listens: whoever is slow to say what is wanted, or says too much first, is hung up on and keeps nobody waiting."""

from asyncio import Transport

from uvicorn.protocols.http.h11_impl import H11Protocol

SLOWEST = 5.0  # seconds from a connection, or the first byte of its next request, to the end of the request's head; and as many to its end

LONGEST = 16 * 2**10  # bytes of a request's head; to take a hundred thousand apart takes a tenth of a second


class Listener(H11Protocol):
    """A connection that is closed when the head of a request does not come in time, or is too long."""

    timer = None
    head = 0  # bytes so far

    def connection_made(self, transport: Transport) -> None:
        """Waits for the first request."""
        super().connection_made(transport)
        self.wait()

    def data_received(self, data: bytes) -> None:
        """Waits on, unless the head is whole now."""
        if self.cycle is None or self.cycle.response_complete:
            end = data.find(b"\r\n\r\n")
            self.head += len(data) if end < 0 else end
            if self.head > LONGEST:
                self.transport.close()
                return
            self.head = self.head if end < 0 else 0
        super().data_received(data)
        if self.cycle is not None and not self.cycle.response_complete:
            self.timer.cancel()
        elif self.timer.cancelled():
            self.wait()

    def wait(self) -> None:
        """Begins to wait for a head."""
        self.timer = self.loop.call_later(SLOWEST, self.transport.close)

    def connection_lost(self, error: Exception | None) -> None:
        """Waits no more."""
        super().connection_lost(error)
        self.timer.cancel()
