import json

from fitted_recursions import fitted, fitted_ar

from forecastkit.evaluation.stability import stability, stability_section


def test_a_section_has_what_the_result_has():
    options = {"horizon": 8, "n_steps": 50}
    section, result = stability_section(fitted(), **options), stability(fitted(), **options)
    assert section.sentences == result.sentences
    assert section.tables["by_series"].equals(result.by_series)
    assert set(section.tables) == {"by_series", "error_growth", "lipschitz"}
    for drawing in section.drawings.values():
        json.dumps([drawing.traces, drawing.layout])
        assert drawing.figure().data


def test_a_result_draws_itself():
    result = stability(fitted_ar(), horizon=5, n_steps=50)
    figure = result.plot(title="errors", theme="dark")
    assert figure.layout.yaxis.type == "log"
    assert figure.data[0].x == (1, 2, 3, 4, 5)
    assert repr(result) == f"StabilityResult({result.sentences[0][:-1]!r})"
    assert result.summary().splitlines() == result.sentences
