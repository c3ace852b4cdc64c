"""Manifests, approvals, people, the ledger, and the gate: the only maker of Approved."""
