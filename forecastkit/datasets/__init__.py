"""Data sets by name: shipped, from statsmodels or downloaded, each with a card; and the user's own files by path."""

from __future__ import annotations

from .card import Card, DataFile, dataset_card, list_datasets
from .download import download_dataset
from .loading import load_dataset

__all__ = ["Card", "DataFile", "dataset_card", "download_dataset", "list_datasets", "load_dataset"]
