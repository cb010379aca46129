from fitted_networks import fitted, nar, oscillation


def test_a_summary_describes_the_network_and_its_training():
    text = fitted("wide", backbone="gru", block_size=2).summary().as_text()
    for words in ("NARForecaster: 3 series", "gru", "Block size:", "3, daily", "180", "Linear skip:", "yes"):
        assert words in text
    assert "Backbone: " not in text.split("=====")[-1]


def test_a_summary_gives_the_reasons_of_what_was_chosen_automatically():
    model = nar(linear_skip="auto").fit(oscillation())
    text = model.summary().as_text()
    assert f"Backbone: {model.training_['backbone']}" in text
    assert f"Linear skip: {model.training_['linear_skip']}." in text
    assert "NARForecaster: wave" in text


def test_a_summary_says_when_nothing_was_held_out():
    assert "none held out" in nar(validation_size=0).fit(oscillation(60)).summary().as_text()


def test_a_summary_of_a_loaded_model_is_that_of_the_saved_one(tmp_path):
    from forecastkit import load

    model = fitted("wide", backbone="gru", block_size=2)
    model.save(tmp_path / "model.safetensors")
    assert load(tmp_path / "model.safetensors").summary().as_text() == model.summary().as_text()
