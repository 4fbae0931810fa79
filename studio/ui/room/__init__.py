"""What a room is made of: the values by which a page or panel, its commands and its help are declared.

A room is a folder of `studio/ui` with one feature. Its `room.py` declares it by one `Room`; `studio/ui/workbench.py`
lists all rooms. A room never imports another one, nor the window: it gets a `Context`.

    room.py      Room, PageSpec, Panel, ModelView, InspectorView: what a room adds to the window
    command.py   Command: one thing that a person can ask for
    menus.py     Menu, ContextMenu, Scope: where a command is found and where its key holds
    facts.py     Facts: what holds now, and the predicates by which commands say what they need
    place.py     Place and its kinds: what `Context.show` can show
    page.py      Page protocols: what commands may ask of the page in front
    context.py   Context: what a room gets from the window
"""
