"""The ground's screens inside Wagtail's admin: agencies, units, people, appointments, mails, background work.

Each list and each object is taken from the user's own scope (`qms.rules`), so that a foreign id is not found."""
