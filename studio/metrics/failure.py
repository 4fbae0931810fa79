"""What the metrics ring raises."""

from studio.failure import Failure


class MetricsError(Failure):
    """Metrics that could not be read. A GPU or a counter that is not there is no failure: it is left out."""
