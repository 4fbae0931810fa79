"""The configuration as a form: sections of rows, each a view of one path of the document."""
