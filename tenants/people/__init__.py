"""Users, staff groups by duty, invitations, the access log."""
