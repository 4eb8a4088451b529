"""Which columns hold personal data."""

import pytest

from segmentation.schema.columns import ROLES
from segmentation.schema.personal_data import personal_data


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("E-Mail", "e-mail addresses"),
        ("Customer email address", "e-mail addresses"),
        ("Correo electrónico", "e-mail addresses"),
        ("メールアドレス", "e-mail addresses"),
        ("Phone Number", "phone numbers"),
        ("Telefon (privat)", "phone numbers"),
        ("Tel. privat", "phone numbers"),
        ("First Name", "names"),
        ("Nombre y apellidos", "names"),
        ("Ansprechpartner", "names"),
        ("Straße", "addresses"),
        ("Nom", "names"),
        ("Nom de famille", "names"),
        ("Portable", "phone numbers"),
        ("Latitude", "addresses"),
        ("Ad Soyad", "names"),
        ("氏名", "names"),
        ("Home address", "addresses"),
        ("PLZ", "addresses"),
        ("Date of birth", "birth dates"),
        ("Doğum Tarihi", "birth dates"),
        ("IBAN", "official or account numbers"),
    ],
)
def test_personal_data_is_known_by_its_name(name, what):
    assert personal_data(name) == what


@pytest.mark.parametrize(
    ("values", "what"),
    [
        (["jo@example.com", "", "a.b@c.org"], "e-mail addresses"),
        (["+49 30 1234567", "+1 (555) 010-9999"], "phone numbers"),
        (["030 1234567", "0171/555 0199"], "phone numbers"),
        (["2026-01-15", "2026-02-01"], None),
        (["15", "16"], None),
        (["0.791329", "0.512345678"], None),
        (["12000.50", "9"], None),
        (["someone @ home"], None),
        ([], None),
    ],
)
def test_personal_data_is_known_by_its_values(values, what):
    assert personal_data("Contact", values) == what


@pytest.mark.parametrize("name", ["Savings", "Product name", "City", *ROLES])
def test_other_columns_are_not_personal(name):
    assert personal_data(name) is None
