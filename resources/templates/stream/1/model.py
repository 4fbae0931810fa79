"""One answer for each word of a text, sent as soon as it is there."""

import numpy as np
import triton_python_backend_utils as pb_utils

_LAST = pb_utils.TRITONSERVER_RESPONSE_COMPLETE_FINAL


class TritonPythonModel:
    """Sends through a response sender, and gives nothing back from execute."""

    def execute(self, requests):
        for request in requests:
            self._stream(request, request.get_response_sender())

    def _stream(self, request, sender):
        text = pb_utils.get_input_tensor_by_name(request, "text").as_numpy()[0].decode("utf-8", "replace")
        for word in text.split():
            if sender.is_cancelled():
                break
            sender.send(pb_utils.InferenceResponse([pb_utils.Tensor("word", np.array([word.encode()], np.object_))]))
        # Every stream has an end, or its client waits for ever.
        sender.send(flags=_LAST)
