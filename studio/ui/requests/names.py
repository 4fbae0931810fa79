"""The object names of the requests: what tests and assistive tools hold on to."""

from __future__ import annotations


class Requests:
    """The list of requests sent in this session."""

    PANEL = "requests"
    TABLE = "requestsTable"
