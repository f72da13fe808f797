"""The parcel list and the parcel card."""
