"""``python -m ecocash_copilot``."""

from ecocash_copilot.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
