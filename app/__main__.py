"""`python -m app` is `hearthside app`."""

from app.command import main

raise SystemExit(main())
