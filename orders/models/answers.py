"""What a provider tells us about one order: the same fields on the draft and on the order that it becomes."""

from __future__ import annotations

from django.db import models


class OrganisationType(models.TextChoices):
    HOME_CARE = "home_care", "Home care that is not CQC registered"
    SUPPORTED_LIVING = "supported_living", "Supported living or extra care housing"
    DAY_SERVICE = "day_service", "Day centre or community service"
    LOCAL_AUTHORITY = "local_authority", "Council or NHS body"
    AGENCY = "agency", "Care staff agency"
    INDIVIDUAL_EMPLOYER = "individual_employer", "Someone who employs their own personal assistants"
    PERSONAL_ASSISTANT = "personal_assistant", "Personal assistant or self-employed care worker"
    CHARITY = "charity", "Charity or voluntary organisation that employs care staff"
    OTHER = "other", "Something else in adult social care"


class Answers(models.Model):
    """Answers of the journey. `location_id` and `provider_id` are CQC's own public numbers, not keys into our register."""

    ods_code = models.CharField("ODS code", max_length=10, blank=True)
    location_id = models.CharField("CQC location ID", max_length=14, blank=True)
    provider_id = models.CharField("CQC provider ID", max_length=14, blank=True)
    listing_denied = models.BooleanField(
        "said the organisation found is not theirs", default=False, help_text="A person looks, whatever else fits."
    )
    changed_cqc_answer = models.BooleanField(
        "said CQC registered first, then not", default=False, help_text="Changing the answer does not avoid the check."
    )
    organisation_name = models.CharField("organisation name", max_length=100, blank=True)
    organisation_type = models.CharField(max_length=30, choices=OrganisationType.choices, blank=True)
    phone = models.CharField("phone number", max_length=20, blank=True)
    recipient_name = models.CharField("who receives the badges", max_length=80, blank=True)
    address_line_1 = models.CharField("address line 1", max_length=80, blank=True)
    address_line_2 = models.CharField("address line 2", max_length=80, blank=True)
    town = models.CharField("town or city", max_length=40, blank=True)
    county = models.CharField("county", max_length=40, blank=True)
    postcode = models.CharField(max_length=8, blank=True)

    class Meta:
        abstract = True

    @property
    def address_lines(self) -> list[str]:
        """The delivery address as typed, without empty lines."""
        lines = (self.address_line_1, self.address_line_2, self.town, self.county, self.postcode)
        return [line for line in lines if line]


ANSWER_FIELDS = (*(field.name for field in Answers._meta.local_fields), "cqc_registered", "quantity")
