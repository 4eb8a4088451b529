"""Which column is what, as people around the world call them."""

import pytest

from segmentation.schema.columns import is_score, normalised, role_of
from segmentation.schema.meanings import meaning_of

# English, Spanish, French, German, Portuguese, Italian, Dutch, Turkish, Japanese.
NAMES = {
    "id": "CustomerID|Id_Clientes|N° client|Kunden-Nr.|Código do cliente|Codice cliente|Klantnummer|Müşteri No|顧客ID",
    "gender": "Gender|Género|Sexe|Geschlecht|Gênero|Sesso|Geslacht|Cinsiyet|性別",
    "age": "Age|Edad|Âge|Alter|Idade|Età|Leeftijd|Yaş|年齢",
    "income": "Annual Income (k$)|Ingresos anuales (miles de €)|Revenu annuel|Jahreseinkommen in Tsd. Euro|"
    "Renda anual (R$)|Reddito annuo (k€)|Jaarinkomen|Yıllık Gelir (bin TL)|年収（万円）",
    "spending": "Spending Score (1-100)|Puntuación de gastos|Score de dépenses|Ausgaben-Score|Pontuação de gastos|"
    "Punteggio di spesa|Uitgavenscore|Harcama Puanı (1-100)|支出スコア",
}
VARIED = {
    "id": "ID|customer_id|Kd-Nr.|Référence client|CUSTOMERID|customerId|Client ID|Member ID|Customer Number|"
    "Cust. No.|Member No.|お客様ID",
    "gender": "GENDER|Genre|Sex|gender ",
    "age": "AGE|Age (years)|Age in years|Customer Age|edad del cliente",
    "income": "income|Income USD|ANNUAL_INCOME|annualIncome|Yearly income [EUR]|Annual income in thousands of dollars|"
    "Household Income|Income p.a.|Haushaltsnettoeinkommen|Salary|"
    "Revenu brut annuel|Renta anual bruta|税込年収|Monthly income|Ingreso_anual|INGRESOS|"
    "Wages|Est. Income|Ingresos brutos|Revenu du ménage|Jahresnettoeinkommen|Verdienst|Reddito familiare",
    "spending": "spending|Total spent|Indice de dépense|"
    "Score d'achat|購入金額|SpendingScore|spending_score|Spending-Score [0-1]|Spend Score|Spending Score 1-100|"
    "Dépenses annuelles|Jährliche Ausgaben|Índice de gastos|年間支出",
}


@pytest.mark.parametrize(
    ("name", "role"),
    [(name, role) for names in (NAMES, VARIED) for role, joined in names.items() for name in joined.split("|")],
)
def test_a_role_is_known_by_its_names_in_nine_languages(name, role):
    assert role_of(name) == role
    assert role_of(name.upper().replace("İ", "I")) == role


@pytest.mark.parametrize(
    "name", ["Savings", "Product", "City", "Age Group", "Income Tax Class", "Date", "", "(k$)", "€"]
)
def test_other_names_mean_no_role(name):
    assert role_of(name) is None


@pytest.mark.parametrize("name", ["Score", "Puntaje_credito", "Punkte", "Credit score"])
def test_some_scores_are_less_plain(name):
    assert role_of(name) is None
    assert is_score(name) == (name != "Credit score")


def test_marks_that_distinguish_kana_are_kept():
    assert normalised("ガ") != normalised("カ")


def test_a_number_of_many_digits_is_no_name_of_many_words():
    """It could be cut in more ways than there is time for."""
    assert meaning_of("1" * 120) == ""
