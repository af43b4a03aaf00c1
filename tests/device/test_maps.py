"""The way to an address goes through the device's own map or not at all."""

from __future__ import annotations

from app.device.maps import make_maps

ADDRESS = "88 Old Mill Rd, Apt 3 & 4, Glendale, CA"


def test_phones_and_macs_are_asked_by_their_own_schemes_and_the_address_is_escaped_whole() -> None:
    android, apple = make_maps("android").find_url(ADDRESS), make_maps("ios").find_url(ADDRESS)
    said = "88%20Old%20Mill%20Rd%2C%20Apt%203%20%26%204%2C%20Glendale%2C%20CA"
    assert android == f"geo:0,0?q={said}"
    assert apple == f"maps://?daddr={said}"
    assert make_maps("macos").find_url(ADDRESS) == apple


def test_no_web_map_is_ever_told_where_a_patient_lives() -> None:
    for platform in ("windows", "linux", "", "something"):
        assert make_maps(platform).find_url(ADDRESS) is None
    for platform in ("android", "ios", "macos"):
        assert not (make_maps(platform).find_url(ADDRESS) or "").startswith("http")
