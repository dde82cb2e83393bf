"""England's nine regions and the 153 councils with adult social services, with their ONS codes, as of 1 April 2025.

CQC's file names a council without its code and spells some regions its own way; MI counts by code and by one spelling.
Codes are re-issued (Barnsley and Sheffield in 2025), so a later edition of this table replaces this one and nothing else.
"""

from __future__ import annotations

import re

_COUNCILS = {
    "North East": """E06000001 Hartlepool|E06000002 Middlesbrough|E06000003 Redcar and Cleveland|E06000004 Stockton-on-Tees
        |E06000005 Darlington|E06000047 County Durham|E06000057 Northumberland|E08000021 Newcastle upon Tyne
        |E08000022 North Tyneside|E08000023 South Tyneside|E08000024 Sunderland|E08000037 Gateshead""",
    "North West": """E06000006 Halton|E06000007 Warrington|E06000008 Blackburn with Darwen|E06000009 Blackpool
        |E06000049 Cheshire East|E06000050 Cheshire West and Chester|E06000063 Cumberland|E06000064 Westmorland and Furness
        |E08000001 Bolton|E08000002 Bury|E08000003 Manchester|E08000004 Oldham|E08000005 Rochdale|E08000006 Salford
        |E08000007 Stockport|E08000008 Tameside|E08000009 Trafford|E08000010 Wigan|E08000011 Knowsley|E08000012 Liverpool
        |E08000013 St. Helens|E08000014 Sefton|E08000015 Wirral|E10000017 Lancashire""",
    "Yorkshire and The Humber": """E06000010 Kingston upon Hull, City of|E06000011 East Riding of Yorkshire
        |E06000012 North East Lincolnshire|E06000013 North Lincolnshire|E06000014 York|E06000065 North Yorkshire
        |E08000017 Doncaster|E08000018 Rotherham|E08000032 Bradford|E08000033 Calderdale|E08000034 Kirklees|E08000035 Leeds
        |E08000036 Wakefield|E08000038 Barnsley|E08000039 Sheffield""",
    "East Midlands": """E06000015 Derby|E06000016 Leicester|E06000017 Rutland|E06000018 Nottingham
        |E06000061 North Northamptonshire|E06000062 West Northamptonshire|E10000007 Derbyshire|E10000018 Leicestershire
        |E10000019 Lincolnshire|E10000024 Nottinghamshire""",
    "West Midlands": """E06000019 Herefordshire, County of|E06000020 Telford and Wrekin|E06000021 Stoke-on-Trent
        |E06000051 Shropshire|E08000025 Birmingham|E08000026 Coventry|E08000027 Dudley|E08000028 Sandwell|E08000029 Solihull
        |E08000030 Walsall|E08000031 Wolverhampton|E10000028 Staffordshire|E10000031 Warwickshire|E10000034 Worcestershire""",
    "East of England": """E06000031 Peterborough|E06000032 Luton|E06000033 Southend-on-Sea|E06000034 Thurrock
        |E06000055 Bedford|E06000056 Central Bedfordshire|E10000003 Cambridgeshire|E10000012 Essex|E10000015 Hertfordshire
        |E10000020 Norfolk|E10000029 Suffolk""",
    "London": """E09000001 City of London|E09000002 Barking and Dagenham|E09000003 Barnet|E09000004 Bexley|E09000005 Brent
        |E09000006 Bromley|E09000007 Camden|E09000008 Croydon|E09000009 Ealing|E09000010 Enfield|E09000011 Greenwich
        |E09000012 Hackney|E09000013 Hammersmith and Fulham|E09000014 Haringey|E09000015 Harrow|E09000016 Havering
        |E09000017 Hillingdon|E09000018 Hounslow|E09000019 Islington|E09000020 Kensington and Chelsea
        |E09000021 Kingston upon Thames|E09000022 Lambeth|E09000023 Lewisham|E09000024 Merton|E09000025 Newham
        |E09000026 Redbridge|E09000027 Richmond upon Thames|E09000028 Southwark|E09000029 Sutton|E09000030 Tower Hamlets
        |E09000031 Waltham Forest|E09000032 Wandsworth|E09000033 Westminster""",
    "South East": """E06000035 Medway|E06000036 Bracknell Forest|E06000037 West Berkshire|E06000038 Reading|E06000039 Slough
        |E06000040 Windsor and Maidenhead|E06000041 Wokingham|E06000042 Milton Keynes|E06000043 Brighton and Hove
        |E06000044 Portsmouth|E06000045 Southampton|E06000046 Isle of Wight|E06000060 Buckinghamshire|E10000011 East Sussex
        |E10000014 Hampshire|E10000016 Kent|E10000025 Oxfordshire|E10000030 Surrey|E10000032 West Sussex""",
    "South West": """E06000022 Bath and North East Somerset|E06000023 Bristol, City of|E06000024 North Somerset
        |E06000025 South Gloucestershire|E06000026 Plymouth|E06000027 Torbay|E06000030 Swindon|E06000052 Cornwall
        |E06000053 Isles of Scilly|E06000054 Wiltshire|E06000058 Bournemouth, Christchurch and Poole|E06000059 Dorset
        |E06000066 Somerset|E10000008 Devon|E10000013 Gloucestershire""",
}

REGIONS = tuple(_COUNCILS)

# CQC writes the first two, Skills for Care the third; ONS once wrote the fourth.
_REGION_ALIASES = {
    "yorkshire & humberside": "Yorkshire and The Humber",
    "east": "East of England",
    "eastern": "East of England",
    "yorkshire and the humber": "Yorkshire and The Humber",
}
# What CQC writes when it does not know.
UNKNOWN_PLACE = frozenset({"", "-", "unspecified", "(pseudo) unspecified"})


def region_named(text: str) -> str | None:
    """The region that `text` means, '' when CQC says it does not know, None when it is no region of England."""
    key = text.strip().casefold()
    if key in UNKNOWN_PLACE:
        return ""
    return _REGIONS_BY_KEY.get(key)


def local_authority_code(name: str) -> str:
    """ONS code of the council `name`, '' for one that the table does not have."""
    return _CODES_BY_KEY.get(_council_key(name), "")


def councils() -> list[tuple[str, str, str]]:
    """(region, code, name) of every council."""
    return [
        (region, *entry.strip().split(" ", 1))  # type: ignore[misc]
        for region, block in _COUNCILS.items()
        for entry in block.split("|")
    ]


def _council_key(name: str) -> str:
    """Without punctuation and the words that are sometimes written and sometimes not: 'Bristol, City of' is 'Bristol'."""
    short = re.sub(r",?\s+(city|county) of\s*$", "", name.casefold())
    return " ".join(re.sub(r"[^a-z ]", " ", short.replace("&", " and ").replace(".", "")).split())


_REGIONS_BY_KEY = {region.casefold(): region for region in REGIONS} | _REGION_ALIASES
_CODES_BY_KEY = {_council_key(name): code for _, code, name in councils()}
# Written both ways.
_CODES_BY_KEY["durham"] = _CODES_BY_KEY["county durham"]
