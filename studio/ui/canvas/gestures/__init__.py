"""What a person does with the pointer: each gesture is one object that previews, then edits once or not at all."""
