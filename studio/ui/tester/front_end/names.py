"""The object names of the form for an OpenAI-compatible front end."""

from __future__ import annotations


class FrontEndNames:
    """What is asked, and of whom."""

    SIDE = "frontEnd"
    ADDRESS = "frontEndAddress"
    KEY = "frontEndKey"
    ATTACH = "frontEndAttach"
    BACK = "frontEndBack"
    KIND = "frontEndKind"
    MODEL = "frontEndModel"
    SYSTEM = "frontEndSystem"
    PROMPT = "frontEndPrompt"
    MOST = "frontEndMaxTokens"
    TEMPERATURE = "frontEndTemperature"
    STREAM = "frontEndStream"
    SEND = "frontEndSend"
    STOP = "frontEndStop"
    STATUS = "frontEndStatus"
    PROBLEM = "frontEndProblem"
