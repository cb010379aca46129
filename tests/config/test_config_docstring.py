from forecastkit.config.docstring import parameter_texts, summary


def sample(first, second, third):
    """Do one thing.

    More about it: not a parameter.

    Parameters
    ----------
    first : int, default=3
        How many,
        in steps.

        A second paragraph.
    second, third : {"a", "b"}
        Either.

    Returns
    -------
    nothing : int
        Not a parameter either.
    """


def test_each_parameter_has_its_text_on_one_line():
    texts = {"first": "How many, in steps. A second paragraph.", "second": "Either.", "third": "Either."}
    assert parameter_texts(sample) == texts


def test_without_a_docstring_there_is_no_text():
    assert parameter_texts(lambda: None) == {}
    assert summary(lambda: None) == ""


def test_the_summary_is_the_first_paragraph():
    assert summary(sample) == "Do one thing."
