"""Units, identifiers, dates, exact rounding, defects and errors that every layer shares."""
