"""From a YAML file to a checked configuration, and from that to a backtest, a forecast, a comparison or filled gaps."""

from .comparison import run_compare
from .configuration import load_configuration
from .imputation import run_impute, run_score
from .run import run_backtest, run_forecast
from .schema import Configuration, json_schema
from .starter import write_starter

__all__ = [
    "Configuration",
    "json_schema",
    "load_configuration",
    "run_backtest",
    "run_compare",
    "run_forecast",
    "run_impute",
    "run_score",
    "write_starter",
]
