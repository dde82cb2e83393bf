"""A made-up register: listings in CQC's own file layout, and the contact extract that carries the addresses.

The first listings are well known by name, so that tests, browser journeys and the sign-ins of the sample data can rely on
them; the rest are drawn from a seeded generator, so every run makes the same files.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from random import Random

from sampledata import invented
from verification.register.geography import councils

SEED = 2026
EDITION = date(2026, 11, 2)
EARLIER_EDITION = date(2026, 10, 1)

CARE_HOME = "Care home service without nursing"
NURSING_HOME = "Care home service with nursing"
HOME_CARE = "Domiciliary care service"
SUPPORTED_LIVING = "Supported living service"
_OTHER_SECTORS = (("Hospitals", "Independent Healthcare Org"), ("Primary medical services", "Primary Dental Care"))


@dataclass(frozen=True, slots=True)
class SampleListing:
    location_id: str
    provider_id: str
    name: str
    provider_name: str
    site_code: str
    head_office_code: str
    emails: tuple[str, ...]
    provider_emails: tuple[str, ...] = ()
    phone: str = "01632 960100"
    street: str = "1 Sample Road"
    town: str = "Larkmere"
    postcode: str = "NG1 9ZZ"
    region: str = "East Midlands"
    council: str = "Nottingham"
    beds: int = 0
    services: tuple[str, ...] = field(default=(CARE_HOME,))
    dormant: bool = False
    directorate: str = "Adult social care"
    sector: str = "Social Care Org"
    code_in_cqc_file: bool = True

    @property
    def care_home(self) -> bool:
        return CARE_HOME in self.services or NURSING_HOME in self.services


# One home, one address, one code: an order by manager@ with VLARK passes without a person.
SINGLE_SITE = SampleListing(
    "1-100000001", "1-200000001", "Larkfield House", "Larkfield House Limited", "VLARK", "ALRK",
    ("manager@larkfield-house.example.org",), phone="01632 960101", street="12 Mill Lane", beds=34,
)  # fmt: skip
# A group whose head office orders for all: its address stands on the provider, its code is CHBL.
GROUP_SITES = (
    SampleListing(
        "1-100000002", "1-200000002", "Harbour Lights Whitby Court", "Harbour Lights Care Group Limited", "VHBL1", "CHBL",
        ("whitby@harbour-lights.example.org",), ("orders@harbour-lights.example.org",), phone="01632 960102",
        street="3 Quay Street", town="Ravenby", postcode="YO1 9ZZ", region="Yorkshire and The Humber", council="York",
        beds=60, services=(NURSING_HOME, CARE_HOME),
    ),
    SampleListing(
        "1-100000003", "1-200000002", "Harbour Lights Scarcroft", "Harbour Lights Care Group Limited", "VHBL2", "CHBL",
        ("scarcroft@harbour-lights.example.org", "deputy@harbour-lights.example.org"), phone="01632 960103",
        street="40 Station Road", town="Ravenby", postcode="YO2 9ZZ", region="Yorkshire and The Humber", council="York",
        beds=42,
    ),
    SampleListing(
        "1-100000004", "1-200000002", "Harbour Lights at Home", "Harbour Lights Care Group Limited", "VHBL3", "CHBL",
        (), phone="01632 960104", street="3 Quay Street", town="Ravenby", postcode="YO1 9ZZ",
        region="Yorkshire and The Humber", council="York", services=(HOME_CARE,),
    ),
)  # fmt: skip
GROUP_EMAIL, GROUP_CODE = "orders@harbour-lights.example.org", "CHBL"
# CQC's file has no code for it; the extract has.
CODE_FROM_EXTRACT = SampleListing(
    "1-100000005", "1-200000003", "Quarnford Supported Living", "Quarnford Trust", "VQRN5", "AQRN",
    ("office@quarnford.example.org",), phone="0161 496 0105", street="8 Chapel Street", town="Quarnford",
    postcode="M1 9ZZ", region="North West", council="Manchester", services=(SUPPORTED_LIVING, HOME_CARE),
    code_in_cqc_file=False,
)  # fmt: skip
# CQC knows it, but no address of it: every order goes to a person or through the listed inbox.
NO_EMAIL = SampleListing(
    "1-100000006", "1-200000004", "Netherwick Rest Home", "Mrs A Sample & Partner", "VNTW6", "ANTW", (),
    phone="020 7946 0106", street="77 Priory Road", town="Netherwick", postcode="SE1 9ZZ", region="London",
    council="Southwark", beds=12,
)  # fmt: skip
DORMANT = SampleListing(
    "1-100000007", "1-200000005", "Fernleigh Care at Home", "Fernleigh Care Limited", "VFRN7", "AFRN",
    ("care@fernleigh.example.org",), phone="0191 498 0107", street="5 Garden Way", town="Fernstead",
    postcode="NE1 9ZZ", region="North East", council="Newcastle upon Tyne", services=(HOME_CARE,), dormant=True,
)  # fmt: skip
# On the earlier edition only, so loading both closes it.
CLOSED = SampleListing(
    "1-100000008", "1-200000006", "Old Mill Care Home", "Old Mill Homes LLP", "VOLD8", "AOLD",
    ("manager@old-mill.example.org",), phone="01632 960108", street="1 Mill Lane", town="Marlford",
    postcode="BS1 9ZZ", region="South West", council="Bristol, City of", beds=20,
)  # fmt: skip
WELL_KNOWN = (SINGLE_SITE, *GROUP_SITES, CODE_FROM_EXTRACT, NO_EMAIL, DORMANT)


def listings(count: int, *, seed: int = SEED) -> Iterator[SampleListing]:
    """`count` listings of adult social care, the well-known first, and one of another sector after every twenty."""
    rng = Random(seed)
    places = councils()
    made, provider = len(WELL_KNOWN[:count]), 0
    yield from WELL_KNOWN[:count]
    while made < count:
        provider += 1
        for site in _sites_of_one_provider(rng, places, provider, made, limit=count - made):
            made += 1
            yield site
            if made % 20 == 0:
                yield _of_another_sector(rng, site, made)


def _sites_of_one_provider(
    rng: Random, places: list[tuple[str, str, str]], provider: int, made: int, limit: int
) -> Iterator[SampleListing]:
    sites = min(rng.choices((1, 2, 3, 6, 14), weights=(70, 14, 8, 6, 2))[0], limit)
    owner = invented.provider_name(rng)
    domain = invented.domain(owner)
    # Every digit of the running number is in the id, so none can come twice.
    provider_id, head_office = f"1-3{provider:08d}", invented.code(rng, "AC"[provider % 2], 4)
    group_email = (f"office@{domain}",) if sites > 1 else ()
    for number in range(sites):
        region, _, council = rng.choice(places)
        services = rng.choices(
            ((CARE_HOME,), (NURSING_HOME, CARE_HOME), (HOME_CARE,), (SUPPORTED_LIVING,)), (40, 15, 38, 7)
        )[0]
        home = CARE_HOME in services
        town = invented.town(rng)
        name = invented.site_name(rng, care_home=home, near=town)
        yield SampleListing(
            f"1-4{made + number:09d}", provider_id, name, owner,
            invented.code(rng, "V", 5) if rng.random() > 0.03 else "", head_office,
            _addresses(rng, name, domain, group_email), group_email if number == 0 else (),
            invented.phone(rng, region), invented.street(rng), town, invented.postcode(rng, region), region, council,
            rng.randint(4, 90) if home else 0, services, rng.random() < 0.01,
            code_in_cqc_file=rng.random() > 0.05,
        )  # fmt: skip


def _addresses(rng: Random, name: str, domain: str, group_email: tuple[str, ...]) -> tuple[str, ...]:
    chance = rng.random()
    if chance < 0.05:
        return ()
    own = invented.domain(name).split(".")[0]
    if chance < 0.2 and group_email:
        return group_email
    if chance < 0.3:
        return (f"manager.{own}@{domain}", f"deputy.{own}@{domain}")
    return (f"manager.{own}@{domain}",)


def _of_another_sector(rng: Random, like: SampleListing, number: int) -> SampleListing:
    directorate, sector = rng.choice(_OTHER_SECTORS)
    return replace(
        like, location_id=f"1-5{number:09d}", name=f"{like.town} Clinic", site_code="", emails=(), provider_emails=(),
        directorate=directorate, sector=sector, services=("Dental service",), beds=0,
    )  # fmt: skip
