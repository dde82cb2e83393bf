"""`{{ order.phone|national_phone }}`."""

from __future__ import annotations

from django import template

from badgeportal.phones import national_phone

register = template.Library()
register.filter("national_phone", national_phone)
