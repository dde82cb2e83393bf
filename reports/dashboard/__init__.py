"""The analyst's page: what happened, what will happen and what needs attention, from published figures alone."""
