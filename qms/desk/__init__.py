"""A person's desk: what waits for them, what they sent, what they follow, what they were told, how they want mails."""
