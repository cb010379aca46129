import errno
import warnings

import pytest
import typer

from forecastkit.cli.exit_status import exit_status
from forecastkit.errors import ConfigurationError, DataWarning, DirectoryError


def ends(error):
    with pytest.raises(typer.Exit) as ended, exit_status():
        raise error
    return ended.value.exit_code


def test_wrong_input_ends_with_2_and_one_message(capsys):
    assert ends(ConfigurationError("c.yaml: no such key")) == 2
    assert capsys.readouterr().err == "error: c.yaml: no such key\n"


def test_an_error_that_is_an_oserror_keeps_its_message(capsys):
    assert ends(DirectoryError("'x' cannot be written")) == 2
    assert capsys.readouterr().err == "error: 'x' cannot be written\n"


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EACCES])
def test_a_full_or_protected_disk_is_not_our_fault(capsys, number):
    assert ends(OSError(number, "what the system says", "scores.csv")) == 2
    assert capsys.readouterr().err == "error: scores.csv: what the system says\n"


def test_a_fault_of_ours_ends_with_1_a_traceback_and_where_to_report(capsys):
    assert ends(ZeroDivisionError("division by zero")) == 1
    err = capsys.readouterr().err
    assert "Traceback" in err
    assert "ZeroDivisionError: division by zero" in err
    assert "Please report it" in err


def test_an_interruption_ends_with_130(capsys):
    assert ends(KeyboardInterrupt()) == 130
    assert ends(KeyboardInterrupt("interrupted; nothing was kept")) == 130
    assert capsys.readouterr().err == "interrupted\ninterrupted; nothing was kept\n"


def test_a_warning_is_one_line_and_said_once(capsys):
    with exit_status():
        warnings.simplefilter("always")
        for _ in range(2):
            warnings.warn("3 missing stamps", DataWarning, stacklevel=1)
    assert capsys.readouterr().err == "warning: 3 missing stamps\n"


def test_what_was_set_for_warnings_is_put_back():
    before = warnings.showwarning
    with exit_status():
        pass
    assert warnings.showwarning is before
