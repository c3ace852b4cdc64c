"""Check a file of `publish evidence` with nothing of the toolkit: `python check_evidence.py FILE`; see evidence.md."""

import base64
import json
import sys
import zipfile
from datetime import datetime, timedelta
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.hashes import SHA256


def need(holds, what):
    return holds or sys.exit(f"✗ {what}")


def read(data):  # JSON in its one form
    plain = json.dumps(found := json.loads(data), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return need(plain.encode() == data, "1: something is not in its one form") and found


def opened(data):  # DSSE: what was said, its digest, the bytes that are signed, the signatures
    kind, payload = (outer := read(data))["payloadType"].encode(), base64.b64decode(outer["payload"])
    message = b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)
    return read(payload), sha256(payload).hexdigest(), message, outer["signatures"]


def signs(line, one, message):  # the kind of key, if it is this one's; an error if it is, and does not hold
    kind, first, *rest = line.split(" ")
    key = base64.urlsafe_b64decode(rest[1] + "==") if kind == "passkey" else base64.b64decode(first)
    if one["keyid"] != "SHA256:" + base64.b64encode(sha256(key).digest()).decode().rstrip("="):
        return False
    if kind == "passkey":  # Web Authentication Level 3, section 7.2
        proof, client = (base64.b64decode(one["webauthn"][part]) for part in ("authenticatorData", "clientDataJSON"))
        asked = ("webauthn.get", base64.urlsafe_b64encode(sha256(message).digest()).decode().rstrip("="), first)
        said, message = json.loads(client), proof + sha256(client).digest()
        need((said["type"], said["challenge"], said["origin"]) == asked, "5: a passkey signed something else")
        is_here = proof[:32] == sha256(first.split("//")[1].split(":")[0].encode()).digest() and proof[32] & 5 == 5
        need(is_here and not said.get("crossOrigin"), "5: nobody was there whom the passkey knew")
    if kind == "passkey" and key[4] == 0x26:  # ES256 in CBOR (RFC 9053, section 7); else Ed25519, which ends both forms
        point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), b"\4" + key[10:42] + key[45:])
        return point.verify(base64.b64decode(one["sig"]), message, ec.ECDSA(SHA256())) or kind
    return ed25519.Ed25519PublicKey.from_public_bytes(key[-32:]).verify(base64.b64decode(one["sig"]), message) or kind


def stands(line, index, path, head):  # RFC 9162, section 2.1.3.2
    found, last, is_in = sha256(b"\0" + line.encode()).digest(), head["size"] - 1, index < head["size"]
    for beside in map(bytes.fromhex, path):
        found = sha256(b"\1" + (beside + found if index & 1 or index == last else found + beside)).digest()
        shift = (index & -index).bit_length() if index and (index & 1 or index == last) else 1
        index, last = index >> shift, last >> shift
    need(is_in and index == last == 0 and found.hex() == head["root"], "3: a line does not stand in the ledger")


def able(who, role, day):
    return role in who["roles"] and (who["valid_from"] or "0") <= day <= (who["valid_to"] or "9")


archive = zipfile.ZipFile(sys.argv[1])
files = {name: archive.read(name) for name in archive.namelist()}
digests = {name: sha256(data).hexdigest() for name, data in files.items()}
index, rules, ledger = (read(files[f"{name}.json"]) for name in ("evidence", "rules", "ledger"))
manifest, revision = json.loads(files["revision/manifest.json"]), digests["revision/manifest.json"]
house, slug = manifest["house"], manifest["slug"]
need({one["name"]: one["sha256"] for one in index["members"]}.items() <= digests.items(), "1: a member is another")
for at, entries in (("revision/parts/", manifest["parts"]), ("files/", manifest["files"])):
    need(all(digests[at + one["name"]] == one["sha256"] for one in entries), "2: a file is another")

lines, before, previous, signed = [], None, "", {}
for one in sorted(ledger["lines"], key=lambda one: one["place"]):
    stands(one["line"], one["place"], one["path"], ledger)
    lines.append({**read(one["line"][:-1].encode()), **one, "digest": sha256(one["line"].encode()).hexdigest()})

for number, line in enumerate((one for one in lines if one["event"] == "people"), 1):
    roster, digest, message, signatures = opened(files[name := f"people/{number:04}.dsse.json"])
    is_next = (roster["version"], roster["previous"], digests[name]) == (number, previous, line["data"]["roster"])
    for version in (before or roster, roster):
        admins = {who["name"] for who in version["people"].values() if able(who, "admin", line["time"][:10])
                  for one in signatures if one["keyid"] not in {gone["key"] for gone in who["revoked"]}
                  and any(signs(key, one, message) for key in who["keys"])}  # fmt: skip
        need(is_next and len(admins) >= version["threshold"], f"4: version {number} of the people is not signed")
    print(f"version {number} of the people: signed by", *sorted(admins), *(one["keyid"] for one in signatures))
    people, before, previous = roster["people"], roster, digest
ends = {one["digest"]: one["place"] for one in lines if one["seq"] == one["place"]}  # else branches were merged there
until = {gone["key"]: ends.get(gone["after"], -1) for who in people.values() for gone in who["revoked"]}

for name in sorted(name for name in files if name.startswith("approvals/")):
    said, _, message, (one,) = opened(files[name])
    need((said["house"], said["slug"], before["house"]) == (house, slug, house), "5: it is about something else")
    owners = [(id_, kind) for id_, who in people.items() for key in who["keys"] if (kind := signs(key, one, message))]
    need(owners == [(said["person"], said.get("tier", "ssh-ed25519"))], "5: it is signed with no key of theirs alone")
    signed[digests[name]] = {**said, "until": until.get(one["keyid"], ledger["size"])}
    print(said["time"], said["name"], f"({one['keyid']}): {said['meaning']} Revision {said['revision']}")
for digest, one in ((seen["envelope"], one) for seen in ledger["seen"] for one in seen["lines"]):
    stands(ledger["lines"][one["line"]]["line"], one["place"], one["path"], signed[digest]["head"])

submitted, given, against = [one["data"]["revision"] for one in lines if one["event"] == "submit"], {}, set()
makers = {one["by"] for one in lines if one["event"] == "submit" and one["data"]["revision"] == revision}
makers = {people[id_]["name"] if id_ in people else rules["names"].get(id_) for id_ in makers | {*manifest["people"]}}
for line in lines:
    event, by, about = line["event"], line["by"], line["data"].get("revision")
    said = signed.get(line["data"].get("envelope"), {"until": -1})
    says = line["place"] <= said["until"] and (said["decision"], said["person"], said["revision"]) == (event, by, about)
    if event == "takedown" or (event == "reject" and revision in submitted[submitted.index(about) :]):
        given.pop(by, None), against.add("who took it down" if event == "takedown" else by)
    elif event == "withdraw" and says:
        against.discard(by)
    elif event == "restore" and says and any(able(people[by], role, line["time"][:10]) for role in rules["required"]):
        given.clear(), against.discard("who took it down")
    elif event == "approve" and says and about == revision in submitted and people[by]["name"] not in makers:
        given |= {by: datetime.fromisoformat(said["time"])} if rules["tier"] in ("passphrase", said.get("tier")) else {}
lost = {one for one in signed if signed[one]["decision"] == "takedown"} - {one["data"].get("envelope") for one in lines}
since = datetime.fromisoformat(index["moment"]) - timedelta(9**5 if rules["days"] is None else rules["days"])
for role, count in rules["required"].items():
    names = {people[by]["name"] for by, time in given.items() if since < time and able(people[by], role, f"{time:%F}")}
    need(len(names) >= count, f"7: {len(names)} of {count} approved for {role}")
need(max(rules["required"].values()) > 0 and not against | lost, f"7: {against | lost} refused it, or nobody was asked")
print(f"✓ {revision} is what {' and '.join(given)} approved: {slug} of {house}, as of {index['moment']}")
