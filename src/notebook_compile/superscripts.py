"""Raised and lowered characters of Unicode, for text that has no other way to raise and lower."""

from __future__ import annotations

_RAISED = dict(zip("0123456789+-=()abcdefghijklmnoprstuvwxyz", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ", strict=True))
_LOWERED = dict(zip("0123456789+-=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", strict=True))


def raised(text: str) -> str | None:
    """The text in raised characters; None if one of it has none."""
    return _changed(text, _RAISED)


def lowered(text: str) -> str | None:
    """The text in lowered characters; None if one of it has none."""
    return _changed(text, _LOWERED)


def _changed(text: str, characters: dict[str, str]) -> str | None:
    return "".join(characters[each] for each in text) if characters.keys() >= set(text) else None
