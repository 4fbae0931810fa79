"""The object names of the options of a request."""

from __future__ import annotations


class Options:
    """The parts below the inputs; a parameter is named by its number, an output by its name."""

    PANEL = "requestOptions"
    PARAMETERS = "requestParameters"
    ADD_PARAMETER = "addParameter"
    PARAMETER_NAME = "parameterName.{}"
    PARAMETER_KIND = "parameterKind.{}"
    PARAMETER_VALUE = "parameterValue.{}"
    REMOVE_PARAMETER = "removeParameter.{}"
    OUTPUTS = "requestOutputs"
    OUTPUT = "wantedOutput.{}"
    CLASSES = "outputClasses.{}"
    DELIVERY = "requestDelivery"
    REQUEST_ID = "requestId"
    PRIORITY = "requestPriority"
    PRIORITY_WORDS = "requestPriorityWords"
    TIMEOUT = "requestQueueTimeout"
    TIMEOUT_WORDS = "requestQueueTimeoutWords"
    DEADLINE = "requestDeadline"
    COMPRESSION = "requestCompression"
    HEADERS = "requestHeaders"
    SHARED_MEMORY = "requestSharedMemory"
    SIZE = "requestSize"
