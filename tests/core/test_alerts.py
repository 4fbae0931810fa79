"""Alerts on facts: each begins once, and is over some time after it was so last."""

import math
from dataclasses import replace

from studio.core.serving.figures.alerts import Alert, Alerts
from studio.core.serving.figures.bounds import Bounds, bounds_of, wrong_bounds
from studio.core.serving.figures.latencies import Percentiles
from studio.core.serving.series import GpuReading, ModelSample

A = ("a", "1")
WELL = ModelSample(requests_s=10.0, failures_s=0.0, pending=0.0)


def a_second() -> Alerts:
    """Whatever takes over a second is slow."""
    return Alerts(Bounds(1000.0))


def looked(alerts: Alerts, *samples: ModelSample, own: Percentiles | None = None, start: float = 0.0) -> list[Alert]:
    """What is new in these samples of one model, a second each."""
    found = []
    for second, sample in enumerate(samples):
        found += alerts.look(start + second, {A: sample}, {"a": own} if own else {}, ())
    return found


def test_a_queue_that_grows_is_told_once_and_one_that_comes_and_goes_is_not() -> None:
    growing = [replace(WELL, pending=float(4 + 2 * second)) for second in range(30)]
    (alert,) = looked(Alerts(), *growing)
    assert (alert.kind, alert.at, alert.title) == ("queue", 9, "a has a queue that grows")
    assert alert.text == "4 waited 9 s ago, 22 do now."
    waves = [replace(WELL, pending=float(second % 5)) for second in range(60)]
    assert looked(Alerts(), *waves) == []


def test_a_model_that_takes_requests_and_answers_none_is_dead() -> None:
    stuck = replace(WELL, requests_s=0.0, pending=3.0)
    (alert,) = looked(Alerts(), *[WELL] * 3, *[stuck] * 12)
    assert (alert.kind, alert.text) == ("dead", "3 wait, and none was answered for 9 s.")
    assert looked(Alerts(), *[stuck, replace(stuck, requests_s=0.5)] * 12) == []


def test_a_model_that_answers_with_failures_is_not_dead() -> None:
    failing = replace(WELL, requests_s=0.0, failures_s=4.0, pending=3.0)
    assert [alert.kind for alert in looked(Alerts(), *[failing] * 12)] == ["failures"]
    (alert,) = looked(Alerts(), *[replace(WELL, requests_s=0.0, failures_s=math.nan, pending=3.0)] * 12)
    assert alert.kind == "dead"


def test_how_long_a_queue_was_looked_at_is_told_by_the_clock() -> None:
    alerts = Alerts()
    told = [new for at in range(0, 60, 3) for new in alerts.look(at, {A: replace(WELL, pending=at + 4.0)}, {}, ())]
    assert [alert.text for alert in told] == ["4 waited 27 s ago, 31 do now."]


def test_failures_are_told_where_they_go_on_with_the_servers_reasons() -> None:
    failing = replace(WELL, failures_s=2.0, reasons=(("rejected", 1.5),))
    assert looked(Alerts(), WELL, failing, *[WELL] * 20, failing) == []
    (alert,) = looked(Alerts(), *[failing] * 5)
    assert alert.text == "2.0/s failed, as the server counts: 1.5/s rejected."
    (own,) = looked(Alerts(), WELL, own=Percentiles(failures_s=0.8))
    assert own.text == "Own requests: 0.8/s failed, as seen here."


def test_a_percentile_over_its_bound_is_told_of_all_traffic_and_of_own_requests_but_not_of_a_stream() -> None:
    assert [alert.text for alert in looked(Alerts(Bounds(50.0)), replace(WELL, p99=60.0))] == [
        "p99 of all traffic, 10.0 requests/s, is 60 ms, over 50 ms."
    ]
    slow = Percentiles(p99=2e9, count=20)
    assert [alert.text for alert in looked(a_second(), WELL, own=slow)] == [
        "p99 of 20 own requests is 2,000 ms, over 1,000 ms."
    ]
    assert looked(a_second(), WELL, own=replace(slow, first50=1e8)) == []
    assert looked(Alerts(Bounds(math.inf)), WELL, own=slow) == []


def test_a_few_own_requests_make_no_model_slow() -> None:
    """As after a load, where the first takes long."""
    assert looked(a_second(), WELL, own=Percentiles(p99=2e9, count=19)) == []


def test_a_gpu_that_is_nearly_full_is_told_and_one_that_tells_nothing_is_not() -> None:
    full = GpuReading("GPU-x", index=1, memory_total=100 * 2**30, memory_used=96 * 2**30)
    (alert,) = Alerts().look(0.0, {}, {}, (full, GpuReading("GPU-y", memory_total=math.nan)))
    assert (alert.title, alert.text) == ("GPU 1 is nearly full", "96.00 of 100.00 GB are in use.")


def test_what_is_over_is_no_longer_current_and_is_told_anew_when_it_comes_back() -> None:
    alerts = Alerts(Bounds(50.0))
    slow = replace(WELL, p99=60.0)
    assert len(looked(alerts, slow, *[WELL] * 8, slow)) == 1
    assert len(alerts.current) == 1
    assert looked(alerts, *[WELL] * 14, start=10.0) == []
    assert not alerts.current
    assert len(looked(alerts, slow, start=30.0)) == 1


def test_a_server_that_is_gone_has_no_alerts() -> None:
    alerts = Alerts(Bounds(50.0))
    looked(alerts, replace(WELL, p99=60.0))
    alerts.end()
    assert not alerts.current
    assert looked(alerts, WELL, start=1.0) == []
    assert len(looked(alerts, replace(WELL, p99=60.0), start=2.0)) == 1


def test_an_alert_of_own_requests_is_of_the_newest_version() -> None:
    (alert,) = Alerts().look(0.0, dict.fromkeys((("a", "9"), ("a", "10")), WELL), {"a": Percentiles(failures_s=1)}, ())
    assert alert.what == ("a", "10")


def test_without_a_bound_a_model_is_slow_by_its_own_usual_and_what_lasts_becomes_usual() -> None:
    alerts = Alerts()
    usual = [replace(WELL, p99=40.0 + second % 7) for second in range(90)]
    assert looked(alerts, *usual, *[replace(WELL, p99=100.0)] * 5) == []
    (alert,) = looked(alerts, *[replace(WELL, p99=300.0)] * 400, start=100.0)
    assert alert.at == 100.0
    assert alert.text.startswith("p99 of all traffic, 10.0 requests/s, is 300 ms, over 1")
    assert ", by its usual 4" in alert.text
    assert not alerts.current
    assert looked(Alerts(), *[replace(WELL, p99=900.0)] * 100) == []
    small = [replace(WELL, p99=1.0)] * 90
    assert looked(Alerts(), *small, replace(WELL, p99=19.0)) == []


def test_bounds_are_for_all_and_for_single_models() -> None:
    bounds = bounds_of("500, detector = 2000, llm=off, echo=usual")
    assert (bounds.of("a"), bounds.of("detector"), bounds.of("llm")) == (500, 2000, math.inf)
    assert math.isnan(bounds.of("echo"))
    assert math.isnan(bounds_of("usual").of("a"))
    assert math.isnan(bounds_of("").of("a"))
    assert bounds_of("off").of("a") == math.inf
    assert "“detector=fast”" in wrong_bounds("usual, detector=fast")
    assert [wrong_bounds(text) for text in ("usual", "off", "50.5", "", "a=1, b=off,")] == [""] * 5
    assert all(wrong_bounds(text) for text in ("0", "-1", "nan", "inf", "a=", "all"))
