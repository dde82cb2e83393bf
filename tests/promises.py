"""Every sentence of the privacy policy of 11 December 2020, what in the portal keeps it, and the tests that prove it.

`python -m tests.promises` writes docs/promises.md. The tests are those marked
`@pytest.mark.promise(key, ...)`, found in their source.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from tests.plugin import ROOT

PAGE = ROOT / "docs" / "promises.md"


@dataclass(frozen=True, slots=True)
class Promise:
    """One sentence, with a key that stays when its words are moved about, and the feature that keeps it."""

    key: str
    sentence: str
    kept_by: str


_INTRODUCTION = (
    "Each sentence of the policy of 11 December 2020, the feature that keeps it, and the tests that fail when it is not"
    " kept. Written by `python -m tests.promises` from the marks on the tests; a test fails when it is stale."
)
_SHOWN = "The privacy notice says so, and earlier versions stay readable"

PROMISES = (
    Promise(
        "summary",
        "This policy relates to the distribution of free CARE branded badges to the paid adult social care workforce in England.",
        "The question about the kind of care and the country; an order from elsewhere is seen by a person",
    ),
    Promise(
        "registered-users",
        "The Department of Health and Social Care (DHSC) has worked with The APS Group (Crown Commercial supplier), who have"
        " created an online ordering site to allows registered users to order badges for their organisation.",
        "Registration, and the pages of an order",
    ),
    Promise(
        "who-verifies",
        "The APS Group will be responsible for the order fulfilment and distribution of badges and are verifying orders using"
        " CQC-provided details and other details for non-CQC organisations (internet research).",
        "Assessment against the CQC register; the workbench, whose evidence is what an officer found",
    ),
    Promise(
        "controller",
        "The Department of Health and Social Care are the data controller and APS the data processor acting under our"
        " instruction.",
        _SHOWN,
    ),
    Promise(
        "collected",
        "Personal information is collected on the APS site (name, email address, delivery address, number of badges required)"
        " for registered users of the site to enable the fulfilment of the orders.",
        "The inventory: every field of every table is declared with its purpose, or the tests fail",
    ),
    Promise(
        "user-name",
        "All users will use their email address on APS’ site to create a username and password, to track orders.",
        "Signing in with an address and a password; 'Your orders'",
    ),
    Promise(
        "cqc-email",
        "For CQC registered providers, the email address linked to their CQC listing/entry and Organisation Data Service (ODS)"
        " code will be used to verify that orders are from legitimate CQC registered care organisations.",
        "The rule for CQC providers: a confirmed address and an ODS code of the same listing",
    ),
    Promise(
        "ods-codes",
        "ODS codes are unique codes created by the Organisation Data Service within NHS Digital used to identify organisations"
        " across health and social care.",
        "The ODS code is asked for and its shape is checked",
    ),
    Promise(
        "over-25",
        "Similar information will be collected for orders from non-CQC care organisations with order sizes over 25, where APS"
        " will manually check that the postal addresses and phone numbers provided belong to adult social care organisations.",
        "The rule for other organisations, and the evidence without which an officer cannot approve",
    ),
    Promise(
        "purposes",
        "The information provided will be used to fulfil CARE badge orders and to verify orders are from social care providers.",
        "The inventory names the purpose of every field; docs/personal-data.md is made from it",
    ),
    Promise(
        "management-information",
        "The Department of Health and Social Care will receive anonymised Management Information to monitor progress,"
        " problem-solve and forecast trends.",
        "An analyst has no way to a page with a person on it",
    ),
    Promise(
        "public-task",
        "(e) processing is necessary for the performance of a task carried out in the public interest or in the exercise of"
        " official authority vested in the controller;",
        _SHOWN,
    ),
    Promise(
        "sharing-when-necessary",
        "APS is the Data Processor and will only share data with other parties when necessary to successfully fulfil the order.",
        "What DX is given is a list in the code that the inventory must match; nobody else is given anything",
    ),
    Promise(
        "name-and-address-to-dx",
        "This will be limited to sharing name and address personal data with the delivery partner, DX, for the badges to be"
        " delivered.",
        "The file for DX; a layout with any other column does not start; each disclosure is noted",
    ),
    Promise(
        "eea",
        "As standard we do not transfer your personal data outside the European Economic Area (EEA).",
        "A setting says where data is stored, and the notice shows it",
    ),
    Promise(
        "kept-while-open",
        "The portal will be open for as long as the badges are available therefore data will be stored for this period of time"
        " only to allow for the verification process to be completed.",
        "Sweeps delete what is not needed earlier: drafts, unconfirmed registrations, sessions, tracking problems, uploads",
    ),
    Promise(
        "destroyed-on-closing",
        "Data will be destroyed when the portal closes.",
        "Closing the portal, which two managers decide, and its certificate; the inventory says what it does to every field",
    ),
    Promise(
        "accounts-disabled",
        "Disposal of data will be through disabling users’ accounts which are generated via the email addresses, after the"
        " portal closes.",
        "An account is overwritten, disabled and can never be signed in to again",
    ),
    Promise(
        "accounts-anonymised",
        "This means that the accounts will be anonymized with all email addresses removed.",
        "No field with an address may be kept by an erasure or a closing; an erased address is NULL",
    ),
    Promise(
        "address-databases-deleted",
        "All databases of email addresses will also be deleted.",
        "Listed addresses go on closing; the scan reads every column of every table, dumps, Redis and files for what is left",
    ),
    Promise(
        "at-any-time",
        "APS’s customer service team have the ability to disable and anonymize users at the request of a user at any time.",
        "Erasing in the staff pages, for one person or many, with a look beforehand and a receipt",
    ),
    Promise(
        "https",
        "APS uses HTTPS communication so data is completely secure.",
        "Settings of production: HTTPS only, with strict transport security and secure cookies",
    ),
    Promise(
        "certificates",
        "APS hold certificates for Information Commissioner’s Office (ICO) Registration certificate, Cyber essential plus"
        " certificate and ISO/IEC certificate which comply to high levels of security standards.",
        _SHOWN,
    ),
    Promise(
        "removal-on-request",
        "In addition, users can request removal of their personal data and the APS run customer services team can disable and"
        " anonymize users.",
        "A request for erasure with its clock, and the same erasing",
    ),
    Promise(
        "rights-stay",
        "By law, data subjects have a number of rights and this processing does not take away or reduce these rights under the"
        " EU General Data Protection Regulation (2016/679) and the UK Data Protection Act 2018 applies.",
        "Data requests of five kinds with the ICO's clock; a machine refuses none",
    ),
    Promise(
        "right-copy",
        "The right to get copies of information – individuals have the right to ask for a copy of any information about them"
        " that is used.",
        "A request for a copy; every person's rows can be reached from the inventory",
    ),
    Promise(
        "right-correction",
        "The right to get information corrected – individuals have the right to ask for any information held about them that"
        " they think is inaccurate, to be corrected.",
        "'Your details', the change of address, and corrections by staff",
    ),
    Promise(
        "right-restriction",
        "The right to limit how the information is used – individuals have the right to ask for any of the information held"
        " about them to be restricted, for example, if they think inaccurate information is being used.",
        "A restricted account is in no pull, is written no mail and is checked by nobody",
    ),
    Promise(
        "right-objection",
        "The right to object to the information being used – individuals can ask for any information held about them to not be"
        " used.",
        "A request to object",
    ),
    Promise(
        "objection-not-absolute",
        "However, this is not an absolute right, and continued use of the information may be necessary, with individuals being"
        " advised if this is the case.",
        "A refusal is a person's, says why, and says how to complain",
    ),
    Promise(
        "right-erasure",
        "The right to get information deleted – this is not an absolute right, and continued use of the information may be"
        " necessary, with individuals being advised if this is the case.",
        "Erasing by the inventory; what is kept says why",
    ),
    Promise(
        "complaints",
        "Anyone unhappy or wishing to complain about how personal data is used as part of this programme, should contact"
        " data_protection@dhsc.gov.uk in the first instance or write to:",
        "The pages 'Contact' and 'Privacy', and the register of complaints",
    ),
    Promise(
        "ico",
        "Anyone who is still not satisfied can complain to the Information Commissioners Office.",
        "The pages 'Contact' and 'Privacy'; every refusal names the ICO",
    ),
    Promise(
        "ico-address",
        "Their website address is www.ico.org.uk and their postal address is:",
        _SHOWN,
    ),
    Promise(
        "no-automated-decisions",
        "No decision will be made about individuals solely on the basis of automated decision making (where a decision is taken"
        " about them using an electronic system without human involvement) which has a significant impact on them.",
        "A verdict of the rules is 'verified' or 'a person looks'; refusing needs the number of an officer in the database",
    ),
    Promise(
        "review",
        "This privacy notice is kept under regular review, and new versions will be available on our privacy notice page on our"
        " website.",
        "Versions of the notice, each at an address that lasts",
    ),
    Promise("last-updated", "This privacy notice was last updated on 11/12/2020", _SHOWN),
)  # fmt: skip


def proofs() -> dict[str, list[str]]:
    """By key of a promise: `path::test` of every test that is marked to prove it, in the order of paths."""
    found: dict[str, list[str]] = {}
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                for key in _keys(node):
                    found.setdefault(key, []).append(f"{path.relative_to(ROOT)}::{node.name}")
    return found


def promises_page() -> str:
    """docs/promises.md as it should be."""
    proved = proofs()
    lines = [
        "# What the privacy policy promises, and what proves it",
        "",
        _INTRODUCTION,
    ]
    for one in PROMISES:
        lines += ["", f"## {one.key}", "", f"> {one.sentence}", "", f"{one.kept_by}.", ""]
        lines += [f"- `{test}`" for test in proved.get(one.key, [])]
    return "\n".join(lines) + "\n"


def _keys(node: ast.FunctionDef) -> Iterator[str]:
    for mark in node.decorator_list:
        if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.promise":
            yield from (ast.literal_eval(key) for key in mark.args)


if __name__ == "__main__":
    PAGE.write_text(promises_page(), encoding="utf-8")
