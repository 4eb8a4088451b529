"""Other columns and other features, by settings; and what is said where they are wrong."""

import json

import numpy as np
import pytest
from jsonschema import Draft202012Validator

from segmentation.errors import UnusableFileError
from segmentation.schema.settings import SCHEMA, FeatureSetting, Settings
from tests.support.customers import HEADER, csv_of, finished, loaded, placed

pytestmark = pytest.mark.usefixtures("no_second_opinion")
ROWS = [f"{i:04},{'Male' if i % 3 else 'Female'},{20 + i % 50},{i * 7 % 90},{i * 11 % 97}" for i in range(1, 60)]
WHOLESALE = "Channel,Region,Fresh,Milk,Grocery,Frozen,Detergents_Paper,Delicassen"


def settings(**content) -> Settings:
    return Settings.parse(json.dumps(content).encode())


def refusal(text: bytes) -> str:
    with pytest.raises(UnusableFileError) as caught:
        Settings.parse(text)
    assert caught.value.remedy
    return caught.value.reason


def wholesale(customers: int = 120) -> bytes:
    generator = np.random.default_rng(5)
    spends = generator.lognormal(8, 1, (customers, 6)).astype(int)
    kinds = generator.integers(1, 3, customers), generator.integers(1, 4, customers)
    rows = (f"{a},{b},{','.join(map(str, spend))}" for a, b, spend in zip(*kinds, spends, strict=True))
    return csv_of(*rows, header=WHOLESALE)


def refused(data: bytes, **content) -> str:
    with pytest.raises(UnusableFileError) as caught:
        loaded(data, settings(**content))
    return str(caught.value)


def test_the_schema_is_one():
    Draft202012Validator.check_schema(json.loads(SCHEMA.read_text()))


def test_settings_are_read():
    found = settings(
        columns={"income": "Net worth", "gender": None},
        k=4,
        min_cell_count=5,
        missing={"policy": "reject", "most_share": 0.5},
        duplicates="once",
    )

    assert found == Settings({"income": "Net worth", "gender": None}, None, 4, 5, False, 0.5, "once")
    assert Settings.parse(b"\xef\xbb\xbf{}") == Settings() == Settings.parse(b'{"$schema": "settings.schema.json"}')


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (rb'{"names": {"bivariate": {"1": "\ud800"}}}', "settings.json is not UTF-8 text."),
        (rb'{"columns": {"income": "\udfff"}}', "settings.json is not UTF-8 text."),
        (b'{"missing": {"most_share": NaN}}', "settings.json is not JSON."),
        (b'{"k": -Infinity}', "settings.json is not JSON."),
        (b'{"modes": {"bivariate": [{"column": "a", "minimum": 1e400}, "b"]}}', "settings.json is not JSON."),
        *(
            (
                b'{"modes": {"bivariate": [{"column": "a", "%s": 1%s}, "b"], "multivariate": ["a", "b"]}}'
                % (name, b"0" * 400),
                f"settings.json: modes.bivariate[0].{name.decode()}: ",
            )
            for name in (b"minimum", b"maximum")
        ),
    ],
)
def test_what_no_result_could_hold_is_refused(content, reason):
    """Half of a character, a number that is none, and one that is no floating-point number."""
    assert refusal(content).startswith(reason)


def test_features_are_read():
    first = {"column": "a", "label": "A (€)", "kind": "numeric", "minimum": 0}
    modes = settings(modes={"bivariate": [first, "b"], "multivariate": ["b", "c"]}).modes

    assert modes["bivariate"] == (FeatureSetting("a", "A (€)", "numeric", 0), FeatureSetting("b", "b"))
    assert modes["multivariate"] == (FeatureSetting("b", "b"), FeatureSetting("c", "c"))


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ('{"k": 11}', "k: 11 is greater than the maximum of 10"),
        ('{"k": 4.5}', "k: 4.5 is not of type 'integer'"),
        ('{"kk": 4}', "'kk' was unexpected"),
        ('{"columns": {"income": null}}', "columns.income: None is not of type 'string'"),
        ('{"columns": {"wealth": "x"}}', "columns: Additional properties are not allowed ('wealth' was unexpected)"),
        ('{"missing": {"policy": "drop"}}', "missing.policy: 'drop' is not one of ['impute', 'reject']"),
        ('{"missing": {"most_share": 20}}', "missing.most_share: 20 is greater than the maximum of 1"),
        ('{"modes": {"bivariate": ["a", "b"]}}', "modes: 'multivariate' is a required property"),
        ('{"modes": {"bivariate": ["a"], "multivariate": ["a", "b"]}}', "modes.bivariate: ['a'] is too short"),
        (
            '{"modes": {"bivariate": ["a", {"label": "b"}], "multivariate": ["a", "b"]}}',
            "modes.bivariate[1]: 'column' is a required property",
        ),
        (
            '{"modes": {"bivariate": ["a", "b"], "multivariate": ["a", {"column": "b", "kind": "text"}]}}',
            "modes.multivariate[1].kind: 'text' is not one of ['numeric', 'categorical']",
        ),
        (
            '{"columns": {"age": "x"}, "modes": {"bivariate": ["a", "b"], "multivariate": ["a", "b"]}}',
            "columns.age: where modes names the features, only id has a role",
        ),
        ('{"duplicates": "twice"}', "duplicates: 'twice' is not one of"),
        (
            '{"modes": {"bivariate": [{"column": "a", "minimum": 2, "maximum": 1}, "b"], "multivariate": ["a", "b"]}}',
            "the minimum of 'a' is greater than its maximum",
        ),
        ('{"min_cell_count": 0}', "min_cell_count: 0 is less than the minimum of 1"),
        ("[]", "[] is not of type 'object'"),
        ('{"k": 4', "is not JSON in line 1, column 8"),
        ("", "is not JSON"),
        ('{"k": ' + "9" * 5_000 + "}", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
    ],
)
def test_what_is_wrong_is_named_with_its_field(content, named):
    reason = refusal(content.encode())

    assert reason.startswith("settings.json")
    assert named in reason


def test_bytes_that_are_no_text_are_refused():
    assert "is not UTF-8 text" in refusal(b"\xff\xfe{")


def test_a_column_may_have_any_name():
    data = csv_of(*ROWS, header="No,Kind,Years,Wealth,Loyalty")
    result = placed(
        data, settings=settings(columns={"income": "Wealth", "spending": "loyalty", "age": "Years", "id": "No"})
    )

    uses = {column["name"]: (column["use"], column["feature"]) for column in result.intake["columns"]}
    assert uses == {
        "No": ("id", None),
        "Kind": ("unused", None),
        "Years": ("feature", "age"),
        "Wealth": ("feature", "income"),
        "Loyalty": ("feature", "spending"),
    }
    assert "The settings name it: income." in [column["why"] for column in result.intake["columns"]]


def test_one_column_has_one_role():
    message = refused(csv_of(*ROWS), columns={"income": "Age", "spending": "Age"})

    assert "columns.income and columns.spending name the same column, 'Age'" in message


def test_whole_numbers_may_be_written_with_a_point():
    assert settings(k=5.0).k == 5


def test_a_setting_decides_between_two_candidates():
    data = csv_of(*(f"{row},77" for row in ROWS), header=f"{HEADER},Income")

    assert "could each be" in placed(data).notes
    result = placed(data, settings=settings(columns={"income": "Annual Income (k$)"}))
    assert result.document["features"]["income"]["label"] == "Annual Income (k$)"


def test_an_optional_role_can_be_left_out():
    result = placed(csv_of(*ROWS), settings=settings(columns={"gender": None, "age": None}))

    assert list(result.document["features"]) == ["income", "spending"]
    assert "was found" not in result.notes


def test_a_column_that_is_not_there_is_named_with_its_field():
    message = refused(csv_of(*ROWS), columns={"income": "Net worth"})

    assert "columns.income names 'Net worth', but no column of the file is called so." in message
    assert "'Annual Income (k$)'" in message


@pytest.fixture(scope="module")
def wholesale_result():
    return finished(
        wholesale(),
        settings=settings(
            modes={
                "bivariate": ["Fresh", {"column": "Grocery", "label": "Groceries (m.u.)"}],
                "multivariate": [
                    *("Fresh", "Milk", "Grocery", "Frozen", "Detergents_Paper", "Delicassen"),
                    {"column": "Channel", "kind": "categorical"},
                ],
            },
            k=3,
            scales={"Fresh": "linear", "Grocery": "linear"},
        ),
    )


def test_any_columns_may_be_the_features(wholesale_result):
    document = wholesale_result.document

    assert document["modes"]["bivariate"]["features"] == ["Fresh", "Grocery"]
    assert document["modes"]["multivariate"]["features"][-1] == "Channel"
    assert document["features"]["Grocery"] | {} == document["features"]["Grocery"]
    assert (document["features"]["Grocery"]["name"], document["features"]["Grocery"]["unit"]) == ("Groceries", "m.u.")
    assert document["features"]["Channel"]["kind"] == "categorical"
    assert [(one["x"], one["y"]) for one in document["landscapes"]] == [("Milk", "Grocery"), ("Fresh", "Grocery")]
    assert document["modes"]["multivariate"]["inertia_error"] == 0
    for mode in document["modes"].values():
        names = [part["name"] for part in mode["segments"]]
        assert len(set(names)) == 3
        assert sum(part["size"] for part in mode["segments"]) == document["customers"]


def test_names_of_segments_describe_their_position(wholesale_result):
    means = {role: one["mean"] for role, one in wholesale_result.document["features"].items() if "mean" in one}
    deviations = {role: one["sd"] for role, one in wholesale_result.document["features"].items() if "sd" in one}
    for part in wholesale_result.document["modes"]["bivariate"]["segments"]:
        for role, name in (("Fresh", "Fresh"), ("Grocery", "Groceries")):
            level = (part["means"][role] - means[role]) / deviations[role]
            word = "high" if level >= 0.5 else "low" if level <= -0.5 else "average"
            assert f"{word} {name}".lower() in part["tag"].lower()
            assert (f"{word} {name}".lower() in part["name"].lower()) == (word != "average")


@pytest.mark.parametrize(
    ("bivariate", "multivariate", "message"),
    [
        (["Fresh", "Salt"], ["Fresh", "Milk"], "modes.bivariate[1] names 'Salt', but no column"),
        (["Fresh", "Fresh"], ["Fresh", "Milk"], "modes.bivariate[1] names 'Fresh' for the second time"),
        (
            ["Fresh", "Kind"],
            ["Fresh", "Milk"],
            "modes.bivariate[1] names 'Kind', whose values are neither numbers nor words in a known",
        ),
        (["Fresh", "Milk"], ["Fresh", "Mail"], "The column 'Mail' holds e-mail addresses, which are never used"),
    ],
)
def test_features_that_cannot_be_are_named(bivariate, multivariate, message):
    rows = [f"{i},{i * 2},{'ab'[i % 2]},jo{i}@example.com" for i in range(30)]
    data = csv_of(*rows, header="Fresh,Milk,Kind,Mail")

    assert message in refused(data, modes={"bivariate": bivariate, "multivariate": multivariate})


def test_bounds_make_values_impossible():
    modes = {
        "bivariate": [{"column": "Fresh", "minimum": 0, "maximum": 50}, "Milk"],
        "multivariate": ["Fresh", "Milk"],
    }
    rows = ["-1,5", "51,6", *(f"{i},{i * 7 % 31}" for i in range(30))]
    result = placed(csv_of(*rows, header="Fresh,Milk"), settings=settings(modes=modes))

    assert [(row["Value"], row["Reason"]) for row in result.rejected] == [("-1", "impossible"), ("51", "impossible")]


@pytest.mark.parametrize("block_bytes", [3_000, 2**22])
def test_many_continuous_features_are_distinguished_exactly(block_bytes):
    """As in tables of card usage: the cells of seventeen features do not fit into one integer."""
    generator = np.random.default_rng(9)
    names = [f"f{i}" for i in range(17)]
    middles = generator.uniform(0, 5_000, (3, 17))
    values = middles[generator.integers(0, 3, 900)] + generator.normal(0, 300, (900, 17))
    data = csv_of(*(",".join(f"{value:.4f}" for value in row) for row in values), header=",".join(names))
    result = finished(
        data, k=3, block_bytes=block_bytes, settings=settings(modes={"bivariate": names[:2], "multivariate": names})
    )

    found = result.document["modes"]["multivariate"]
    assert found["inertia_error"] == 0
    labels = np.array([int(row["Multivariate Cluster"]) for row in result.assigned])
    scaled = (values - values.mean(axis=0)) / values.std(axis=0)
    inertia = sum(((scaled[labels == i] - scaled[labels == i].mean(axis=0)) ** 2).sum() for i in (1, 2, 3))
    assert found["sweep"][2]["inertia"] == pytest.approx(inertia, rel=1e-5)
    assert found["silhouette_peak"] == 3


@pytest.mark.parametrize(
    ("header", "content", "suggested", "describe"),
    [
        (HEADER, {}, {"id": "CustomerID", "gender": "Gender", "age": "Age"}, []),
        (HEADER, {"columns": {"gender": None}, "k": 3}, {"id": "CustomerID", "gender": None, "age": "Age"}, ["Gender"]),
        ("Kind,Shop,Years,Annual Income (k$),Spending Score (1-100)", {}, {}, ["Shop", "Years"]),
    ],
)
def test_the_suggested_settings_are_the_given_ones_with_what_they_leave_open(header, content, suggested, describe):
    schema = loaded(csv_of(*ROWS, header=header), settings(**content)).file.schema

    axes = {"income": "Annual Income (k$)", "spending": "Spending Score (1-100)"}
    proposed = {"describe": describe} if describe else {}
    assert schema.suggested == {**content, "columns": {**suggested, **axes}, **proposed}
    again = loaded(csv_of(*ROWS, header=header), settings(**schema.suggested)).file.schema
    assert (again.modes, again.id_position, again.suggested) == (schema.modes, schema.id_position, schema.suggested)


def test_where_settings_name_the_features_the_suggested_ones_add_the_id():
    content = {"modes": {"bivariate": ["Fresh", "Milk"], "multivariate": ["Fresh", {"column": "Milk", "label": "M"}]}}
    rows = [f"{i:04},{i * 7 % 90},{i * 11 % 97}" for i in range(60)]

    assert loaded(csv_of(*rows, header="Customer ID,Fresh,Milk"), settings(**content)).file.schema.suggested == {
        "columns": {"id": "Customer ID"},
        **content,
    }
    assert loaded(csv_of(*rows, header="Kind,Fresh,Milk"), settings(**content)).file.schema.suggested == content


def test_an_id_of_whose_name_there_are_two_columns_is_not_suggested():
    """Settings could not say which."""
    rows = [f"{i % 9},{row}" for i, row in enumerate(ROWS)]

    found = loaded(csv_of(*rows, header=f"CustomerID,{HEADER}")).file.schema

    assert found.id_position == 1
    assert "id" not in found.suggested["columns"]


def test_settings_that_take_too_much_room_are_not_handed_over():
    long = "x" * 6_000

    account = loaded(csv_of(*ROWS, header=HEADER.replace("Age", f"Age ({long})").replace("ID", f"ID ({long})"))).account

    assert account["settings"] is None
