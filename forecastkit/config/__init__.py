"""From a YAML file to a checked configuration, and from that to a backtest or a forecast."""

from .configuration import load_configuration
from .run import run_backtest, run_forecast
from .schema import Configuration, json_schema
from .starter import write_starter

__all__ = ["Configuration", "json_schema", "load_configuration", "run_backtest", "run_forecast", "write_starter"]
