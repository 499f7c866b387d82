"""``python -m ecogview`` is the command ``ecogview``."""

import sys

from ecogview.cli import main

sys.exit(main())
