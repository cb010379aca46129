"""Downloads: verified by checksum, resumed where the last attempt stopped, never over a file of the user's."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Any, cast
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from ..errors import DatasetError
from .card import Card, DataFile, dataset_card

Progress = Callable[[str, int, int], None]

_BLOCK = 1 << 16  # bytes
_TIMEOUT = 30.0  # seconds without an answer


def download_dataset(name: str, cache: str | Path | None = None, progress: Progress | None = None) -> list[Path]:
    """Download the files of a data set, unless they are there already.

    Parameters
    ----------
    name : str
        Name of a data set whose card says ``obtained: download``.
    cache : str or pathlib.Path, default=None
        Folder for downloads; None is the operating system's cache folder of forecastkit.
    progress : callable, default=None
        Called with file name, bytes so far and bytes in total, after each block.

    Returns
    -------
    list of pathlib.Path
        The verified files, in the order of the card.

    Raises
    ------
    DatasetError
        If the data set is unknown or is not downloaded, the server cannot be reached, or a checksum differs.
        A file that is already there is never changed or deleted.

    Notes
    -----
    An interrupted download is kept beside its target as ``NAME.part`` and goes on from there in the next call.

    Examples
    --------
    >>> download_dataset("sunspots")
    Traceback (most recent call last):
    forecastkit.errors.DatasetError: 'sunspots' is not downloaded, it comes with statsmodels: use load_dataset('sunspots')
    """  # noqa: E501
    card = dataset_card(name)
    if card.obtained != "download":
        origin = "statsmodels" if card.obtained == "statsmodels" else "forecastkit"
        raise DatasetError(f"{name!r} is not downloaded, it comes with {origin}: use load_dataset({name!r})")
    return [_obtain(card, file, dataset_folder(name, cache), progress) for file in card.files]


def dataset_folder(name: str, cache: str | Path | None = None) -> Path:
    """Folder where the downloaded files of a data set lie or would lie.

    Parameters
    ----------
    name : str
        Name of the data set.
    cache : str or pathlib.Path, default=None
        Folder for downloads; None is the operating system's cache folder of forecastkit.

    Returns
    -------
    pathlib.Path

    Examples
    --------
    >>> dataset_folder("m4_hourly", cache="downloads").as_posix()
    'downloads/m4_hourly'
    """
    if cache is None:
        import pooch

        return Path(pooch.os_cache("forecastkit")) / name
    return Path(cache).expanduser() / name


def _obtain(card: Card, file: DataFile, folder: Path, progress: Progress | None) -> Path:
    """Return the verified path of one file, downloaded if it is absent."""
    target = folder / file.name
    try:
        if not target.exists():
            _fetch(file, target, progress)
        found = _sha256(target)
    except DatasetError as error:
        raise DatasetError(f"{card.name}: {error}\n{_by_hand(file, target)}") from error.__cause__
    except OSError as error:
        reason = error.strerror or error
        raise DatasetError(f"{card.name}: cannot write or read {target}: {reason}; choose another cache=") from error
    if found != file.sha256:
        raise DatasetError(
            f"{card.name}: {target} is not the expected file: its sha256 is {found}, expected {file.sha256}. "
            "It was left as it is; move it away to have the file downloaded again."
        )
    return target


def _by_hand(file: DataFile, target: Path) -> str:
    """Say what a person can do without a connection."""
    return (
        f"To go on without a connection, put a copy of {file.url} "
        f"at {target} (sha256 {file.sha256}, {file.size:,} bytes)."
    )


def _fetch(file: DataFile, target: Path, progress: Progress | None) -> None:
    """Download into the cache: pooch verifies a temporary file and renames it; one process at a time."""
    import pooch
    from filelock import FileLock

    target.parent.mkdir(parents=True, exist_ok=True)
    logger = pooch.get_logger()
    level = logger.level
    with FileLock(target.with_name(f".{target.name}.lock")):
        if target.exists():  # another process was faster
            return
        logger.setLevel("WARNING")  # a library does not print; the caller has `progress`
        try:
            downloader = _Resuming(file, target.with_name(f"{target.name}.part"), progress)
            checksum = f"sha256:{file.sha256}"
            pooch.retrieve(str(file.url), checksum, target.name, target.parent, downloader=cast(Any, downloader))
        finally:
            logger.setLevel(level)


@dataclass(frozen=True)
class _Resuming:
    """A downloader for pooch that goes on from a partial file where the server allows it."""

    file: DataFile
    part: Path
    progress: Progress | None

    def __call__(self, url: str, output_file: str, pooch: object) -> None:
        """Complete the partial file, check it and move it to pooch's temporary name."""
        resumed = self._complete(url)
        if resumed and _sha256(self.part) != self.file.sha256:  # the file changed since the part was written
            self.part.unlink()
            self._complete(url)
        found = _sha256(self.part)
        if found != self.file.sha256:
            self.part.unlink()
            raise DatasetError(
                f"{url} does not hold the expected file: its sha256 is {found}, expected {self.file.sha256}; "
                "the download was discarded"
            )
        self.part.replace(output_file)

    def _complete(self, url: str) -> bool:
        """Request until all bytes are there, as long as each attempt brings some; True if a part was used."""
        used_part = False
        while (before := self._length()) < self.file.size:
            cause = None
            try:
                used_part = self._request(url, before) or used_part
            except HTTPError as error:
                error.close()
                raise DatasetError(f"the server answered {error.code} {error.reason} for {url}") from error
            except (OSError, HTTPException) as error:
                cause = error
            after = self._length()
            if after > before:
                continue
            if cause is None:  # the server has no more: a shorter file, which the checksum will tell
                return used_part
            state = f"; {after:,} of {self.file.size:,} bytes are kept for the next attempt" if after else ""
            raise DatasetError(f"cannot download {url} ({getattr(cause, 'reason', cause)}){state}") from cause
        return used_part or before > 0

    def _request(self, url: str, offset: int) -> bool:
        """Append to the part what the server sends from `offset`; True if it went on from there."""
        headers = {"User-Agent": "forecastkit", "Accept-Encoding": "identity"}
        if offset:
            headers["Range"] = f"bytes={offset}-"
        try:
            response = urlopen(Request(url, headers=headers), timeout=_TIMEOUT)
        except HTTPError as error:
            if error.code != 416 or not offset:
                raise
            error.close()
            self.part.unlink()  # the part is longer than the file: begin again
            return self._request(url, 0)
        with response:
            resumed = response.status == 206 and response.headers.get("Content-Range", "").startswith(
                f"bytes {offset}-"
            )
            with self.part.open("ab" if resumed else "wb") as stream:
                done = stream.tell()
                while done <= self.file.size and (block := response.read(_BLOCK)):
                    done += stream.write(block)
                    if self.progress is not None:
                        self.progress(self.file.name, done, self.file.size)
                if response.length and done < self.file.size:
                    raise ConnectionError("the connection was cut")
        return resumed

    def _length(self) -> int:
        """Bytes in the part."""
        return self.part.stat().st_size if self.part.exists() else 0


def _sha256(path: Path) -> str:
    """Checksum of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
