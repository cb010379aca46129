import json
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecastkit.config.document import parse_value, read_document
from forecastkit.errors import ConfigurationError

TEXT = st.text(st.characters(min_codepoint=32, max_codepoint=0x2FF, blacklist_categories=("Cc", "Cs")), max_size=12)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)


def read(tmp_path, text):
    path = tmp_path / "config.yaml"
    path.write_text(text, encoding="utf-8")
    return read_document(path)


@given(JSON)
def test_json_is_read_as_json_reads_it(value):
    assert parse_value(json.dumps(value, ensure_ascii=False)) == value


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("NO", "NO"),
        ("on", "on"),
        ("12:30", "12:30"),
        ("2001-01-01", "2001-01-01"),
        ("010", 10),
        ("1e-3", 0.001),
        ("-2", -2),
        (".5", 0.5),
        ("true", True),
        ("", None),
        ("~", None),
        ("'12'", "12"),
        ("[80, 95]", [80, 95]),
    ],
)
def test_plain_words_mean_what_they_mean_in_yaml_1_2(written, meant):
    value = parse_value(written)
    assert value == meant
    assert type(value) is type(meant)


def test_every_key_has_its_line(tmp_path):
    document = read(tmp_path, "data:\n  source: x\n\nmodels:\n  ar:\n    order: [1,\n      2]\n")
    assert document.lines[("data", "source")] == 2
    assert document.lines[("models", "ar", "order")] == 6
    assert document.lines[("models", "ar", "order", 1)] == 7


def test_a_byte_order_mark_is_no_part_of_the_first_key(tmp_path):
    assert read(tmp_path, "\ufeffdata: {}\n").content == {"data": {}}


def test_merged_keys_may_be_overridden(tmp_path):
    content = read(tmp_path, "a: &common {x: 1, y: 2}\nb:\n  <<: *common\n  y: 3\n").content
    assert content["b"] == {"x": 1, "y": 3}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a:\n\tb: 1\n", "line 2, column 1: a tab; YAML takes spaces only"),
        ("a:\n  \tb: 1\n", "line 2, column 3: a tab"),
        ("a: 1\nb: 2\na: 3\n", "line 3, column 1: the key 'a' stands here a second time (first in line 1)"),
        ("m:\n  x: {k: 1, k: 2}\n", "line 2, column 13: the key 'k' stands here a second time"),
        ("a: b: c\n", "line 1, column 5: a colon where none can be"),
        ("a: [1, 2\n", "the text ends inside a bracket that is not closed"),
        ("a:\nb\n", "line 3, column 1: a key without a colon after it"),
        ("1: x\n", "the key 1 is no text; write it in quotes"),
        ("a: *b\n", "line 1, column 4: found undefined alias"),
        ("a: &b\n  c: *b\n", "line 1, column 4: the document is nested too deeply or refers to itself"),
        ("a: &b [1, *b]\n", "nested too deeply or refers to itself"),
        ("a: &b {x: 1, <<: *b}\n", "nested too deeply or refers to itself"),
        ("a: 1\n---\nb: 2\n", "found another document"),
        ("a: !!python/object:os.system x\n", "could not determine a constructor"),
        ("a: \x01\n", "unacceptable character"),
        ("", "is empty"),
        ("# only a comment\n", "is empty"),
        ("- a\n- b\n", "the top level must hold sections such as 'data:' and 'models:'; found a list"),
        ("just words\n", "found the single value 'just words'"),
    ],
)
def test_each_flaw_has_its_place_and_sentence(tmp_path, text, message):
    with pytest.raises(ConfigurationError, match=re.escape(message)) as raised:
        read(tmp_path, text)
    assert str(raised.value).startswith(str(tmp_path / "config.yaml"))


def alias_bomb(start, level):
    """Nine levels, each of nine aliases of the one before."""
    return start + "".join(level.format(i=i, aliases=", ".join([f"*l{i - 1}"] * 9)) for i in range(1, 9))


BOMBS = {
    "lists": alias_bomb("l0: &l0 [1, 2]\n", "l{i}: &l{i} [{aliases}]\n"),
    "mappings": alias_bomb("l0: &l0 {a: 1}\n", "l{i}: &l{i} {{k: [{aliases}]}}\n"),
    "merges": alias_bomb("l0: &l0 {a: 1}\n", "l{i}: &l{i} {{<<: [{aliases}]}}\n"),
}


@pytest.mark.parametrize("text", BOMBS.values(), ids=BOMBS)
def test_a_document_that_aliases_make_huge_is_refused_at_once(tmp_path, text):
    start = time.perf_counter()
    with pytest.raises(ConfigurationError, match=r"config\.yaml, line .*repeat more than 10,000 keys and items"):
        read(tmp_path, text)
    assert time.perf_counter() - start < 2


@pytest.mark.parametrize("levels", [60, 200, 700])
@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ("{a: ", "}")])
def test_deep_nesting_is_refused_in_a_file_and_on_the_command_line(tmp_path, levels, opening, closing):
    text = opening * levels + "1" + closing * levels
    with pytest.raises(ConfigurationError, match="nested too deeply or refers to itself"):
        read(tmp_path, f"data: {text}\n")
    with pytest.raises(ConfigurationError, match="nested too deeply or refers to itself"):
        parse_value(text)


def test_a_long_list_and_a_shared_section_are_no_bombs(tmp_path):
    document = read(tmp_path, f"a: &a {{x: {list(range(4000))}}}\nb: *a\n")
    assert document.content["a"] == document.content["b"]
    assert document.lines[("b", "x", 3999)] == 1
    assert len(read(tmp_path, f"series: {list(range(12_000))}\n").content["series"]) == 12_000


def test_a_missing_file_names_the_nearest_one(tmp_path):
    (tmp_path / "sunspots.yaml").touch()
    with pytest.raises(ConfigurationError, match=r"no such file: .*sunspot\.yaml; did you mean .*sunspots\.yaml"):
        read_document(tmp_path / "sunspot.yaml")


def test_a_missing_directory_is_named(tmp_path):
    with pytest.raises(ConfigurationError, match=r"there is no directory '.*nowhere'"):
        read_document(tmp_path / "nowhere" / "a.yaml")


def test_a_directory_lists_the_files_in_it(tmp_path):
    (tmp_path / "a.yaml").touch()
    with pytest.raises(ConfigurationError, match=r"is a directory; .* YAML files in '.*': a\.yaml"):
        read_document(tmp_path)


def test_a_binary_file_is_no_text(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_bytes(b"PAR1\xff\xfe")
    with pytest.raises(ConfigurationError, match="is not text in UTF-8"):
        read_document(path)


@pytest.mark.parametrize("name", ["sales.csv", "sales.csv.gz", "sales.parquet"])
def test_a_table_in_place_of_a_configuration_points_to_init(tmp_path, name):
    (tmp_path / name).write_bytes(b"date,sales\n2024-01-01,1\n")
    with pytest.raises(ConfigurationError, match=rf"is a table, not a configuration: `forecastkit init .*{name}`"):
        read_document(tmp_path / name)
