"""Orders of the last three weeks that are told one by one, and what became of them; `sampledata.days` lives through them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from orders.models.answers import OrganisationType
from sampledata.answers import of_cqc_provider, of_others, to_address
from sampledata.parcels import Parcel, Then
from sampledata.people import DAY_CENTRE, EMPLOYER, HEAD_OFFICE, LISTED, NOT_LISTED, made_up_name, ordering_listings
from sampledata.register import CLOSED, CODE_FROM_EXTRACT, GROUP_CODE, GROUP_SITES, NO_EMAIL, SINGLE_SITE
from verification.models import RefusalReason

# The story begins this many working days ago; 0 is the last few hours.
FIRST_DAY = 15
GENERIC_PLACES = 34


@dataclass(frozen=True, slots=True)
class Check:
    """What officers do about the order's check, and how many working days ago. Without `day` it stays in the queue."""

    day: int | None = None
    refuse: RefusalReason | None = None
    note: str = ""
    second_person: bool = False
    claimed: bool = False
    asks: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    """One order. `saves` are the answers of its pages in turn; `day` counts working days back from today."""

    day: int
    clock: str
    email: str
    saves: tuple[Mapping[str, Any], ...]
    check: Check = field(default=Check())
    parcel: Parcel = Parcel.USUAL
    then: Then = Then.WAIT
    cancelled_on: int | None = None
    held_before_assessment: bool = False
    held_after: bool = False
    asks_listed_inbox: bool = False
    # The provider changes where it goes, an hour after the check was approved.
    moves_to: Mapping[str, str] | None = None
    problem: str = ""


_KIND = OrganisationType
_SAM = to_address("Sam Doyle", "Flat 4, 18 Kiln Lane", "Hartcombe", "BA2 9ZZ")
_BROOKFIELD = to_address("Brookfield Day Centre", "2 Station Road", "Brookford", "LS1 9ZZ")
# Not on the register, though it says so.
_ELMWICK = replace(
    NO_EMAIL, location_id="", provider_id="", name="Elmwick Home Care", street="6 Dairy Lane", town="Elmwick",
    postcode="ST1 9ZZ",
)  # fmt: skip
_SANDHOLME = to_address("Adult Social Care Team", "Civic Centre", "Sandholme", "PR1 9ZZ", line_2="1 Abbey Way")
_PINFOLD = to_address("Ruth Cope", "The Old School", "Pinstead", "DN1 9ZZ", line_2="Church Way")


def stories() -> list[Story]:
    """Every story, in the order in which the orders are placed."""
    told = [*_everyday(), *_sign_ins(), *_checks_of_cqc(), *_checks_of_others(), *_checks_with_more_to_say(), *_ends()]
    return sorted(told, key=lambda story: (-story.day, story.clock))


def _everyday() -> Iterator[Story]:
    """Listed providers whose orders match: two a day, and a few more in the last hours."""
    rng = Random(11)
    for number, place in enumerate(ordering_listings(GENERIC_PLACES)):
        day = FIRST_DAY - number // 2 if number < 26 else 1 if number < 29 else 0
        to = made_up_name(rng) if number % 3 == 0 else ""
        clock = f"{rng.randint(9, 12):02d}:{rng.randint(0, 59):02d}"
        yield Story(
            day, clock, place.emails[0], of_cqc_provider(place, rng.choice((6, 9, 14, 18, 24, 30, 42, 65)), to=to)
        )


def _sign_ins() -> Iterator[Story]:
    yield Story(14, "10:12", LISTED.email, of_cqc_provider(SINGLE_SITE, 34))
    yield Story(3, "11:20", LISTED.email, of_cqc_provider(SINGLE_SITE, 6, to="Amira Larkin"), parcel=Parcel.SLOW)
    yield Story(
        12,
        "09:31",
        HEAD_OFFICE.email,
        of_cqc_provider(
            GROUP_SITES[0], 210, code=GROUP_CODE, location_id="", organisation_name=GROUP_SITES[0].provider_name
        ),
    )
    yield Story(0, "09:20", HEAD_OFFICE.email, of_cqc_provider(GROUP_SITES[0], 12, code=GROUP_CODE))
    yield Story(2, "15:05", NOT_LISTED.email, of_cqc_provider(NO_EMAIL, 14))
    yield Story(10, "13:40", NOT_LISTED.email, of_cqc_provider(NO_EMAIL, 4), check=Check(day=9))
    yield Story(9, "10:02", DAY_CENTRE.email, of_others(DAY_CENTRE.organisation, _KIND.DAY_SERVICE, 15, _BROOKFIELD))
    yield Story(
        4,
        "10:45",
        DAY_CENTRE.email,
        of_others(DAY_CENTRE.organisation, _KIND.DAY_SERVICE, 18, _BROOKFIELD, phone=DAY_CENTRE.phone),
    )
    yield Story(
        8,
        "20:14",
        EMPLOYER.email,
        of_others(EMPLOYER.name, _KIND.INDIVIDUAL_EMPLOYER, 4, _SAM),
        problem="One of the 4 badges has no pin on its back.",
    )
    yield Story(1, "08:55", EMPLOYER.email, of_others(EMPLOYER.name, _KIND.INDIVIDUAL_EMPLOYER, 1, _SAM))


def _checks_of_cqc() -> Iterator[Story]:
    """Orders that say they are of a CQC provider, a check for each reason: decided, waiting, handed to a second person."""
    elmwick, larkfield_rota = "j.field@elmwick-home-care.example.org", "rota@larkfield-house.example.org"
    yield Story(
        11,
        "09:50",
        elmwick,
        of_cqc_provider(_ELMWICK, 40, code="VELM9"),
        check=Check(
            day=10, refuse=RefusalReason.NOT_AUTHORISED, note="Rang the home: nobody there knows of this order."
        ),
    )
    yield Story(
        3,
        "14:25",
        elmwick,
        of_cqc_provider(_ELMWICK, 22, code="VELM8"),
    )
    yield Story(2, "16:40", larkfield_rota, of_cqc_provider(SINGLE_SITE, 5))
    yield Story(5, "12:05", CLOSED.emails[0], of_cqc_provider(CLOSED, 20))
    yield Story(
        1, "09:15", GROUP_SITES[1].emails[0], of_cqc_provider(GROUP_SITES[0], 42, code=GROUP_SITES[1].site_code)
    )
    yield Story(
        1,
        "15:20",
        "dan.pryor@mail.example.org",
        of_cqc_provider(SINGLE_SITE, 8, to="Dan Pryor"),
        asks_listed_inbox=True,
    )
    yield Story(
        3,
        "09:35",
        CODE_FROM_EXTRACT.emails[0],
        of_cqc_provider(
            CODE_FROM_EXTRACT,
            11,
            location_id="",
            provider_id="",
            listing_denied=True,
            organisation_name="Quarnford Outreach",
        ),
    )
    yield Story(
        1,
        "11:10",
        CODE_FROM_EXTRACT.emails[0],
        of_cqc_provider(CODE_FROM_EXTRACT, 1200),
        check=Check(second_person=True, note="Their website names 300 staff. Please ring them too."),
    )


def _checks_of_others() -> Iterator[Story]:
    """Orders of others that a person checks: decided, waiting, in an officer's hands."""
    yield Story(
        2,
        "10:30",
        "admin@pinfold-trust.example.org",
        of_others("Pinfold Trust", _KIND.CHARITY, 60, _PINFOLD, phone="+441632960220"),
        check=Check(claimed=True),
    )
    yield Story(
        7,
        "15:30",
        "admin@pinfold-trust.example.org",
        (
            {"cqc_registered": True},
            {"ods_code": "VPIN1"},
            {"organisation_answered": True, "organisation_name": "Pinfold Trust"},
            *of_others("Pinfold Trust", _KIND.CHARITY, 12, _PINFOLD, phone="+441632960220"),
        ),
        check=Check(day=6),
    )
    yield Story(
        8,
        "11:45",
        "bank@allhands-agency.example.org",
        of_others(
            "All Hands Agency",
            _KIND.AGENCY,
            80,
            to_address("Neil Byrne", "9 Forge Street", "Dunbridge", "B1 9ZZ"),
            phone="+441632960230",
        ),
        check=Check(day=7),
    )
    yield Story(
        6,
        "16:15",
        "ray@northmoor-carers-club.example.org",
        of_others(
            "Northmoor Carers Club",
            _KIND.OTHER,
            45,
            to_address("Ray Dunn", "3 Well Close", "Northwick", "DH1 9ZZ"),
            phone="+441914980240",
        ),
        check=Check(
            day=5, refuse=RefusalReason.UNPAID_CARERS, note="A club of unpaid carers, by its own words on the phone."
        ),
    )


def _checks_with_more_to_say() -> Iterator[Story]:
    """Asked about, moved after the check was approved, and perhaps outside England."""
    yield Story(
        1,
        "10:40",
        "bank@allhands-agency.example.org",
        of_others(
            "All Hands Agency",
            _KIND.AGENCY,
            30,
            to_address("Neil Byrne", "9 Forge Street", "Dunbridge", "B1 9ZZ"),
            phone="+441632960230",
        ),
        check=Check(asks="You ordered 80 badges this month. Are these 30 for people who have started since?"),
    )
    yield Story(
        2,
        "14:10",
        "office@sandholme-council.example.org",
        of_others("Sandholme Council", _KIND.LOCAL_AUTHORITY, 28, _SANDHOLME, phone="+441632960250"),
        check=Check(day=1),
        moves_to={**_SANDHOLME, "address_line_1": "Depot, 40 Mill Road", "address_line_2": ""},
    )
    yield Story(
        0,
        "10:05",
        "info@glanrafon-support.example.org",
        of_others(
            "Glanrafon Support",
            _KIND.SUPPORTED_LIVING,
            12,
            to_address("Elin Parry", "1 Heol yr Orsaf", "Wrexham", "LL11 9ZZ"),
        ),
    )


def _ends() -> Iterator[Story]:
    """Cancelled, held, stuck and returned orders."""
    places = list(ordering_listings(GENERIC_PLACES + 9))[GENERIC_PLACES:]
    returned = {"parcel": Parcel.COMES_BACK}
    further: list[tuple[int, str, dict[str, Any]]] = [
        (14, "11:15", returned | {"then": Then.SEND_AGAIN}),
        (13, "09:25", returned | {"then": Then.CANCEL}),
        (8, "09:10", returned),
        (4, "12:20", {"parcel": Parcel.STUCK}),
        (12, "10:10", {"cancelled_on": 12}),
        (5, "17:40", {"cancelled_on": 4, "held_after": True}),
        (2, "17:15", {"held_after": True}),
        (1, "17:20", {"held_before_assessment": True}),
        (0, "09:00", {}),
    ]
    for place, (day, clock, what) in zip(places, further, strict=True):
        yield Story(day, clock, place.emails[0], of_cqc_provider(place, 16 + day), **what)
    yield Story(
        2,
        "09:05",
        "office@sandholme-council.example.org",
        of_others(
            "Sandholme Council",
            _KIND.LOCAL_AUTHORITY,
            25,
            _SANDHOLME,
        ),
    )
