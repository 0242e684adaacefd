"""The officer's pages inside Wagtail's admin, by subject."""
