"""People for staff: customer service finds those who order, a portal manager looks after those who work here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from accounts.admin.erasing import erasure_page, may_erase
from accounts.admin.forms import ConfirmForm, CorrectionForm, NewStaffForm, RoleForm
from accounts.admin.restricting import RUN, end_page, restrict_page
from accounts.models import User
from accounts.profile import change_details
from accounts.restricting import is_in_dispute
from accounts.sign_in import OwnAccount, disable_sign_in, restore_sign_in
from accounts.staff import AddressInUse, change_role, create_staff_account
from badgeportal.actor import Actor
from badgeportal.admin_base import ExtraView, ReadOnlyAdmin
from badgeportal.privacy.subject import DataSubject

# The list shows 50 on a page, and all of them at most when nobody has many.
MOST_AT_ONCE = 1000

# Lists of later rooms that can be narrowed to one person: (text, address, field, permission). Names only, nothing is imported.
_ELSEWHERE = (
    ("Orders", "admin:orders_order_changelist", "account__id__exact", "orders.view_order"),
    ("New data request", "admin:accounts_datarequest_new", "account", "accounts.run_datarequest"),
)


class KindFilter(admin.SimpleListFilter):
    title = "who"
    parameter_name = "who"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("providers", "People who order"), ("staff", "Staff and analysts")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        named = {"providers": queryset.providers, "staff": queryset.staff_and_analysts}.get(self.value() or "")
        return named() if named else queryset


@admin.register(User)
class PersonAdmin(ReadOnlyAdmin):
    records_personal_views = True
    actions = ("erase_chosen",)
    list_display = ("email_shown", "name", "organisation", "roles", "can_sign_in", "date_joined")
    list_filter = (KindFilter, "is_active")
    # Django shows its search box only with a field; `get_search_results` does the looking.
    search_fields = ("email",)
    search_help_text = "The beginning of an email address, or words of a person's or an organisation's name."
    sortable_by = ("email_shown", "date_joined")
    ordering = ("-date_joined", "-pk")
    fields = (
        "email_shown", "confirmed", "name", "organisation", "phone", "roles", "can_sign_in", "date_joined", "last_login",
        "disabled_at", "restricted_at", "restriction_ends_on", "anonymised_at",
    )  # fmt: skip
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """The people this member of staff has business with, and nobody else."""
        providers, staff = self.may(request, "view_person"), self.may(request, "manage_staff")
        if providers and staff:
            found = User.objects.all()
        elif providers:
            found = User.objects.providers()
        else:
            found = User.objects.staff_and_analysts() if staff else User.objects.none()
        return found.prefetch_related("groups", "emailaddress_set")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[User], search_term: str
    ) -> tuple[QuerySet[User], bool]:
        return (queryset.matching(search_term) if search_term.strip() else queryset), False  # type: ignore[attr-defined]

    def has_view_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return self.may(request, "view_person") or self.may(request, "manage_staff")

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Erasing is the one thing that is done to many; shutting somebody out is done on their page, one at a time."""
        actions: dict[str, Any] = super().get_actions(request)
        may = self.may(request, "disable_person") or self.may(request, "manage_staff")
        return {"erase_chosen": actions["erase_chosen"]} if may and "erase_chosen" in actions else {}

    @admin.action(description="Erase the people chosen, after a look at what goes")
    def erase_chosen(self, request: HttpRequest, queryset: QuerySet[User]) -> HttpResponse:
        return self._erase_page(request, list(queryset))

    def erase_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show what erasing one person does, and do it."""
        return self._erase_page(request, [self._person(request, pk)])

    def erase_many_view(self, request: HttpRequest) -> HttpResponse:
        """As `erase_view`, for the people whose numbers the form brings."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        numbers = [int(text) for text in request.POST.getlist("person")[:MOST_AT_ONCE] if text.isdecimal()]
        return self._erase_page(request, list(self.get_queryset(request).filter(pk__in=numbers)))

    def _erase_page(self, request: HttpRequest, people: list[User]) -> HttpResponse:
        if not may_erase(request, people):
            raise PermissionDenied
        self.record_view(request, people, "user_erase")
        one = people[0] if len(people) == 1 else None
        shown = [f"{user.name} {user.email or 'anonymised'}".strip() for user in people]
        return erasure_page(
            request,
            subject=DataSubject.of_accounts(user.pk for user in people),
            title="Erase a person" if one else f"Erase {len(people)} people",
            who=", ".join(shown[:20]) + (f" and {len(shown) - 20} more" if len(shown) > 20 else ""),
            opts=self.opts,
            cancel_url=reverse("admin:accounts_user_change", args=[one.pk])
            if one
            else reverse("admin:accounts_user_changelist"),
            hidden={"person": [str(user.pk) for user in people]},
            post_to=reverse("admin:accounts_user_erase_many"),
        )

    @admin.display(description="email address", ordering="email")
    def email_shown(self, user: User) -> str:
        return user.email or "anonymised"

    @admin.display(description="email address confirmed", boolean=True)
    def confirmed(self, user: User) -> bool:
        return any(address.verified for address in user.emailaddress_set.all())  # type: ignore[attr-defined]

    @admin.display(description="role")
    def roles(self, user: User) -> str:
        return ", ".join(group.name for group in user.groups.all())

    @admin.display(description="can sign in", boolean=True, ordering="is_active")
    def can_sign_in(self, user: User) -> bool:
        return user.is_active

    def extra_views(self) -> list[ExtraView]:
        return [
            ("new-staff/", self.new_staff_view, "new_staff"),
            ("<int:pk>/details/", self.details_view, "details"),
            ("<int:pk>/role/", self.role_view, "role"),
            ("erase/", self.erase_many_view, "erase_many"),
            ("<int:pk>/erase/", self.erase_view, "erase"),
            ("<int:pk>/disable/", self.disable_view, "disable"),
            ("<int:pk>/restore/", self.restore_view, "restore"),
            ("<int:pk>/limit/", self.limit_view, "limit"),
            ("<int:pk>/end-limit/", self.end_limit_view, "end_limit"),
        ]

    def object_tools(self, request: HttpRequest, obj: Any) -> list[tuple[str, str]]:
        managing = self.may(request, "manage_staff")
        if obj is None:
            return [(reverse("admin:accounts_user_new_staff"), "New member of staff")] if managing else []
        tools = [
            (f"{reverse(address)}?{field}={obj.pk}", text)
            for text, address, field, permission in _ELSEWHERE
            if request.user.has_perm(permission) and not _works_here(obj)
        ]
        if self._may_correct(request, obj) and (not obj.is_restricted or is_in_dispute(obj.pk)):
            tools.append((reverse("admin:accounts_user_details", args=[obj.pk]), "Correct details"))
        if managing and _works_here(obj) and obj.pk != request.user.pk:
            tools.append((reverse("admin:accounts_user_role", args=[obj.pk]), "Change role"))
        if self._may_disable(request, obj) and obj.anonymised_at is None:
            name, text = ("disable", "Stop signing in") if obj.disabled_at is None else ("restore", "Allow signing in")
            tools.append((reverse(f"admin:accounts_user_{name}", args=[obj.pk]), text))
        if self._may_limit(request, obj):
            name, text = ("end_limit", "End the limit") if obj.is_restricted else ("limit", "Limit the use of data")
            tools.append((reverse(f"admin:accounts_user_{name}", args=[obj.pk]), text))
        if obj.anonymised_at is None and may_erase(request, [obj]) and obj.pk != request.user.pk:
            tools.append((reverse("admin:accounts_user_erase", args=[obj.pk]), "Erase this person"))
        return tools

    def new_staff_view(self, request: HttpRequest) -> HttpResponse:
        """Ask for address, name and role, make the account and send its owner the link."""
        if not self.may(request, "manage_staff"):
            raise PermissionDenied
        form = NewStaffForm(request.POST or None)
        if form.is_valid():
            try:
                user = create_staff_account(**form.cleaned_data, actor=Actor.user(request.user), now=timezone.now())
            except AddressInUse:
                form.add_error("email", "There is an account with this email address already")
            else:
                messages.success(request, "The account is made. A link to set the password is on its way to its owner.")
                return redirect("admin:accounts_user_change", user.pk)
        return self.action_form_page(
            request,
            title="New member of staff",
            intro="They get an email with a link to set their password. The link works for 3 days.",
            form=form,
            submit_label="Make the account",
        )

    def details_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Correct name, organisation and phone for a person who asks."""
        user = self._person(request, pk)
        if not self._may_correct(request, user):
            raise PermissionDenied
        self.record_view(request, [user], "user_details")
        initial = {"name": user.name, "organisation": user.organisation, "phone": user.phone}
        form = CorrectionForm(request.POST or None, initial=initial)
        if form.is_valid():
            return self._done(
                request,
                user,
                lambda actor, now: bool(change_details(user_id=pk, **form.cleaned_data, actor=actor, now=now)),
                done="The details are corrected.",
                not_done="Nothing has changed.",
            )
        return self.action_form_page(
            request,
            title="Correct details",
            intro="Orders keep the name and address they were placed with. The email address can be changed only by the "
            "person, because the new one has to be confirmed.",
            form=form,
            submit_label="Save",
            obj=user,
        )

    def role_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask for the new role of a member of staff and give it."""
        user = self._person(request, pk)
        if not self.may(request, "manage_staff") or not _works_here(user):
            raise PermissionDenied
        form = RoleForm(request.POST or None, initial={"role": self.roles(user)})
        if form.is_valid():
            return self._done(
                request,
                user,
                lambda actor, now: change_role(user_id=pk, role=form.cleaned_data["role"], actor=actor, now=now),
                done="The role is changed. They have to sign in again.",
                not_done="They have this role already.",
            )
        return self.action_form_page(
            request,
            title="Change role",
            intro="They are signed out at once and have the new role when they sign in again.",
            form=form,
            submit_label="Change role",
            obj=user,
        )

    def disable_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask once, then shut the person out."""
        return self._switch(
            request,
            pk,
            action=disable_sign_in,
            title="Stop signing in",
            intro="They are signed out at once on every device and cannot sign in until somebody allows it again.\n"
            "Orders they have placed go on. To stop an order, cancel it.",
            done="They cannot sign in any more.",
            not_done="They could not sign in before.",
        )

    def restore_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask once, then let the person in again."""
        return self._switch(
            request,
            pk,
            action=restore_sign_in,
            title="Allow signing in",
            intro="They can sign in again with the password they had.",
            done="They can sign in again.",
            not_done="Nothing has changed.",
        )

    def limit_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Limit the use of the person's data at their word."""
        return restrict_page(self, request, self._limitable(request, pk))

    def end_limit_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """End that, once they have been told."""
        return end_page(self, request, self._limitable(request, pk))

    def _limitable(self, request: HttpRequest, pk: int) -> User:
        user = self._person(request, pk)
        if not self._may_limit(request, user):
            raise PermissionDenied
        return user

    def _may_limit(self, request: HttpRequest, user: User) -> bool:
        return self.may(request, RUN) and not _works_here(user) and user.anonymised_at is None

    def restricted_account(self, obj: Any) -> Any:
        return obj

    def _switch(
        self,
        request: HttpRequest,
        pk: int,
        *,
        action: Callable[..., bool],
        title: str,
        intro: str,
        done: str,
        not_done: str,
    ) -> HttpResponse:
        user = self._person(request, pk)
        if not self._may_disable(request, user):
            raise PermissionDenied
        if request.method == "POST":
            return self._done(
                request, user, lambda actor, now: action(user_id=pk, actor=actor, now=now), done=done, not_done=not_done
            )
        return self.action_form_page(
            request, title=title, intro=intro, form=ConfirmForm(), submit_label=title, obj=user
        )

    def _done(
        self, request: HttpRequest, user: User, act: Callable[..., bool], *, done: str, not_done: str
    ) -> HttpResponse:
        try:
            changed = act(Actor.user(request.user), timezone.now())
        except OwnAccount:
            messages.error(request, "You cannot do this to your own account. Ask another portal manager.")
        else:
            messages.success(request, done) if changed else messages.info(request, not_done)
        return redirect("admin:accounts_user_change", user.pk)

    def _person(self, request: HttpRequest, pk: int) -> User:
        user = self.get_queryset(request).filter(pk=pk).first()
        if user is None:
            raise Http404
        return user

    def _may_correct(self, request: HttpRequest, user: User) -> bool:
        return self.may(request, "change_user") and not _works_here(user) and user.anonymised_at is None

    def _may_disable(self, request: HttpRequest, user: User) -> bool:
        # Customer service may shut out people who order, but not a colleague.
        return self.may(request, "manage_staff" if _works_here(user) else "disable_person")


def _works_here(user: User) -> bool:
    return user.is_staff or bool(user.groups.all())
