"""Where the frozen program begins."""

import sys

from studio.environment import leave_own_behind

leave_own_behind()

if __name__ == "__main__":
    from studio.cli import main

    sys.exit(main())
