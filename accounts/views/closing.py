"""The pages about the closing that everybody may read: the dates, then how far it is, then the certificate. They name nobody."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.closing.progress import progress_of
from accounts.models import ClosingPlan, ClosureCertificate


def closing(request: HttpRequest) -> HttpResponse:
    """What closes when; while the data is being destroyed, how far that is. 404 while no closing is planned."""
    plan = ClosingPlan.objects.live().first()
    if plan is None:
        raise Http404
    now = timezone.now()
    context: dict[str, Any] = {
        "plan": plan,
        "sign_in_is_off": plan.sign_in_is_off(now),
        "progress": progress_of(plan) if plan.is_begun else None,
    }
    return render(request, "accounts/closing/closing.html", context)


def certificate(request: HttpRequest) -> HttpResponse:
    """The closure certificate, to be read and printed."""
    found = _certificate()
    return render(request, "accounts/closing/certificate.html", {"certificate": found, "content": found.content})


def certificate_file(request: HttpRequest) -> HttpResponse:
    """The certificate as JSON, which `manage.py verify_certificate` checks."""
    found = _certificate()
    answer = JsonResponse({"certificate": found.content, "sha256": found.sha256}, json_dumps_params={"indent": 2})
    answer["Content-Disposition"] = 'attachment; filename="closure-certificate.json"'
    return answer


def _certificate() -> ClosureCertificate:
    found = ClosureCertificate.objects.first()
    if found is None:
        raise Http404
    return found
