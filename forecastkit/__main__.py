"""The command line as ``python -m forecastkit``."""

from forecastkit.cli import main

if __name__ == "__main__":
    main()
