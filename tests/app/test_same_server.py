"""A server that is attached to under two addresses."""

from __future__ import annotations

from studio.app.notices import Notice
from studio.app.session import Session
from tests.app.test_several_servers import attached
from tests.fixtures.protocol_server import protocol_server
from tests.fixtures.waiting import wait_until


def test_a_server_that_turns_out_to_be_there_already_is_told_and_the_other_offered(
    session: Session, posted: list[Notice]
) -> None:
    with protocol_server("one", host="") as server:
        one = attached(session, server)
        session.server.attach(server.address_by_name)
        wait_until(lambda: any("is the same server as" in notice.text for notice in posted))
        assert len(session.servers.all) == 2
        (told,) = [notice for notice in posted if "is the same server as" in notice.text]
        assert told.text == f"{server.address_by_name} is the same server as {server.address}"
        (show, choose), (leave, close) = told.actions
        assert (show, leave) == (f"Show {server.address}", f"Close {server.address_by_name}")
        choose()
        assert session.server.current is one
        close()
        wait_until(lambda: session.servers.all == (one,))
