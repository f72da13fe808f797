"""Pages of the loops: boards, cards, raising, the firm's page, figures, reminders, lists."""
