"""What a project says of its checks: the server that it is checked for, what fails them, and what was there before."""
