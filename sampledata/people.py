"""The people of the sample data: one sign-in for each role, and further providers who have ordered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from random import Random

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts.audit_kinds import ADDRESS_CONFIRMED
from accounts.models import User
from accounts.roles import (
    CUSTOMER_SERVICE,
    DHSC_ANALYST,
    FULFILMENT_OFFICER,
    PORTAL_MANAGER,
    VERIFICATION_OFFICER,
)
from accounts.staff import create_staff_account
from badgeportal.actor import Actor
from badgeportal.audit.actions import record
from sampledata.register import (
    CLOSED,
    CODE_FROM_EXTRACT,
    GROUP_CODE,
    GROUP_EMAIL,
    GROUP_SITES,
    NO_EMAIL,
    SINGLE_SITE,
    SampleListing,
    listings,
)

# Known to everybody: these accounts exist on a machine of your own and nowhere else.
PASSWORD = "care-badges-local"
ACTOR = Actor.system("load-sample-data")


@dataclass(frozen=True, slots=True)
class SignIn:
    """An account to sign in with: what its person is, and what is worth trying as them. `role` is empty for a provider."""

    who: str
    email: str
    name: str
    try_this: str
    role: str = ""
    organisation: str = ""
    phone: str = ""


LISTED = SignIn(
    "Care provider on the CQC register", SINGLE_SITE.emails[0], "Amira Larkin",
    f"order with ODS code {SINGLE_SITE.site_code}: it matches and is verified in seconds",
    organisation=SINGLE_SITE.name, phone="+441632960101",
)  # fmt: skip
HEAD_OFFICE = SignIn(
    "Head office of a group of care homes", GROUP_EMAIL, "Owen Marsh",
    f"order for all its places with ODS code {GROUP_CODE}",
    organisation=GROUP_SITES[0].provider_name, phone="+441632960102",
)  # fmt: skip
NOT_LISTED = SignIn(
    "Care provider whose address CQC does not have", "priya@netherwick-rest-home.example.org", "Priya Nair",
    f"order with ODS code {NO_EMAIL.site_code}: no match, so a person checks",
    organisation=NO_EMAIL.name, phone="+442079460106",
)  # fmt: skip
DAY_CENTRE = SignIn(
    "Day centre, not registered with CQC", "hello@brookfield-day-centre.example.org", "Tom Ashby",
    "order 25 badges (no check) or 26 (a person checks)",
    organisation="Brookfield Day Centre", phone="+441632960210",
)  # fmt: skip
EMPLOYER = SignIn(
    "Someone who employs personal assistants", "sam.doyle@mail.example.org", "Sam Doyle",
    "see an order from placing to delivery, then order again",
)  # fmt: skip
PROVIDERS = (LISTED, HEAD_OFFICE, NOT_LISTED, DAY_CENTRE, EMPLOYER)

OFFICER = SignIn(
    "APS verification officer", "verification@aps.example.org", "Vera Holt",
    "work the queue of manual checks", role=VERIFICATION_OFFICER,
)  # fmt: skip
SECOND_OFFICER = SignIn(
    "A second verification officer", "verification2@aps.example.org", "Victor Lane",
    "decide a check that a colleague handed on", role=VERIFICATION_OFFICER,
)  # fmt: skip
PACKER = SignIn(
    "APS fulfilment officer", "fulfilment@aps.example.org", "Fiona Platt",
    "close a batch, download its file for DX, load a tracking file", role=FULFILMENT_OFFICER,
)  # fmt: skip
SERVICE = SignIn(
    "APS customer service", "service@aps.example.org", "Colin Reid",
    "find a person or an order by part of a name", role=CUSTOMER_SERVICE,
)  # fmt: skip
MANAGER = SignIn(
    "APS portal manager", "manager@aps.example.org", "Margaret Shaw",
    "open or close ordering, see what register imports did, make a staff account", role=PORTAL_MANAGER,
)  # fmt: skip
ANALYST = SignIn(
    "DHSC analyst", "analyst@dhsc.example.org", "Dilys Andrews",
    "read the reports; the admin pages are shut to them", role=DHSC_ANALYST,
)  # fmt: skip
STAFF = (OFFICER, SECOND_OFFICER, PACKER, SERVICE, MANAGER, ANALYST)

_FIRST = "Alma Bryn Cora Dev Edie Farah Glen Hana Idris Joan Kofi Leah Mina Noor Olu Pat Rosa Saul Tess Yusuf".split()
_LAST = "Abbott Baines Cole Drew Ellis Frost Grant Hale Innes Judd Keane Lowe Mercer Nash Okoro Pugh Quinn Rees".split()


def made_up_name(rng: Random) -> str:
    return f"{rng.choice(_FIRST)} {rng.choice(_LAST)}"


def ordering_listings(count: int) -> Iterator[SampleListing]:
    """The first `count` active listings with a code and an address of their own, whose orders match without a person."""
    return islice(can_order(listings(40 * count)), count)


def can_order(places: Iterable[SampleListing]) -> Iterator[SampleListing]:
    """Those of `places` whose orders match without a person."""
    for listing in places:
        usable = listing.site_code and listing.emails and not listing.dormant and not listing.provider_emails
        if usable and listing.location_id.startswith("1-4"):
            yield listing


def make_staff(*, now: datetime) -> dict[str, User]:
    """Accounts of STAFF by address, made as a portal manager makes them, then given the known password."""
    made = {}
    password = make_password(PASSWORD)
    for person in STAFF:
        user = create_staff_account(email=person.email, name=person.name, role=person.role, actor=ACTOR, now=now)
        user.password = password
        user.save(update_fields=["password"])
        made[person.email] = user
    return made


def make_providers(others: Iterable[SampleListing], *, now: datetime) -> dict[str, User]:
    """Accounts of PROVIDERS, with the known password, and of the managers of `others`, with none, by address."""
    rng = Random(7)
    made = {}
    password = make_password(PASSWORD)
    for person in PROVIDERS:
        user = make_provider(person.email, person.name, person.organisation, person.phone, now=now)
        user.password = password
        user.save(update_fields=["password"])
        made[person.email] = user
    for place in (*others, CODE_FROM_EXTRACT, CLOSED, GROUP_SITES[1]):
        made[place.emails[0]] = make_provider(place.emails[0], made_up_name(rng), place.name, "", now=now)
    for email, name, organisation, confirmed in _UNLISTED:
        made[email] = make_provider(email, name, organisation, "", now=now, confirmed=confirmed)
    return made


# People the register does not know: (address, name, organisation, whether they confirmed the address).
_UNLISTED = (
    ("j.field@elmwick-home-care.example.org", "Jess Field", "Elmwick Home Care", True),
    ("admin@pinfold-trust.example.org", "Ruth Cope", "Pinfold Trust", True),
    ("bank@allhands-agency.example.org", "Neil Byrne", "All Hands Agency", True),
    ("office@sandholme-council.example.org", "Gwen Tate", "Sandholme Council", True),
    ("ray@northmoor-carers-club.example.org", "Ray Dunn", "Northmoor Carers Club", True),
    ("info@glanrafon-support.example.org", "Elin Parry", "Glanrafon Support", True),
    ("dan.pryor@mail.example.org", "Dan Pryor", SINGLE_SITE.name, True),
    ("rota@larkfield-house.example.org", "Kim Oates", SINGLE_SITE.name, False),
)


def make_provider(
    email: str, name: str, organisation: str, phone: str = "", *, now: datetime, confirmed: bool = True
) -> User:
    """The account of somebody who orders, with no password: they would have to ask for one."""
    user = User.objects.create_user(email, name=name, organisation=organisation, phone=phone, date_joined=now)
    EmailAddress.objects.create(user=user, email=user.email, verified=confirmed, primary=True)
    if confirmed:
        with transaction.atomic():
            record(kind=ADDRESS_CONFIRMED, actor=Actor.user(user), subject=user, now=now)
    return user
