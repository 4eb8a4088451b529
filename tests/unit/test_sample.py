"""The sample: made by its generator, with the segments that are there by design."""

from data import make_sample
from tests.support.customers import read_customers


def test_the_committed_sample_is_what_the_generator_writes(sample, tmp_path):
    make_sample.write_sample(tmp_path / "sample.csv")

    assert (tmp_path / "sample.csv").read_bytes() == sample.read_bytes()


def test_every_row_of_the_sample_can_be_used(sample):
    customers = read_customers(sample.read_bytes())

    assert 200 <= len(customers.cells) <= 500
    assert customers.usable.all()
    assert customers.cells["CustomerID"].is_unique


def test_the_engine_finds_the_groups_of_the_generator(sample_result):
    """Every group by its place; its borders may cost it a few customers."""
    segments = sample_result.document["modes"]["bivariate"]["segments"]

    assert (sample_result.document["k"]["value"], len(segments)) == (5, len(make_sample.GROUPS))
    for size, (income, _), (spending, _), _ in make_sample.GROUPS:
        (found,) = (
            part
            for part in segments
            if abs(part["means"]["income"] - income) < 6 and abs(part["means"]["spending"] - spending) < 6
        )
        assert abs(found["size"] - size) <= 5
