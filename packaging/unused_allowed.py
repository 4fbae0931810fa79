"""Names that vulture takes for unused, and why each is not. It is read by vulture alone and never run."""

# ruff: noqa: B018, F821

# Set on objects of a library, which reads them: protobuf's parameters, numpy's flags, expat's handlers.
_.uint64_param, _.int64_param, _.double_param, _.string_param
_.writeable
_.buffer_text, _.StartElementHandler, _.EndElementHandler, _.CharacterDataHandler, _.StartDoctypeDeclHandler

# Fields that are read by name: counters and statistics by their table of names, colours by the role that a widget has.
_.inference_count, _.success_ns, _.cache_hit_us, _.cache_miss_us
_.accent_soft, _.ok_soft, _.warn, _.warn_fill, _.warn_soft, _.error_soft

# Part of a state that is compared as a whole: what changed has another time.
_.modified_ns

# Numbers of groups in a pattern, told whole so that none is taken twice.
_.WORD, _.ITEM_CLOSE

# Menus that a command of any room may join; no room's command does yet.
_.CANVAS_NODES, _.CANVAS_WIRE, _.CANVAS_GROUND

# Called or read by libraries that the tests use: NodeGraphQt, gRPC, http.server, pytest-xdist.
_.NODE_NAME, _.service, _.log_message, _._split_scope

# Makes an object refer to itself.
_.itself

# What a module calls for a name that it does not have yet.
_.__getattr__
