"""`python -m tests.bench`: every figure beside its reference, in one run."""

from __future__ import annotations

from pathlib import Path

from tests.bench import (
    asking,
    canvas,
    check,
    graph,
    journey,
    monitor,
    opening,
    parse,
    sending,
    serving,
    sizes,
    starting,
    tensors,
    text,
    traces,
    waterfall,
    window,
)
from tests.display import virtual_display


def _line(title: str, value: str, aim: str) -> None:
    print(f"{title:<52} {value:>22}   {aim}", flush=True)


def main() -> None:
    """Prints the table."""
    print(f"{'':<52} {'measured':>22}   aim")
    ratios = parse.run()
    if ratios:
        speed = f"{ratios['ratio']:.2f} x as fast"
        _line("lossless parse beside text_format.Parse, corpus", speed, "at least 1.5")
    else:
        print("lossless parse: the corpus is not at hand, nothing measured")
    large_text = text.run()
    _line("suggestions in a configuration of 1 MB", f"{large_text['suggest_ms']:.0f} ms", "under 50 ms")
    both = f"{large_text['format_ms']:.0f} ms / {large_text['text_format_ms']:.0f} ms"
    _line("formatting it, beside text_format.Parse", both, "beside the window")
    trace = traces.run()
    beside = f"{trace['whole_s']:.1f} s / {trace['json_s']:.1f} s = {trace['whole_s'] / trace['json_s']:.2f}"
    _line("a trace of 100,000 requests beside json.loads", beside, "at most 1")
    _line("its first requests", f"{trace['first_s']:.2f} s", "under 2 s")
    memory = f"{trace['open_mb']:.0f} MB / {trace['json_mb']:.0f} MB"
    _line("memory of the process, beside json.loads", memory, "under 400 MB")
    _line(
        "one request in full, all of a span of time", f"{trace['request_ms']:.1f} ms, {trace['pan_ms']:.1f} ms", "16 ms"
    )
    for figures in graph.run():
        steps, reference = f"{figures['steps']:.0f} steps", f" / {figures['text_format_ms']:.0f} ms"
        _line(f"{steps} as a graph beside text_format.Parse", f"{figures['open_ms']:.0f} ms{reference}", "at most 1")
        _line(f"a wire drawn in {steps}, with what changed", f"{figures['gesture_ms']:.0f} ms", "under 100 ms at 1,000")
        _line("500 verdicts as a drag begins there", f"{figures['drag_ms']:.0f} ms", "under 16 ms at 1,000")
    with window.own_home() as home, virtual_display():
        from studio.core.files.example import write_example

        repository = write_example(Path(home, "example"))
        found = window.run(repository)
        seconds = f"{found['studio_s']:.2f} s / {found['bare_s']:.2f} s = {found['start_ratio']:.2f}"
        _line("painted window beside a bare one with five docks", seconds, "at most 2")
        memory = f"{found['studio_mb']:.0f} MB / {found['bare_mb']:.0f} MB = {found['memory_ratio']:.2f}"
        _line("resident memory of the idle window beside the bare", memory, "at most 2")
        stalls = journey.run()
        longest = f"{stalls['longest_ms']:.0f} ms, {stalls['busiest_ms']:.0f} of the thread itself"
        _line("longest stall of the UI thread in the journey", longest, "under 100 ms")
        _line("99 of 100 frames of the journey", f"{stalls['p99_ms']:.0f} ms", "under 33 ms")
        large = opening.run()
        shown = f"{large['tree_s']:.2f} s / {large['text_format_s']:.2f} s"
        _line("tree of 10,000 models beside text_format on them", shown, "under 1 s")
        _line("all of them read and checked in the window", f"{large['check_s']:.2f} s", "in the background")
        _line("longest stall of the UI thread meanwhile", f"{large['stall_ms']:.0f} ms", "under 100 ms")
    for kind, figures in sizes.run().items():
        stalled = f"{figures['longest_ms']:.0f} ms, {figures['busiest_ms']:.0f} of the thread itself"
        shown = f"{stalled}, {figures['memory_mb']:.0f} MB"
        _line(f"longest stall, memory: {sizes.TITLES[kind]}", shown, "under 100 ms, under 300 MB")
        edited = f"{figures['edit_ms']:.0f} ms, {figures['edit_busiest_ms']:.0f} of the thread itself"
        outside = f"{figures['outside_ms']:.0f} ms, {figures['outside_busiest_ms']:.0f} of the thread itself"
        _line("    while it is typed in", edited, "under 100 ms")
        _line("    while another program changes it", outside, "under 100 ms")
    _serving()
    _monitor()
    _xray()
    _canvas()
    _asking()
    _sending()
    _tensors()
    started = starting.run()
    one = f"{started['check_ms']:.0f} ms / {started['bare_ms']:.0f} ms = {started['ratio']:.1f}"
    _line("check of one model beside an empty Python", one, "at most 8")
    checked = check.run()
    _line("read and check 10,000 models beside text_format alone", f"{checked['ratio']:.2f}", "at most 1")
    _line("check after an edit, in a repository of 10,000", f"{checked['edit_ms']:.0f} ms", "under 20 ms")
    _line("resident memory after that", f"{checked['memory_mb']:.0f} MB", "under 600 MB")


def _serving() -> None:
    """What the server's pages cost the thread of the window."""
    found = serving.run()
    for key, title in serving.TITLES.items():
        _line(title, f"{found[key]:.0f} ms of the thread itself", "under 100 ms")


def _monitor() -> None:
    """What the monitor takes of a core, and how late it shows a change."""
    found = monitor.run()
    units = {"share": (100, "%"), "turn": (1, "ms of the thread itself"), "pixel": (1000, "ms")}
    for key, (title, aim) in monitor.TITLES.items():
        factor, unit = units[key.partition("_")[0]]
        _line(title, f"{found[key] * factor:.1f} {unit}", aim)


def _xray() -> None:
    """What panning through 100,000 traced requests takes of the thread of the window."""
    with virtual_display():
        found = waterfall.run()
    for title in (each.removesuffix(", longest") for each in found if each.endswith(", longest")):
        shown = f"{found[title]:.1f} ms, {found[f'{title}, longest']:.1f} at most"
        _line(f"a frame of panning in a trace, in sight {title}", shown, "under 16 ms")
    _line("a trace of 100,000 requests shown", f"{found['shown']:.0f} ms of the thread itself", "under 100 ms")
    _line("its list narrowed by two words", f"{found['narrowed']:.0f} ms of the thread itself", "under 100 ms")


def _tensors() -> None:
    """A tensor of 1 GB."""
    found = tensors.run()
    shown = f"{found['ours']:.2f} s / {found['same']:.2f} s = {found['ours'] / found['same']:.2f}"
    _line("statistics of 1 GB beside numpy's passes for them", shown, "at most 1.2")
    _line("    beside its minimum, maximum and mean alone", f"{found['ours'] / found['simple']:.2f}", "for comparison")
    bins = f"{found['bins']:.2f} s / {found['numpy_bins']:.2f} s = {found['bins'] / found['numpy_bins']:.2f}"
    _line("histogram of 1 GB beside numpy's", bins, "at most 1.2")
    _line("memory of both passes", f"{found['memory']:.0f} MB", "under 200 MB")
    for title in (each.removeprefix("paint ") for each in found if each.startswith("paint ")):
        shown = f"{found[f'paint {title}']:.0f} ms / {found[f'small {title}']:.0f} ms"
        _line(f"first paint of 1 GB, beside few values: {title}", shown, "under 50 ms")


def _asking() -> None:
    """Requests beside tritonclient's, on the embedded server."""
    found = asking.run()
    aims = {"http": "at most 1.2", "grpc": "beside theirs"}
    for size in ("small", "large"):
        for protocol, aim in aims.items():
            ours, theirs = (found[f"{size}_{protocol}{which}"] for which in ("", "_reference"))
            shown = f"{ours:.2f} ms / {theirs:.2f} ms = {ours / theirs:.2f}"
            _line(f"a {size} request over {protocol} beside tritonclient's", shown, aim)
    _line("what its stages add", f"{found['stages'] - found['stages_reference']:.2f} ms", "under 1 ms")


def _sending() -> None:
    """Tokens beside a socket's, and the tester beside the call that it makes."""
    found = sending.run()
    for way, title in sending.WAYS.items():
        shown = f"{found[f'first_{way}']:.1f} ms, then {found[f'between_{way}']:.2f} ms"
        aim = "" if way == "raw" else "within 2 ms of the socket"
        _line(f"first token and those between by {title}", shown, aim)
    added = f"{found['press'] - found['press_call']:.1f} ms, {found['press_thread']:.1f} of the thread itself"
    _line("Send to painted result, without the call", added, "under 5 ms")


def _canvas() -> None:
    """A line a figure of the canvas, beside the reference's and NodeGraphQt's where those are there."""
    for count, found, *others in canvas.compare():
        for key, aim in canvas.AIMS.items():
            beside = "".join(f" / {each[key]:.0f} ms" for each in others if key in each)
            _line(
                f"canvas of {count:,} nodes: {canvas.TITLES[key]}", f"{found[key]:.0f} ms{beside}", aim.get(count, "")
            )


if __name__ == "__main__":
    main()
