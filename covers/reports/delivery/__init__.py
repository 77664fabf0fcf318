"""How a report is sent: to Slack, by mail, each at most once."""
