"""Pages for providers, and the page for a listed inbox."""

from django.urls import path

from verification.views.confirm import ConfirmFromListedInboxView
from verification.views.order_pages import AnswerQuestionView, CorrectOdsCodeView, SendListedInboxLinkView
from verification.views.your_organisation import YourOrganisationView

urlpatterns = [
    path("order/your-organisation/", YourOrganisationView.as_view(), name="order_your_organisation"),
    path("orders/<str:reference>/ods-code/", CorrectOdsCodeView.as_view(), name="correct_ods_code"),
    path("orders/<str:reference>/answer/", AnswerQuestionView.as_view(), name="answer_question"),
    path("orders/<str:reference>/listed-inbox/", SendListedInboxLinkView.as_view(), name="send_listed_inbox_link"),
    path("confirm-order/<str:token>/", ConfirmFromListedInboxView.as_view(), name="confirm_from_listed_inbox"),
]
