"""What the audit record may say about accounts. Details are words of ours or names of fields, never what was typed."""

from badgeportal.audit.kinds import declare

ADDRESS_CONFIRMED = declare("address_confirmed")
DETAILS_CHANGED = declare("details_changed", "fields")
ORDERING_CHANGED = declare("ordering_changed", "open", "closes_at")
STAFF_CREATED = declare("staff_created", "role")
ROLE_CHANGED = declare("role_changed", "before", "after")
SIGN_IN_DISABLED = declare("sign_in_disabled", "sessions_ended")
SIGN_IN_RESTORED = declare("sign_in_restored")
PEOPLE_ERASED = declare("people_erased", "receipt")
ERASURE_ASKED_FOR = declare("erasure_asked_for")
DATA_REQUEST_CHANGED = declare("data_request_changed", "change", "reason")
COMPLAINT_CHANGED = declare("complaint_changed", "change", "reason")
BREACH_CHANGED = declare("breach_changed", "change", "reason")
CLOSING_CHANGED = declare("closing_changed", "change", "reason")
RESTRICTED = declare("restricted")
RESTRICTION_END_TOLD = declare("restriction_end_told")
RESTRICTION_LIFTED = declare("restriction_lifted")
COPY_GIVEN = declare("copy_of_personal_data_given")
