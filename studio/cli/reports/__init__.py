"""What `trireme check` found, in the forms that people, scripts and continuous integration read."""
