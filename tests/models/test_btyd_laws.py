"""What holds for any parameters and any history, and what comes back for histories that say next to nothing."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from regulars.errors import ModelError
from regulars.models.btyd.beta_geo import BetaGeoNBD
from regulars.models.btyd.choice import ORDER, fit_best, model_from_json
from regulars.models.btyd.modified_beta_geo import ModifiedBetaGeoNBD
from regulars.models.btyd.pareto import ParetoNBD
from regulars.models.btyd.quadrature import beta_rule
from regulars.models.btyd.regular import ModifiedBetaGeoCNBD
from regulars.models.btyd.sufficient import compress
from regulars.models.btyd.transactions import PurchaseModel

ALL = (*ORDER, ModifiedBetaGeoCNBD)
KINDS = pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.name)


@st.composite
def models(draw: st.DrawFn) -> PurchaseModel:
    kind = draw(st.sampled_from(ALL))
    params = {name: float(np.exp(draw(st.floats(-6, 6)))) for name in kind.parameters}
    return kind(**params, k=draw(st.integers(1, 5))) if kind is ModifiedBetaGeoCNBD else kind(**params)


@st.composite
def histories(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rows = []
    for _ in range(draw(st.integers(1, 5))):
        T = draw(st.integers(0, 2000))
        x = draw(st.integers(0, min(T, 300)))
        rows.append((x, draw(st.integers(1, T)) if x else 0, T))
    return tuple(np.array(rows, dtype=float).T)


@given(models(), histories(), st.lists(st.floats(0, 3650), min_size=2, max_size=5))
def test_more_time_brings_more(
    model: PurchaseModel, history: tuple[np.ndarray, ...], horizons: list[float]
) -> None:
    ordered = np.sort(horizons)
    p_alive = model.p_alive(*history)
    expected = model.expected_purchases(ordered, *history)
    p_active = model.p_active(ordered, *history)
    assert ((p_alive >= 0) & (p_alive <= 1)).all()
    assert np.isfinite(expected).all()
    assert np.isfinite(p_active).all()
    slack = 1e-7 * (1 + expected.max())
    assert (np.diff(expected, axis=1) >= -slack).all()
    assert (np.diff(p_active, axis=1) >= -1e-7).all()
    assert (p_active <= p_alive[:, None] + 1e-9).all()
    assert (p_active <= expected + slack).all()
    np.testing.assert_allclose(expected[:, 0], model.expected_purchases(ordered[0], *history))


@given(models(), histories(), st.floats(1, 400))
def test_a_distribution_is_one(model: PurchaseModel, history: tuple[np.ndarray, ...], horizon: float) -> None:
    chances = model.p_purchases(horizon, *history, n_max=40)
    assert (chances >= -1e-12).all()
    assert (chances.sum(axis=1) <= 1 + 1e-9).all()
    np.testing.assert_allclose(1 - chances[:, 0], model.p_active(horizon, *history), atol=2e-3)
    few = chances.sum(axis=1) > 1 - 1e-12
    mean = chances @ np.arange(41)
    np.testing.assert_allclose(
        mean[few], model.expected_purchases(horizon, *history)[few], rtol=0.02, atol=1e-5
    )


@given(models(), histories(), st.floats(0.01, 0.99))
def test_a_quantile_is_where_its_probability_is_reached(
    model: PurchaseModel, history: tuple[np.ndarray, ...], level: float
) -> None:
    by = model.next_purchase(level, *history, within=365)
    reached = model.p_active(365, *history)
    assert not np.isnan(by).any()
    assert (np.isfinite(by) == (reached >= level)).all() or np.isclose(reached, level).any()
    for i in np.flatnonzero(np.isfinite(by)):
        assert 0 <= by[i] <= 365
        own = [column[i] for column in history]
        assert model.p_active(by[i], *own)[0] == pytest.approx(level, abs=1e-5)


@given(models(), histories())
def test_a_longer_silence_is_never_a_good_sign(model: PurchaseModel, history: tuple[np.ndarray, ...]) -> None:
    x, t_x, T = history
    assert (model.p_alive(x, t_x, T + 30) <= model.p_alive(x, t_x, T) + 1e-9).all()


@given(models(), histories())
def test_a_file_keeps_the_model(model: PurchaseModel, history: tuple[np.ndarray, ...]) -> None:
    again = model_from_json(model.to_json())
    assert type(again) is type(model)
    assert (again.expected_purchases(90, *history) == model.expected_purchases(90, *history)).all()


@pytest.mark.parametrize(
    "model",
    [BetaGeoNBD(), ModifiedBetaGeoNBD(), ParetoNBD(), ModifiedBetaGeoCNBD(), ModifiedBetaGeoCNBD(k=4)],
    ids=lambda model: f"{model.name}-{getattr(model, 'k_', 1)}",
)
def test_the_gradient_is_the_slope(model: PurchaseModel) -> None:
    rng = np.random.default_rng(2)
    T = rng.uniform(10, 200, 60)
    x = rng.poisson(2, 60).astype(float)
    t_x = np.where(x > 0, T * rng.uniform(0, 1, 60), 0.0)
    objective = model._objective(x, t_x, T, np.full(60, 1 / 60), 100.0)
    for _ in range(5):
        theta = rng.uniform(-2, 2, 4)
        _, slope = objective(theta)
        for i, step in enumerate(np.eye(4) * 1e-5):
            by_differences = (objective(theta + step)[0] - objective(theta - step)[0]) / 2e-5
            assert slope[i] == pytest.approx(by_differences, rel=1e-5, abs=1e-7)


@KINDS
def test_horizons_come_back_as_they_were_asked(kind: type[PurchaseModel]) -> None:
    model = kind(**dict.fromkeys(kind.parameters, 1.5))
    assert model.expected_purchases(30, [1, 2], [5, 9], [40, 50]).shape == (2,)
    assert model.expected_purchases([30, 60, 90], [1, 2], [5, 9], [40, 50]).shape == (2, 3)
    assert model.expected_purchases(0, [1], [5], [40]).tolist() == [0]
    assert model.p_active([0.0], [1], [5], [40]).tolist() == [[0]]


THIN = {
    "nobody": ([], [], []),
    "one customer who never returned": ([0], [0], [100]),
    "one customer, one day": ([0], [0], [0]),
    "one customer who returns": ([3], [90], [100]),
    "all on one day": ([0] * 20, [0] * 20, [0] * 20),
    "no repeat customers": ([0] * 50, [0] * 50, list(range(50))),
    "all the same": ([2] * 30, [50] * 30, [100] * 30),
    "all just now": ([4] * 30, [100] * 30, [100] * 30),
    "a huge frequency": ([0, 1, 100_000], [0, 10, 3_000], [3_000, 3_000, 3_000]),
    "a huge frequency for all": ([5_000] * 5, [9_000] * 5, [10_000] * 5),
    "a few customers": ([0, 1, 0, 2, 0], [0, 30, 0, 70, 0], [100, 90, 80, 120, 20]),
    "clockwork": ([10] * 40, [300] * 40, list(range(301, 341))),
}


@KINDS
@pytest.mark.parametrize("history", THIN.values(), ids=THIN)
def test_thin_histories_get_finite_answers_and_a_sentence(
    kind: type[PurchaseModel], history: tuple[list[float], ...]
) -> None:
    model = kind().fit(*history)
    assert all(np.isfinite(value) and value > 0 for value in model.params_.values())
    assert model.status_.sentence.endswith(".")
    asked = ([0, 1, 5, 100_000], [0, 5, 80, 80], [0, 5, 100, 100])
    for answer in (
        model.p_alive(*asked),
        model.expected_purchases([1, 90, 365], *asked),
        model.p_active([1, 90, 365], *asked),
        model.p_purchases(90, *asked, n_max=5),
    ):
        assert np.isfinite(answer).all()
    assert not np.isnan(model.next_purchase([0.1, 0.5, 0.9], *asked)).any()
    assert json.loads(model.to_json())["status"]["sentence"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("nobody", "There are no customers"),
        ("all on one day", "there has been no time in which to return"),
        ("no repeat customers", "None of 50 customers bought a second time"),
        ("all the same", "limit"),
        ("a few customers", "5 customers do not tell"),
    ],
)
def test_a_thin_history_is_told(name: str, words: str) -> None:
    model, reason = fit_best(compress(*THIN[name]))
    assert not model.status_.usable
    assert words in reason
    assert reason.startswith("No model has a well-defined fit")


def test_a_flat_model_is_passed_over() -> None:
    """Where most who leave do so after their first purchase, BG/NBD sees nobody leave."""
    leaves_at_once = [(0, 0, T) for T in range(60, 360, 3)]
    returns = [(x, round(T * x / (x + 1)), T) for x in range(1, 12) for T in range(100, 340, 20)]
    gone = [(x, 20 * x, 340) for x in range(1, 6)]
    model, reason = fit_best(compress(*np.array(leaves_at_once + returns + gone, dtype=float).T))
    assert model.name == "mbg_nbd"
    assert model.status_.usable
    assert reason.startswith("MBG/NBD: fitted to 237 customers. BG/NBD was passed over: the likelihood")


@given(st.floats(0.5, 200), st.floats(0.5, 200))
@example(9.0, 0.7)
def test_the_rule_for_beta_means(a: float, b: float) -> None:
    nodes, weights = beta_rule(a, np.array([b]))
    assert weights.sum() == pytest.approx(1)
    assert float((weights * nodes).sum()) == pytest.approx(a / (a + b), rel=1e-9)
    second = a * (a + 1) / ((a + b) * (a + b + 1))
    assert float((weights * nodes**2).sum()) == pytest.approx(second, rel=1e-9)


def test_large_a_joins_the_closed_form() -> None:
    """Both ways to the expectation give the same number where one hands over to the other."""
    history = ([0, 3, 20], [0, 50, 190], [200, 200, 200])
    below, above = (
        ModifiedBetaGeoNBD(r=1.2, alpha=40, a=a, b=30).expected_purchases([1, 90, 900], *history)
        for a in (8.0, 8.0 + 1e-9)
    )
    np.testing.assert_allclose(below, above, rtol=1e-7)


@pytest.mark.parametrize("a", [1.0, 1 - 1e-9, 1 + 3e-6])
def test_a_of_one_is_no_hole(a: float) -> None:
    history = ([0, 3, 20], [0, 50, 190], [200, 200, 200])
    near = BetaGeoNBD(r=1.2, alpha=40, a=1 + 2e-5, b=3).expected_purchases(90, *history)
    np.testing.assert_allclose(
        BetaGeoNBD(r=1.2, alpha=40, a=a, b=3).expected_purchases(90, *history), near, rtol=1e-4
    )


def test_a_and_b_of_one_together_are_no_pole() -> None:
    at, near = (
        BetaGeoNBD(r=0.5, alpha=40, a=a, b=0.6).expected_purchases([1, 90], [0, 0], [0, 0], [0, 100])
        for a in (0.4, 0.4 + 1e-7)
    )
    np.testing.assert_allclose(at, near, rtol=1e-5)


def test_s_of_one_is_no_hole() -> None:
    at, near = (
        ParetoNBD(r=0.5, alpha=40, s=s, beta=50).expected_purchases([1, 90], 1, 30, 100)
        for s in (1.0, 1 + 1e-9)
    )
    np.testing.assert_allclose(at, near, rtol=1e-7)


@pytest.mark.parametrize(
    ("history", "words"),
    [
        (([1], [1, 2], [3]), "different length"),
        (([float("nan")], [0], [3]), "finite"),
        (([-1], [0], [3]), "not negative"),
        (([1], [5], [3]), "recency ≤ T"),
        (([0], [2], [3]), "recency of 0 where the frequency is 0"),
    ],
)
def test_impossible_histories_are_refused(history: tuple[list[float], ...], words: str) -> None:
    with pytest.raises(ModelError) as refused:
        BetaGeoNBD().fit(*history)
    assert words in f"{refused.value} {refused.value.hint}"


def test_what_cannot_be_asked() -> None:
    model = BetaGeoNBD(r=1, alpha=1, a=1, b=1)
    with pytest.raises(ModelError, match="before it was fitted"):
        BetaGeoNBD().p_alive(1, 2, 3)
    with pytest.raises(ModelError, match="horizon of -1"):
        model.expected_purchases(-1, 1, 2, 3)
    with pytest.raises(ModelError, match=r"BG/NBD with"):
        BetaGeoNBD(r=1, alpha=-1, a=1, b=1)
    with pytest.raises(ModelError, match=r"BG/NBD with"):
        BetaGeoNBD(r=1, s=1)


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"model": "gamma_gamma", "format": 1}', '{"model": "bg_nbd"}']
)
def test_a_foreign_file_is_refused(text: str) -> None:
    with pytest.raises(ModelError):
        BetaGeoNBD.from_json(text)
    if "bg_nbd" not in text:
        with pytest.raises(ModelError):
            model_from_json(text)


def test_one_stage_is_the_model_without_stages() -> None:
    history = ([0, 1, 4, 9], [0, 20, 90, 300], [30, 100, 200, 310])
    params = {"r": 0.8, "alpha": 30.0, "a": 0.7, "b": 2.0}
    plain, staged = ModifiedBetaGeoNBD(**params), ModifiedBetaGeoCNBD(**params)
    np.testing.assert_allclose(staged.p_alive(*history), plain.p_alive(*history))
    np.testing.assert_allclose(
        staged.expected_purchases([30, 365], *history),
        plain.expected_purchases([30, 365], *history),
        rtol=1e-5,
    )
    np.testing.assert_allclose(staged.p_active([30, 365], *history), plain.p_active([30, 365], *history))
    fitted = [
        kind().fit(*THIN["clockwork"]).log_likelihood_ for kind in (ModifiedBetaGeoNBD, ModifiedBetaGeoCNBD)
    ]
    assert fitted[0] == pytest.approx(fitted[1])


def test_a_file_keeps_the_stages() -> None:
    model = ModifiedBetaGeoCNBD(k=3, r=0.8, alpha=30.0, a=0.7, b=2.0)
    again = model_from_json(model.to_json())
    assert isinstance(again, ModifiedBetaGeoCNBD)
    assert again.k_ == 3
    with pytest.raises(ModelError, match="k = 0"):
        ModifiedBetaGeoCNBD(k=0)


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("parameters", {"r": 1, "alpha": "1", "a": 1, "b": 1}, "with parameters"),
        ("parameters", {"r": 1, "alpha": -1, "a": 1, "b": 1}, "with parameters"),
        ("parameters", {"r": 1}, "with parameters"),
        ("covariance", None, "without covariance"),
        ("status", None, "without status"),
        ("format", 2, "format 1"),
    ],
)
def test_a_changed_file_is_refused(key: str, value: object, words: str) -> None:
    data = json.loads(BetaGeoNBD(r=1, alpha=1, a=1, b=1).to_json())
    data[key] = value
    if value is None:
        del data[key]
    with pytest.raises(ModelError) as refused:
        model_from_json(json.dumps(data))
    assert words in f"{refused.value} {refused.value.hint}"
