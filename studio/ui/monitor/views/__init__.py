"""What the lower part of the monitor can show in place of the charts."""
