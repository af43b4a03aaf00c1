"""What the settings for Flet's build must come to, judged on what Flet itself made of them."""

from __future__ import annotations

from typing import Any

REASONS = {
    "camera": "NSCameraUsageDescription",
    "photo library": "NSPhotoLibraryUsageDescription",
    "face": "NSFaceIDUsageDescription",
    "local network": "NSLocalNetworkUsageDescription",
}
"""What iOS asks the user about, with the key of our sentence (Apple, Information Property List)."""
ALLOWED = {
    "android.permission.INTERNET",
    "android.permission.ACCESS_NETWORK_STATE",
    "android.permission.CAMERA",
    "android.permission.USE_BIOMETRIC",
}
"""All that the app asks of Android; a permission that turns up beside these has to be argued for."""
PACKED = {"app", "assets", "main.py"}


def find_faults(answer: dict[str, Any]) -> list[str]:
    """Sentences, none when all is well. `answer` is what `asked_flet` wrote."""
    faults: list[str] = []
    android, ios = answer["apk"], answer["ipa"]
    for what, key in REASONS.items():
        sentence = str(ios["options"]["info_plist"].get(key, ""))
        if len(sentence) < 20 or sentence.startswith("This app"):
            faults.append(f"iOS asks about the {what} without a sentence of ours")
    asked = {name for name, wanted in android["options"]["android_permissions"].items() if wanted}
    faults += [
        f"Android is asked for {name}, which nothing of ours needs" for name in sorted(asked - ALLOWED)
    ]
    faults += [f"Android is not asked for {name}" for name in sorted(ALLOWED - asked)]
    application = android["manifest_application"] or {}
    for key in ("allowBackup", "fullBackupContent", "usesCleartextTraffic"):
        if application.get(key) != "false":
            faults.append(f"Android's {key} is not false")
    for key in ("UIFileSharingEnabled", "LSSupportsOpeningDocumentsInPlace"):
        if ios["options"]["info_plist"].get(key) is not False:
            faults.append(f"iOS's {key} is not off: files of the app could be taken out")
    for name, one in answer.items():
        if name == "packed":
            continue
        faults += [f"{name}: {warning}" for warning in one["drawn"]["warnings"]]
        if one["bundle_id"] != android["bundle_id"] or not one["bundle_id"]:
            faults.append(f"{name} has another bundle id")
    for name in ("apk", "ipa"):
        if answer[name]["options"]["deep_linking"] != {"scheme": "hearthside", "host": "callback"}:
            faults.append(f"{name}: the way back from the sign-in is not hearthside://callback")
        if "#FFFFFF" in {str(answer[name]["splash"][key]).upper() for key in ("color", "dark_color")}:
            faults.append(f"{name}: the splash is white")
    packed = set(answer["packed"])
    faults += [f"{name} is packed and has no business on a device" for name in sorted(packed - PACKED)]
    faults += [f"{name} is not packed" for name in sorted(PACKED - packed)]
    return faults
