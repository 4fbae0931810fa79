"""Pictures of the form: every kind of section with something in it, a search, what the server makes of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from studio.app.session import Session
from studio.core.config.draft import Draft
from studio.ui.editor.form.pane import FormPane
from studio.ui.editor.model_tab import ModelTab
from tests.fixtures.waiting import wait_until
from tests.ui.shots import example_session, settle, shoot

MODEL = """# What a classifier may come to after a year.
name: "classifier"
backend: "onnxruntime"
max_batch_size: 32
input [
  { name: "image" data_type: TYPE_FP32 dims: [ 3, 64, 64 ] format: FORMAT_NCHW },
  { name: "threshold" data_type: TYPE_FP32 dims: [ 1 ] optional: true reshape { shape: [ ] } }
]
output [ { name: "scores" data_type: TYPE_FP32 dims: [ 10 ] label_filename: "labels.txt" } ]
batch_input [ { kind: BATCH_ELEMENT_COUNT target_name: "count" data_type: TYPE_FP32 source_input: "image" } ]
instance_group [ { count: 2 kind: KIND_CPU rate_limiter { priority: 2 resources [ { name: "slot" count: 1 } ] } } ]
version_policy { specific { versions: [ 1, 3 ] } }
optimization {
  priority: PRIORITY_MAX
  input_pinned_memory { enable: false }
  execution_accelerators { cpu_execution_accelerator [ { name: "openvino" } ] }
}
sequence_batching {
  max_sequence_idle_microseconds: 5000000
  oldest { max_candidate_sequences: 8 preferred_batch_size: [ 4, 8, 16 ] }
  control_input [
    { name: "START" control [ { kind: CONTROL_SEQUENCE_START fp32_false_true: [ 0, 1 ] } ] },
    { name: "ID" control [ { kind: CONTROL_SEQUENCE_CORRID data_type: TYPE_UINT64 } ] }
  ]
  state [ { input_name: "in" output_name: "out" data_type: TYPE_FP32 dims: [ 4 ] } ]
}
model_warmup [
  { name: "zeros" batch_size: 8
    inputs { key: "image" value { data_type: TYPE_FP32 dims: [ 3, 64, 64 ] zero_data: true } } }
]
parameters [
  { key: "intra_op_thread_count" value { string_value: "4" } },
  { key: "enable_mem_arena" value { string_value: "0" } }
]
metric_tags [ { key: "team" value: "vision" } ]
model_metrics {
  metric_control [ { metric_identifier { family: "nv_inference_first_response_histogram_ms" }
                     histogram_options { buckets: [ 1, 2.5, 10 ] } } ]
}
model_transaction_policy { decoupled: false }
response_cache { enable: true }
"""

QUEUED = """# What stands in other sections than the one above.
backend: "onnxruntime"
max_batch_size: 32
input [ { name: "image" data_type: TYPE_FP32 dims: [ 3, 64, 64 ] } ]
output [ { name: "scores" data_type: TYPE_FP32 dims: [ 10 ] } ]
batch_output [ { kind: BATCH_SCATTER_WITH_INPUT_SHAPE target_name: "scores" source_input: "image" } ]
dynamic_batching {
  priority_levels: 3
  default_priority_level: 2
  priority_queue_policy [
    { key: 1 value { timeout_action: DELAY default_timeout_microseconds: 500000 max_queue_size: 100 } },
    { key: 2 value { } }
  ]
}
optimization {
  graph { level: 1 }
  cuda { graphs: true graph_spec [ { batch_size: 8 input { key: "image" value { dim: [ 3, 64, 64 ] } } } ] }
  execution_accelerators {
    gpu_execution_accelerator [ { name: "tensorrt" parameters { key: "precision_mode" value: "FP16" } } ]
  }
}
model_repository_agents { agents [ { name: "checksum" parameters { key: "MD5:1/model.onnx" value: "d726e1" } } ] }
"""


def pictures(folder: Path, theme_name: str) -> list[Path]:
    """Writes the pictures of one theme into a folder; needs an application and a display."""
    made = []
    with example_session(theme_name) as session:
        model = session.open_model("classifier")
        for text, name in ((MODEL, "form-sections"), (QUEUED, "form-queue")):
            model.edit("Show all", _writing(text))
            pane = FormPane(session, model)
            made.append(_whole(pane, folder, name, theme_name))
            pane.close()
            pane.deleteLater()
            model.undo_stack.undo()
        made += _tab(session, folder, theme_name)
    return made


def _writing(text: str) -> Callable[[Draft], Draft]:
    return lambda draft: draft.with_text(text)


def _whole(pane: FormPane, folder: Path, name: str, theme_name: str) -> Path:
    """As high as all of it, so that every section is in one picture."""
    pane.resize(560, 900)
    pane.show()
    pane.finish()
    _choose_rows(pane)
    pane.finish()
    settle(600)
    body = pane.widget()
    assert body is not None
    pane.resize(560, body.sizeHint().height() + 20)
    return shoot(pane, folder, name, theme_name)


def _tab(session: Session, folder: Path, theme_name: str) -> list[Path]:
    """The form as it opens, the search over it, and what the server will make of the file."""
    tab = ModelTab(session, session.open_model("preprocess"))
    tab.resize(1000, 640)
    tab.show()
    tab.activateWindow()
    tab.form.finish()
    wait_until(lambda: bool(tab.forecast.outcomes), 30)
    made = [shoot(tab, folder, "form-plain", theme_name)]
    tab.find_field()
    tab.finder.field.setText("queue")
    made.append(shoot(tab, folder, "form-add-field", theme_name))
    tab.finder.dismiss()
    tab.views.set_values(["form"])
    tab.show_effective()
    tab.effective.table.setFocus()
    tab.effective.table.setCurrentIndex(tab.effective.rows.index(1, 0))
    made.append(shoot(tab, folder, "effective", theme_name))
    tab.forecast.take_reported({"name": "preprocess", "backend": "python", "max_batch_size": 2})
    wait_until(lambda: not tab.effective.table.isColumnHidden(3), 30)
    made.append(shoot(tab, folder, "effective-server", theme_name))
    tab.show_effective()
    tab.close()
    tab.deleteLater()
    return made


def _choose_rows(pane: FormPane) -> None:
    """The first element of each table, so that its further fields show."""
    for path in (
        ("input", 1),
        ("instance_group", 0),
        ("sequence_batching", "control_input", 0, "control", 0),
        ("model_warmup", 0, "inputs", 0),
        ("parameters", 0),
        ("model_metrics", "metric_control", 0),
        ("optimization", "execution_accelerators", "cpu_execution_accelerator", 0),
        ("optimization", "execution_accelerators", "gpu_execution_accelerator", 0, "parameters", 0),
        ("optimization", "cuda", "graph_spec", 0, "input", 0),
        ("dynamic_batching", "priority_queue_policy", 0),
        ("model_repository_agents", "agents", 0, "parameters", 0),
    ):
        if pane.context.model.draft.has(*path):
            pane.reveal(path)
