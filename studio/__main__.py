"""`python -m studio` is `trireme`."""

import sys

from studio.cli import main

sys.exit(main())
