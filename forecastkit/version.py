"""The version of forecastkit."""

__version__ = "0.1.0"
