"""How often each door may be tried, counted in Redis so that every web process counts together.

Signing up, signing in, codes and passwords are limited by django-allauth too, more narrowly; the doors below are ours.
A person is counted by account, a visitor by network address, which is kept for a minute and only as a keyed digest.
"""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.crypto import salted_hmac
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)

_WINDOW_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Door:
    """`a_minute` tries of the page, of POST only or of every method; by account or, where anybody may come, by address."""

    a_minute: int
    post_only: bool = True
    by_account: bool = True


# Any page that takes a POST and is not named below, of staff and of providers: more than hands can do, less than a machine.
EVERY_POST = Door(120)
# By the name of the page's URL.
DOORS: dict[str, Door] = {
    "order_ods_code": Door(60),
    "order_your_organisation": Door(60, post_only=False),
    "order_check": Door(30),
    "order_again": Door(30),
    "order_cancel": Door(30),
    "order_address": Door(30),
    # Each of these reaches a person, or sends somebody a mail.
    "order_problem": Door(10),
    "answer_question": Door(20),
    "your_details": Door(30),
    # A copy reads every table; the others reach a person, and nobody needs them often.
    **dict.fromkeys(("your_data_copy", "your_data_correct", "your_data_limit", "your_data_use_again"), Door(10)),
    **dict.fromkeys(("your_data_object", "your_data_delete"), Door(10)),
    # An officer on the phone searches often; whoever copies the register of people searches more.
    "admin:fulfilment_consignment_find": Door(60),
    "correct_ods_code": Door(20),
    "send_listed_inbox_link": Door(10),
    "confirm_from_listed_inbox": Door(60, post_only=False, by_account=False),
    # Each time a file is made and a line of the audit record is written, so looking counts.
    "snapshot_file": Door(30, post_only=False),
    "contact": Door(120, post_only=False, by_account=False),
}


class LimitDoors:
    """Middleware: answers 429 with a page when one door was tried too often within a minute."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> HttpResponse | None:
        name = request.resolver_match.view_name if request.resolver_match else ""
        door = DOORS.get(name, EVERY_POST)
        if door.post_only and request.method != "POST":
            return None
        if _tries(name, _who(request, door)) <= door.a_minute * settings.RATE_LIMIT_FACTOR:
            return None
        response = render(request, "429.html", status=429)
        response["Retry-After"] = str(_WINDOW_SECONDS)
        return response


def _who(request: HttpRequest, door: Door) -> str:
    if door.by_account and request.user.is_authenticated:
        return f"user:{request.user.pk}"
    try:
        address = ipaddress.ip_address(get_adapter().get_client_ip(request))
    except (PermissionDenied, ValueError):
        return "unknown"
    # One household or office has a whole /64 of IPv6.
    prefix = 64 if address.version == 6 else 32
    return str(ipaddress.ip_network((address, prefix), strict=False))


def _tries(door: str, who: str) -> int:
    """How often `who` has tried `door` in this minute, this time included; 0 while Redis does not answer."""
    minute = int(time.time()) // _WINDOW_SECONDS
    key = f"door:{door}:{salted_hmac('doors', who).hexdigest()[:24]}:{minute}"
    try:
        if cache.add(key, 1, 2 * _WINDOW_SECONDS):
            return 1
        return int(cache.incr(key))
    except RedisError as error:
        # Orders go on without Redis; the stock and the checks do not depend on these limits.
        log.warning("door_not_counted", error=type(error).__name__)
        return 0
    except ValueError:
        return 1
