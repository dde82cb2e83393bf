"""The many whose orders nobody tells a story of: who orders what in twelve weeks, drawn from a seeded generator.

A surge after the launch, a tail, more again once every provider was written to; quiet weekends, every region, every kind of
provider.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import Enum
from random import Random
from typing import Any

from badgeportal.outbox.transport import REFUSED_DOMAIN
from orders.models import OrderProblem
from orders.models.answers import OrganisationType
from sampledata import invented
from sampledata.answers import all_at_once, of_cqc_provider, of_others, to_address
from sampledata.parcels import Parcel, Then
from sampledata.people import made_up_name
from sampledata.register import SampleListing
from sampledata.working_days import moment, past_days
from verification.models import RefusalReason

# Orders in each week since the launch (the last three have the stories' as well), and each day's share from Monday to Sunday.
WEEKS = (96, 78, 62, 52, 46, 42, 42, 44, 52, 66, 86, 104)
_DAYS = (0.24, 0.22, 0.2, 0.18, 0.12, 0.02, 0.02)


class Turn(Enum):
    """How an officer's check of an order goes."""

    APPROVED = "approved"
    REFUSED = "refused"
    ANSWERED = "asked, answered, approved"
    SILENT = "asked, never answered, refused"
    HANDED_ON = "handed to a second person, approved"


@dataclass(frozen=True, slots=True)
class Visit:
    """One order: who, what they answer, and what becomes of it."""

    at: datetime
    email: str
    name: str
    organisation: str
    answers: Mapping[str, Any]
    turn: Turn = Turn.APPROVED
    refusal: RefusalReason = RefusalReason.NOT_SOCIAL_CARE
    parcel: Parcel = Parcel.USUAL
    then: Then = Then.SEND_AGAIN
    cancels: bool = False
    held: bool = False
    moves_to: str = ""
    problem: tuple[OrderProblem.Kind, str] | None = None

    @property
    def quantity(self) -> int:
        return int(self.answers["quantity"])


@dataclass(slots=True)
class _Drawing:
    """The generator and what was drawn already, so that some come back."""

    rng: Random
    places: Iterator[SampleListing]
    known: list[tuple[str, str, str, Mapping[str, Any]]] = field(default_factory=list)


def crowd(*, now: datetime, places: Iterator[SampleListing]) -> list[Visit]:
    """Every visit before today, oldest first; `places` are listings whose own address matches."""
    drawing = _Drawing(Random(29), places)
    visits = []
    for number, day in enumerate(past_days(now)):
        wanted = WEEKS[number // 7] * _DAYS[day.weekday()]
        for _ in range(int(wanted) + (drawing.rng.random() < wanted % 1)):
            visits.append(_visit(drawing, day))
    return sorted(visits, key=lambda visit: visit.at)


def _visit(drawing: _Drawing, day: date) -> Visit:
    rng = drawing.rng
    at = moment(day, f"{rng.choices(range(7, 22), (2, 5, 12, 14, 13, 9, 8, 11, 10, 7, 4, 2, 2, 1, 1))[0]:02d}:00")
    who = _who(drawing)
    if who not in drawing.known:
        drawing.known.append(who)
    email, name, organisation, answers = who
    return Visit(
        at + timedelta(seconds=rng.randint(0, 3599)), email, name, organisation, answers,
        turn=rng.choices(list(Turn), (66, 13, 10, 4, 7))[0],
        refusal=rng.choice([reason for reason in RefusalReason if reason != RefusalReason.OUTSIDE_ENGLAND]),
        parcel=rng.choices(list(_PARCELS), list(_PARCELS.values()))[0],
        then=Then.SEND_AGAIN if rng.random() < 0.6 else Then.CANCEL,
        cancels=rng.random() < 0.025, held=rng.random() < 0.01,
        moves_to=invented.street(rng) if rng.random() < 0.015 else "",
        problem=rng.choice(_PROBLEMS) if rng.random() < 0.03 else None,
    )  # fmt: skip


def _who(drawing: _Drawing) -> tuple[str, str, str, Mapping[str, Any]]:
    """Who orders, by address, name and organisation, and what they answer."""
    rng = drawing.rng
    chance = rng.random()
    if chance < 0.09 and drawing.known:
        email, name, organisation, answers = rng.choice(drawing.known)
        return email, name, organisation, {**answers, "quantity": rng.randint(2, 20)}
    place = next(drawing.places, None) if chance < 0.75 else None
    return _other(drawing) if place is None else _provider(drawing, place)


def _provider(drawing: _Drawing, place: SampleListing) -> tuple[str, str, str, Mapping[str, Any]]:
    rng = drawing.rng
    name = made_up_name(rng)
    badges = rng.choices((6, 8, 12, 15, 18, 24, 30, 36, 45, 60, 90, 140), (6, 8, 12, 12, 12, 14, 12, 9, 7, 5, 2, 1))[0]
    email, code = place.emails[0], place.site_code
    slip = rng.random()
    if slip < 0.05:
        # Their office's address, which CQC does not have.
        email = f"rota{len(drawing.known)}@{email.split('@')[1]}"
    elif slip < 0.08:
        code = invented.code(rng, "VZ", 5)
    to = name if rng.random() < 0.4 else ""
    return email, name, place.name, all_at_once(of_cqc_provider(place, badges, code=code, to=to))


def _other(drawing: _Drawing) -> tuple[str, str, str, Mapping[str, Any]]:
    """Somebody who is not on the register; one in two hundred gave an address to which no mail can go."""
    rng = drawing.rng
    kind = rng.choices(list(_KINDS), [weight for weight, _ in _KINDS.values()])[0]
    name, town = made_up_name(rng), invented.town(rng)
    region = rng.choice(list(invented.AREAS))
    words = _KINDS[kind][1]
    organisation = f"{town} {rng.choice(words)}" if words else name
    badges = _badges(rng, kind)
    phone = "+44" + invented.phone(rng, region).replace(" ", "")[1:] if badges > 25 else ""
    postcode = f"{rng.choice(invented.AREAS[region])}{rng.randint(1, 9)} 9ZZ"
    to = to_address(name if rng.random() < 0.6 else organisation, invented.street(rng), town, postcode)
    number = len(drawing.known)
    domain = REFUSED_DOMAIN if rng.random() < 0.02 else invented.domain(organisation if words else "mail")
    email = f"{name.split()[0].casefold()}{number}@{domain}"
    return email, name, organisation, all_at_once(of_others(organisation, kind, badges, to, phone=phone))


def _badges(rng: Random, kind: OrganisationType) -> int:
    if not _KINDS[kind][1]:
        return 1 if kind == OrganisationType.PERSONAL_ASSISTANT else rng.randint(1, 6)
    return rng.randint(26, 90) if rng.random() < 0.4 else rng.randint(3, 25)


# How often each kind of organisation orders, and what its name may end in; none where the name is a person's own.
_KINDS: dict[OrganisationType, tuple[int, tuple[str, ...]]] = {
    OrganisationType.HOME_CARE: (14, ("Companions", "Home Helpers", "Befrienders")),
    OrganisationType.SUPPORTED_LIVING: (16, ("Extra Care Court", "Supported Homes", "Living Scheme")),
    OrganisationType.DAY_SERVICE: (18, ("Day Centre", "Day Opportunities", "Lunch Club")),
    OrganisationType.LOCAL_AUTHORITY: (10, ("Borough Council", "County Council", "District Council")),
    OrganisationType.AGENCY: (10, ("Care Staffing", "Care Bank", "Shift Agency")),
    OrganisationType.INDIVIDUAL_EMPLOYER: (16, ()),
    OrganisationType.PERSONAL_ASSISTANT: (12, ()),
    OrganisationType.CHARITY: (10, ("Carers Charity", "Almshouse Trust", "Community Trust")),
    OrganisationType.OTHER: (6, ("Shared Lives", "Respite Breaks", "Night Sitters")),
}
_PARCELS = {
    Parcel.USUAL: 76, Parcel.SLOW: 13, Parcel.LATE: 5, Parcel.COMES_BACK: 4, Parcel.STUCK: 1, Parcel.LOST: 0.5,
}  # fmt: skip
_PROBLEMS = (
    (OrderProblem.Kind.DAMAGED, "The box was crushed and three badges are bent."),
    (OrderProblem.Kind.DAMAGED, "The pins of two badges came off on the first day."),
    (OrderProblem.Kind.NOT_ARRIVED, "Your page says delivered, but nobody here has seen a parcel."),
    (OrderProblem.Kind.WRONG_NUMBER, "There are fewer badges in the box than we have staff."),
)
