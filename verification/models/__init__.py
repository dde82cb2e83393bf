from verification.models.assessment import Assessment, Outcome, Reason
from verification.models.inbox_link import ListedInboxLink
from verification.models.listing import ErasedEmailDigest, ListedEmail, Listing, ProviderCode
from verification.models.manual_check import ManualCheck, RefusalReason
from verification.models.question import Question
from verification.models.register_import import FailedRow, RegisterImport

__all__ = [
    "Assessment",
    "ErasedEmailDigest",
    "FailedRow",
    "ListedEmail",
    "ListedInboxLink",
    "Listing",
    "ManualCheck",
    "Outcome",
    "ProviderCode",
    "Question",
    "Reason",
    "RefusalReason",
    "RegisterImport",
]
