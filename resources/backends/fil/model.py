"""A `fil` backend for Triton, written in Python: it serves forests of decision trees without the native one.

Triton runs this file in the engine's own environment, on the CPU. Files, parameters and tensors are those of NVIDIA's
FIL backend: `input__0` takes rows of features, `output__0` gives a value, a class or the classes' probabilities a row.
"""

import numpy as np
import treelite
from stand_in import StandIn, Tensor, check_tensors, completed, parameter, refuse, version_folder

FILES = {
    "xgboost": "xgboost.model",
    "xgboost_json": "xgboost.json",
    "xgboost_ubj": "xgboost.ubj",
    "lightgbm": "model.txt",
    "treelite_checkpoint": "checkpoint.tl",
}
MAX_BATCH_SIZE = 32768
SWITCHES = {"true": True, "1": True, "false": False, "0": False}


class TritonPythonModel(StandIn):
    """One instance of a forest."""

    WORDS = "FIL execute failure"

    @staticmethod
    def auto_complete_config(auto_complete_model_config):
        """Fill in what the configuration leaves out, from the model file."""
        config = auto_complete_model_config._model_config
        found = Forest(version_folder(), config)
        config["max_batch_size"] = config.get("max_batch_size") or MAX_BATCH_SIZE
        for side, tensor in (("input", found.input), ("output", found.output)):
            if not config.get(side):
                config[side] = [completed(tensor, config["max_batch_size"])]
        return auto_complete_model_config

    def open(self):
        """Read the file, and check the configuration against it."""
        self.forest = Forest(self.folder, self.config)
        for side, tensor in (("input", self.forest.input), ("output", self.forest.output)):
            if len(self.config[side]) != 1:
                count = len(self.config[side])
                refuse(f"unable to load model '{self.name}', configuration expects {count} {side}s, model provides 1")
            check_tensors(self.config, side, [tensor])

    def run(self, feeds):
        """The rows' values."""
        return {"output__0": self.forest.predict(feeds["input__0"])}

    def finalize(self):
        """Let the model go."""
        self.forest = None


class Forest:
    """A model file, and what the parameters make of its answers."""

    def __init__(self, folder, config):
        self.name = config["name"]
        self.model = self._load(folder, config)
        self.gives_all = self._switch(config, "predict_proba")
        self.gives_class = self._switch(config, "output_class") and not self.gives_all
        try:
            self.threshold = float(parameter(config, "threshold", "0.5"))
        except ValueError:
            refuse(f"unable to load model '{self.name}', the parameter 'threshold' is no number")
        classes = np.atleast_1d(self.model.get_header_accessor().get_field("num_class"))
        self.classes = max(int(classes.max()), 1)
        self.input = Tensor("input__0", "TYPE_FP32", [-1, self.model.num_feature])
        self.output = Tensor("output__0", "TYPE_FP32", [-1, self._columns(len(classes))])

    def _load(self, folder, config):
        kind = parameter(config, "model_type", "xgboost")
        if kind not in FILES:
            refuse(f"unable to load model '{self.name}', unknown model_type '{kind}', known are: {', '.join(FILES)}")
        path = folder / (config.get("default_model_filename") or FILES[kind])
        if not path.exists():
            refuse(f"unable to find '{path}' for model '{self.name}'")
        try:
            return self._read(str(path), kind)
        except treelite.TreeliteError as error:
            refuse(f"unable to load model '{self.name}', treelite cannot read {path.name}: {error}")

    @staticmethod
    def _read(path, kind):
        if kind == "treelite_checkpoint":
            return treelite.Model.deserialize(path)
        if kind == "lightgbm":
            return treelite.frontend.load_lightgbm_model(path)
        if kind == "xgboost":
            return treelite.frontend.load_xgboost_model_legacy_binary(path)
        return treelite.frontend.load_xgboost_model(path, format_choice="json" if kind == "xgboost_json" else "ubjson")

    def _switch(self, config, name):
        given = parameter(config, name, "false")
        if given.lower() not in SWITCHES:
            refuse(f"unable to load model '{self.name}', the parameter '{name}' is neither true nor false: {given}")
        return SWITCHES[given.lower()]

    def _columns(self, targets):
        """How many values a row gets."""
        if self.gives_class:
            return targets
        return targets * max(self.classes, 2) if self.gives_all else targets * self.classes

    def predict(self, rows):
        """The values of each row."""
        found = treelite.gtil.predict(self.model, np.ascontiguousarray(rows), nthread=1)
        found = np.asarray(found).reshape(len(rows), -1, self.classes)
        if self.gives_class:
            found = found > self.threshold if self.classes == 1 else found.argmax(axis=2)[:, :, None]
        elif self.gives_all and self.classes == 1:
            found = np.concatenate([1 - found, found], axis=2)
        return np.ascontiguousarray(found.reshape(len(rows), -1), np.float32)
