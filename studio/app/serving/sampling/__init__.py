"""Reading a server's figures once a second, and keeping them for the views."""
