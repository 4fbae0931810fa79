"""What a server says that it counted, which may be no number at all."""

from __future__ import annotations

from studio.app.serving.probing.counts import CountsReader
from studio.client.triton import Triton
from studio.core.serving.launch import Addresses
from tests.client.server import answering, http
from tests.fixtures.protocol_server import protocol_server

_LIES = """\
# TYPE nv_inference_request_success counter
nv_inference_request_success{model="m",version="1"} +Inf
nv_inference_request_failure{model="m",version="1"} NaN
nv_inference_pending_request_count{model="m",version="1"} +Inf
nv_inference_request_duration_us{model="m",version="1"} 1e400
# TYPE nv_inference_request_summary_us summary
nv_inference_request_summary_us{model="m",version="1",quantile="0.99"} +Inf
"""


def test_what_is_no_number_counts_as_not_told() -> None:
    with protocol_server() as server, answering(lambda _: http(_LIES.encode())) as metrics:
        client = Triton(Addresses(http=server.address))
        reader = CountsReader(Addresses(http=server.address, metrics=metrics))
        try:
            found = reader.read(client)["m"]
        finally:
            reader.close()
            client.close()
    assert (found.answers, found.failures, found.waiting, found.busy) == (0, 0, None, 0.0)
    assert found.p99 == 0.0, "a model that may take for ever would be green for ever"
