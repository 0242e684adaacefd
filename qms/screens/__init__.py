"""The base screens inside Wagtail's admin: agencies, units, people, appointments, mails, background
work.

Each list and each object is limited to the user's own scope (`qms.rules`), so that other IDs are
not found."""
