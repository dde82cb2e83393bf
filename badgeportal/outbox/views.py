"""The local mailbox: where no mail leaves the machine it is read here, so that all can be tried without a mail server."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView

from badgeportal.outbox import mailbox

SHOWN = 100


@method_decorator(never_cache, name="dispatch")
class _LocalOnlyView(TemplateView):
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        # Anybody may read it, so it must not exist where mail is real.
        if settings.MAIL_TRANSPORT != "local":
            raise Http404
        return super().dispatch(request, *args, **kwargs)


class MailboxView(_LocalOnlyView):
    template_name = "local_mail/mailbox.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(mails=mailbox.newest(SHOWN), shown=SHOWN, **kwargs)


class MailView(_LocalOnlyView):
    template_name = "local_mail/mail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        mail = mailbox.one(self.kwargs["name"])
        if mail is None:
            raise Http404
        return super().get_context_data(mail=mail, **kwargs)
