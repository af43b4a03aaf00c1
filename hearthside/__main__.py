"""`python -m hearthside` is `hearthside`."""

from hearthside.cli import main

raise SystemExit(main())
