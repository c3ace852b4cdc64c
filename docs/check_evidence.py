"""Check a file of `publish evidence` with nothing of the toolkit: `python check_evidence.py FILE`; see evidence.md."""

import base64
import io
import json
import sys
import zipfile
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256


def need(holds, what):
    return holds or sys.exit(f"✗ {what}")


def read(data):
    plain = json.dumps(found := json.loads(data), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return need(plain.encode() == data, "1: something is not in its one form") and found


def verify(line, one, message):  # an error, or False for another key
    kind, first, *rest = line.split(" ")
    key = base64.urlsafe_b64decode(rest[1] + "==") if kind == "passkey" else base64.b64decode(first)
    if one["keyid"] != "SHA256:" + base64.b64encode(sha256(key).digest()).decode().rstrip("="):
        return False
    sig, over, key = base64.b64decode(one["sig"]), message, key if kind == "passkey" else bytes(10) + key[-32:]
    if kind == "passkey":  # Web Authentication Level 3, section 7.2
        proof, client = (base64.b64decode(one["webauthn"][part]) for part in ("authenticatorData", "clientDataJSON"))
        said, over = json.loads(client), proof + sha256(client).digest()
        asked = ("webauthn.get", base64.urlsafe_b64encode(sha256(message).digest()).decode().rstrip("="), first)
        need((said["type"], said["challenge"], said["origin"]) == asked, "4: a passkey signed something else")
        is_here = proof[:32] == sha256(first.split("//")[1].split(":")[0].encode()).digest() and proof[32] & 5 == 5
        need(is_here and not said.get("crossOrigin"), "4: nobody was there whom the passkey knew")
    if key[4] == 0x26:  # ES256, RS256 or EdDSA in CBOR (RFC 9053, section 7; RFC 8230, section 4)
        point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), b"\4" + key[10:42] + key[45:])
        return point.verify(sig, over, ec.ECDSA(SHA256())) is None
    if key[4] == 0x39:
        number = rsa.RSAPublicNumbers(65537, int.from_bytes(key[11:267], "big"))
        return number.public_key().verify(sig, over, padding.PKCS1v15(), SHA256()) is None
    return ed25519.Ed25519PublicKey.from_public_bytes(key[10:]).verify(sig, over) is None


def stands(line, index, path, head):  # RFC 9162, section 2.1.3.2
    found, last, is_in = sha256(b"\0" + line.encode()).digest(), head["size"] - 1, index < head["size"]
    for beside in map(bytes.fromhex, path):
        is_right = index & 1 or index == last
        found = sha256(b"\1" + (beside + found if is_right else found + beside)).digest()
        shift = (index & -index).bit_length() if is_right and index else 1
        index, last = index >> shift, last >> shift
    need(is_in and index == last == 0 and found.hex() == head["root"], "5: a line does not stand in the ledger")


again = io.BytesIO()
with open(sys.argv[1], "rb") as stream, zipfile.ZipFile(stream) as held, zipfile.ZipFile(again, "w") as archive:
    data = stream.seek(0) or stream.read()
    files = {one.filename: held.read(one) for one in held.infolist() if one.compress_type == zipfile.ZIP_STORED}
    for info in map(zipfile.ZipInfo, files):
        info.create_system, info.external_attr = 3, 0o100644 << 16
        archive.writestr(info, files[info.filename])
need(again.getvalue() == data, "1: the archive is not in its one form")
digests = {name: {"sha256": sha256(found).hexdigest(), "size": len(found)} for name, found in files.items()}
index, people, ledger = (read(files[f"{name}.json"]) for name in ("evidence", "people", "ledger"))
manifest, revision = json.loads(files["revision/manifest.json"]), digests["revision/manifest.json"]["sha256"]
about = {"revision": revision, **{key: manifest[key] for key in ("house", "kind", "slug")}}
members = [{"name": name, **found} for name, found in digests.items() if name != "evidence.json"]
need(index == {"schema": "corporate-voices/evidence/1", **about, "members": members}, "1: the index is another")
named = {f"{at}/{one['name']}": one for at in ("revision/parts", "files") for one in manifest[at.split("/")[-1]]}
need(all(digests[name].items() <= one.items() for name, one in named.items()), "2: a file is another")
signed, by, lines = {}, people["people"], [json.loads(one["line"]) for one in ledger["lines"]]
rest = {"README.txt", "revision/manifest.json", "evidence.json", "people.json", "ledger.json", *named}
for name in sorted(files.keys() - rest):
    (one,), kind = (outer := read(files[name]))["signatures"], outer["payloadType"].encode()
    said = read(payload := base64.b64decode(outer["payload"]))
    person, message = by[said["person"]], b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)
    need((said["house"], said["slug"]) == (about["house"], about["slug"]), "4: it is about something else")
    need(any(verify(line, one, message) for line in person["keys"]), "4: it is signed with no key of theirs")
    need(person.get("valid_from", "") <= said["time"][:10] <= person.get("valid_to", "9"), "4: not on that day")
    signed[digests[name]["sha256"]] = said
    print(said["time"], said["name"], f"({one['keyid']}): {said['meaning']} Revision {said['revision']}")
for one in ledger["lines"]:
    stands(one["line"], one["place"], one["path"], ledger)
for digest, one in ((seen["envelope"], one) for seen in ledger["seen"] for one in seen["lines"]):
    stands(ledger["lines"][one["line"]]["line"], one["place"], one["path"], signed[digest]["head"])
submitted, given, against = [one["data"]["revision"] for one in lines if one["event"] == "submit"], set(), set()
makers = {one["by"] for one in lines if one["event"] == "submit" and one["data"]["revision"] == revision}
for one in lines:
    said = signed.get(one["data"].get("envelope"), {})
    is_signed = (said.get("decision"), said.get("person")) == (one["event"], one["by"])
    if one["event"] == "reject" and revision in submitted[submitted.index(one["data"]["revision"]) :]:
        against, given = against | {one["by"]}, given - {one["by"]}
    elif one["event"] == "withdraw" and is_signed:
        against -= {one["by"]}
    elif one["event"] == "approve" and is_signed and said["revision"] == revision == one["data"]["revision"]:
        given |= {one["by"]} - makers - {*manifest["people"]}
enough = (sum(role in by[id_]["roles"] for id_ in given) >= count for role, count in people["required"].items())
need(any(people["required"].values()) and all(enough) and not against, f"7: {given} approved, {against} rejected")
print(f"✓ {revision} is what {given} approved, byte for byte: {about['kind']} {about['slug']} of {about['house']}")
