"""Batching as Triton's native backends complete it. Copied beside the `model.py` of each. Python 3.8 or later."""

import triton_python_backend_utils as pb_utils

DEFAULT_MAX_BATCH_SIZE = 4  # Triton's own default for --backend-config=default-max-batch-size


def complete_batching(config, has_batch):
    """Turn batching on where every tensor of the model file has a dimension for it."""
    name = config["name"]
    if not has_batch:
        if config["max_batch_size"]:
            raise pb_utils.TritonModelException(
                f"autofill failed for model '{name}': model does not support batching while "
                "non-zero max_batch_size is specified"
            )
        return
    if not config["max_batch_size"]:
        config["max_batch_size"] = DEFAULT_MAX_BATCH_SIZE
        pb_utils.Logger.log_warn(
            f"autofilled max_batch_size to {DEFAULT_MAX_BATCH_SIZE} for model '{name}' since batching is supporrted "
            "but no max_batch_size is specified in model configuration. Must specify max_batch_size to utilize "
            "autofill with a larger max batch size"
        )
    if config["max_batch_size"] > 1 and "sequence_batching" not in config:
        config.setdefault("dynamic_batching", {})
