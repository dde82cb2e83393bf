"""The audit events of this room, with the keys that their details may carry."""

from badgeportal.audit.kinds import declare

CHECK_DECIDED = declare("check_decided", "decision", "refusal_reason", "order")
SECOND_PERSON_ASKED = declare("check_second_person_asked", "order")
PROVIDER_ASKED = declare("provider_asked", "order")
PROVIDER_ANSWERED = declare("provider_answered", "order")
INBOX_LINK_ASKED_FOR = declare("listed_inbox_link_asked_for", "order", "sent")
INBOX_LINK_USED = declare("listed_inbox_link_used", "order", "result")
ODS_CODE_CORRECTED = declare("ods_code_corrected")
