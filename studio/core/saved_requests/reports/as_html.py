"""What `trireme test` found as one page, which loads nothing."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from studio.core.saved_requests.reports.tested import Tested

if TYPE_CHECKING:
    from studio.core.saved_requests.outcome import Outcome

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<style>
:root {{ color-scheme: light dark; --line: #8884; --good: #2e7d4f; --bad: #c0392b; }}
body {{ font: 14px/1.5 system-ui, sans-serif; margin: 32px auto; max-width: 960px; padding: 0 16px; }}
h1 {{ font-size: 20px; margin: 0 0 4px; }}
p {{ margin: 0 0 16px; }}
table {{ border-collapse: collapse; width: 100%; }}
th, td {{ border-bottom: 1px solid var(--line); padding: 8px; text-align: left; vertical-align: top; }}
td.number {{ font-variant-numeric: tabular-nums; text-align: right; white-space: nowrap; }}
.passed, .written {{ color: var(--good); }}
.failed, .error, .cancelled {{ color: var(--bad); font-weight: 600; }}
pre {{ margin: 4px 0 0; overflow-wrap: anywhere; white-space: pre-wrap; }}
</style></head><body>
<h1>{title}</h1><p>{summary}.</p>
<table><thead><tr><th>Result</th><th>Request</th><th>Model</th><th>Time</th></tr></thead><tbody>
{rows}
</tbody></table></body></html>
"""


def text_of(report: Tested) -> str:
    """The report as one page of HTML."""
    title = escape(f"Saved requests of {report.repository.name or report.repository}")
    rows = "\n".join(map(_row, report.outcomes))
    page = _PAGE.format(title=title, summary=escape(report.summary), rows=rows)
    # Names that are no UTF-8 come as surrogates.
    return page.encode("utf-8", "backslashreplace").decode()


def _row(outcome: Outcome) -> str:
    reasons = outcome.message or "\n".join(f"{each.output}: {each.words}" for each in outcome.verdicts)
    told = f"<pre>{escape(reasons)}</pre>" if reasons else ""
    return (
        f'<tr><td class="{outcome.state}">{outcome.state}</td><td>{escape(outcome.name)}{told}</td>'
        f'<td>{escape(outcome.model)}</td><td class="number">{outcome.seconds * 1000:.1f} ms</td></tr>'
    )
