"""The audit record: what is changed, missing, reordered or cut off is found, and named."""

import asyncio
from itertools import pairwise
from typing import Any

import pytest

from ecocash_copilot.actions.audit import (
    MAX_FAULTS,
    append_audit,
    entry_hash,
    list_audit,
    transact_audited,
    verify_audit,
)
from ecocash_copilot.core.metrics import REGISTRY
from ecocash_copilot.store.audit import GENESIS, AuditHead, find_audit_head, parse_entry
from ecocash_copilot.store.client import Store, Tx
from schemas.consent import AuditEntry


async def add(store: Store, subject: str = "cs_1", **data: Any) -> AuditEntry:
    async def work(tx: Tx) -> AuditEntry:
        return await append_audit(store, tx, "consent.asked", "customer:c-1", subject, data)

    return await transact_audited(store, work)


async def faults(store: Store) -> dict[int, str]:
    verdict = await verify_audit(store)
    assert verdict.intact == (verdict.fault_count == 0)
    return {each.seq: each.problem for each in verdict.faults}


@pytest.fixture
async def record(store: Store) -> Store:
    """Ten entries."""
    for number in range(10):
        await add(store, number=number, words="Zvakaipa – it's gone", nested={"a": [None, True]})
    return store


async def test_an_empty_record_is_intact(store: Store):
    verdict = await verify_audit(store)
    assert verdict.intact
    assert (verdict.checked, verdict.head) == (0, AuditHead())


async def test_entries_are_chained(record: Store):
    verdict = await verify_audit(record)
    assert verdict.intact
    assert verdict.checked == 10
    entries = await list_audit(record, "cs_1")
    assert [each.seq for each in entries] == list(range(1, 11))
    assert entries[0].previous == GENESIS
    for before, after in pairwise(entries):
        assert after.previous == before.hash
    assert verdict.head == AuditHead(10, entries[-1].hash)


async def test_entries_added_at_once_get_one_number_each(store: Store):
    added = await asyncio.gather(*(add(store, number=number) for number in range(40)))
    assert sorted(each.seq for each in added) == list(range(1, 41))
    assert (await verify_audit(store)).checked == 40
    assert await faults(store) == {}


async def test_other_processes_may_add_at_the_same_time(
    store: Store, monkeypatch: pytest.MonkeyPatch
):
    """Without the turns that a process keeps to itself."""
    monkeypatch.setattr("ecocash_copilot.actions.audit._PATIENCE", 0)
    await asyncio.gather(*(add(store) for _ in range(8)))
    assert (await verify_audit(store)).checked == 8
    assert await faults(store) == {}


async def test_what_is_recorded_is_counted_once_it_is_kept(store: Store):
    def counted() -> float:
        return REGISTRY.get_sample_value("copilot_audit_entries_total", kind) or 0.0

    kind = {"kind": "consent.asked"}
    before = counted()
    await asyncio.gather(*(add(store) for _ in range(5)))
    assert counted() == before + 5


async def test_an_aborted_transaction_leaves_no_entry(record: Store):
    async def work(tx: Tx) -> None:
        await append_audit(record, tx, "consent.asked", "system", "cs_2", {})
        raise RuntimeError("killed")

    with pytest.raises(RuntimeError):
        await transact_audited(record, work)
    assert await list_audit(record, "cs_2") == []
    assert (await find_audit_head(record)).count == 10
    await add(record)
    assert await faults(record) == {}


@pytest.mark.parametrize(
    "change",
    [
        {"data.number": 99},
        {"actor": "customer:c-2"},
        {"kind": "consent.declined"},
        {"previous": "f" * 64},
        {"data.extra": 1},
    ],
)
async def test_a_changed_entry_is_named(record: Store, change: dict[str, Any]):
    await record.kept("audit").update_one({"_id": 4}, {"$set": change})
    assert await faults(record) == {4: "changed: its content does not have its hash"}


async def test_an_entry_in_another_form_is_named(record: Store):
    await record.kept("audit").update_one({"_id": 4}, {"$set": {"at": "yesterday"}})
    assert list(await faults(record)) == [4]
    await record.kept("audit").update_one({"_id": 4}, {"$unset": {"at": ""}})
    assert list(await faults(record)) == [4]
    await record.kept("audit").update_one({"_id": 4}, {"$set": {"more": 1}})
    assert list(await faults(record)) == [4]


async def test_an_entry_replaced_with_its_hash_breaks_the_chain(record: Store):
    document = await record.kept("audit").find_one({"_id": 4})
    assert document is not None
    forged = parse_entry(document).model_copy(update={"actor": "customer:c-2"})
    forged = forged.model_copy(update={"hash": entry_hash(forged)})
    await record.kept("audit").replace_one({"_id": 4}, forged.model_dump())
    assert await faults(record) == {5: "does not follow entry 4: one of them was replaced"}


@pytest.mark.parametrize("missing", [1, 5, 9])
async def test_a_missing_entry_is_named(record: Store, missing: int):
    await record.kept("audit").delete_one({"_id": missing})
    assert await faults(record) == {missing: "missing"}


async def test_entries_cut_off_at_the_end_are_missed(record: Store):
    await record.kept("audit").delete_many({"_id": {"$gt": 7}})
    assert await faults(record) == dict.fromkeys((8, 9, 10), "missing")
    await record.kept("audit").delete_many({})
    assert list(await faults(record)) == list(range(1, 11))


async def test_a_head_put_back_to_hide_the_end_is_noticed(record: Store):
    document = await record.kept("audit").find_one({"_id": 7})
    assert document is not None
    head = {"count": 7, "hash": document["hash"]}
    await record.kept("audit_head").update_one({"_id": "head"}, {"$set": head})
    assert list(await faults(record)) == [8]
    await record.kept("audit_head").delete_one({"_id": "head"})
    assert list(await faults(record)) == [1]


async def test_a_head_that_names_another_end_is_noticed(record: Store):
    await record.kept("audit_head").update_one({"_id": "head"}, {"$set": {"hash": "a" * 64}})
    assert list(await faults(record)) == [10]


async def test_entries_in_another_order_are_named(record: Store):
    third = await record.kept("audit").find_one({"_id": 3})
    sixth = await record.kept("audit").find_one({"_id": 6})
    assert third is not None
    assert sixth is not None
    await record.kept("audit").replace_one({"_id": 3}, {**sixth, "_id": 3})
    await record.kept("audit").replace_one({"_id": 6}, {**third, "_id": 6})
    found = await faults(record)
    assert found == {
        3: "out of order: this is entry 6",
        6: "out of order: this is entry 3",
    }


async def test_a_record_computed_anew_does_not_pass_through_what_was_noted(record: Store):
    known = await find_audit_head(record)
    assert (await verify_audit(record, known)).intact
    await record.kept("audit").delete_many({})
    await record.kept("audit_head").delete_many({})
    for number in range(12):
        await add(record, number=number)
    assert (await verify_audit(record)).intact
    verdict = await verify_audit(record, known)
    assert [each.seq for each in verdict.faults] == [10]


async def test_many_faults_are_counted_and_the_first_told(store: Store):
    for _ in range(MAX_FAULTS + 5):
        await add(store)
    await store.kept("audit").update_many({}, {"$set": {"kind": "consent.executed"}})
    verdict = await verify_audit(store)
    assert verdict.fault_count == MAX_FAULTS + 5
    assert len(verdict.faults) == MAX_FAULTS
