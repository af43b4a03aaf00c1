"""A store as schema version 1 made it: its own DDL, and rows as that version wrote them."""

from __future__ import annotations

from pathlib import Path

from app.store.cipher import make_engine, open_raw

DDL = """
CREATE TABLE answer (visit_id VARCHAR NOT NULL, instrument VARCHAR NOT NULL, link_id VARCHAR NOT
    NULL, value INTEGER, absent VARCHAR, name VARCHAR, at VARCHAR NOT NULL, PRIMARY KEY (visit_id,
    instrument, link_id));
CREATE TABLE auditevent (seq INTEGER NOT NULL, at VARCHAR NOT NULL, actor VARCHAR NOT NULL, action
    VARCHAR NOT NULL, subject VARCHAR, previous VARCHAR NOT NULL, digest VARCHAR NOT NULL, PRIMARY KEY
    (seq));
CREATE TABLE base (type VARCHAR NOT NULL, id VARCHAR NOT NULL, version_id VARCHAR NOT NULL,
    last_updated VARCHAR NOT NULL, patient_id VARCHAR, deleted BOOLEAN NOT NULL, body VARCHAR NOT NULL,
    PRIMARY KEY (type, id));
CREATE INDEX ix_base_patient_id ON base (patient_id);
CREATE TABLE change (seq INTEGER NOT NULL, group_id VARCHAR NOT NULL, type VARCHAR NOT NULL, id
    VARCHAR NOT NULL, patient_id VARCHAR NOT NULL, priority INTEGER NOT NULL, base_version VARCHAR,
    payload VARCHAR NOT NULL, refs VARCHAR NOT NULL, state VARCHAR NOT NULL, reason VARCHAR, created_at
    VARCHAR NOT NULL, PRIMARY KEY (seq));
CREATE INDEX ix_change_group_id ON change (group_id);
CREATE INDEX ix_change_record ON change (type, id);
CREATE INDEX ix_change_state ON change (state);
CREATE TABLE cursor (scope VARCHAR NOT NULL, type VARCHAR NOT NULL, since VARCHAR, done BOOLEAN NOT
    NULL, PRIMARY KEY (scope, type));
CREATE TABLE meta ("key" VARCHAR NOT NULL, value VARCHAR NOT NULL, PRIMARY KEY ("key"));
CREATE TABLE openconflict (id INTEGER NOT NULL, type VARCHAR NOT NULL, record_id VARCHAR NOT NULL,
    seq INTEGER NOT NULL, theirs VARCHAR NOT NULL, opened_at VARCHAR NOT NULL, resolved_at VARCHAR,
    PRIMARY KEY (id));
CREATE TABLE patient (id VARCHAR NOT NULL, display_name VARCHAR NOT NULL, sort_name VARCHAR NOT
    NULL, search_name VARCHAR NOT NULL, birth_on VARCHAR, gender VARCHAR, language VARCHAR, city
    VARCHAR, deceased BOOLEAN NOT NULL, active_member BOOLEAN NOT NULL, PRIMARY KEY (id));
CREATE INDEX ix_patient_search_name ON patient (search_name);
CREATE INDEX ix_patient_sort_name ON patient (sort_name);
CREATE TABLE patientword (word VARCHAR NOT NULL, patient_id VARCHAR NOT NULL, PRIMARY KEY (word,
    patient_id));
CREATE INDEX ix_patientword_patient_id ON patientword (patient_id);
CREATE TABLE receipt (write_id VARCHAR NOT NULL, type VARCHAR NOT NULL, id VARCHAR NOT NULL,
    version_id VARCHAR NOT NULL, last_updated VARCHAR NOT NULL, received_at VARCHAR NOT NULL, PRIMARY
    KEY (write_id, type, id));
CREATE TABLE session (id INTEGER NOT NULL, plan_url VARCHAR NOT NULL, token_endpoint VARCHAR NOT
    NULL, revocation_endpoint VARCHAR, client_id VARCHAR NOT NULL, user_reference VARCHAR NOT NULL,
    user_name VARCHAR NOT NULL, role VARCHAR NOT NULL, access_token VARCHAR, refresh_token VARCHAR,
    expires_at VARCHAR, ended BOOLEAN NOT NULL, PRIMARY KEY (id));
CREATE TABLE syncpass (id INTEGER NOT NULL, began_at VARCHAR NOT NULL, ended_at VARCHAR, outcome
    VARCHAR NOT NULL, pushed INTEGER NOT NULL, pulled INTEGER NOT NULL, detail VARCHAR NOT NULL,
    server_at VARCHAR, PRIMARY KEY (id));
CREATE TABLE unfinishedtext (visit_id VARCHAR NOT NULL, "key" VARCHAR NOT NULL, text VARCHAR NOT
    NULL, PRIMARY KEY (visit_id, "key"));
CREATE TABLE visit (id VARCHAR NOT NULL, patient_id VARCHAR NOT NULL, status VARCHAR NOT NULL,
    origin VARCHAR NOT NULL, nurse_reference VARCHAR NOT NULL, nurse_name VARCHAR NOT NULL, modality
    VARCHAR NOT NULL, setting VARCHAR NOT NULL, began_at VARCHAR NOT NULL, left_at VARCHAR, signed_at
    VARCHAR, began_offset INTEGER NOT NULL, left_offset INTEGER, signed_offset INTEGER, answered_by
    VARCHAR, note VARCHAR NOT NULL, clock_offset_ms INTEGER, highest_score INTEGER, content_version
    VARCHAR NOT NULL, arriving BOOLEAN NOT NULL, PRIMARY KEY (id));
CREATE INDEX ix_visit_began_at ON visit (began_at);
CREATE INDEX ix_visit_patient_id ON visit (patient_id);
CREATE INDEX ix_visit_status ON visit (status);
CREATE TABLE write (id VARCHAR NOT NULL, group_id VARCHAR NOT NULL, patient_id VARCHAR NOT NULL,
    body VARCHAR NOT NULL, state VARCHAR NOT NULL, attempts INTEGER NOT NULL, server_errors INTEGER NOT
    NULL, reason VARCHAR, created_at VARCHAR NOT NULL, attempted_at VARCHAR, settled_at VARCHAR, PRIMARY
    KEY (id));
CREATE INDEX ix_write_group_id ON write (group_id);
CREATE INDEX ix_write_state ON write (state);
CREATE TABLE writechange (write_id VARCHAR NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (write_id,
    seq));
CREATE INDEX ix_writechange_seq ON writechange (seq);
"""
"""As `CREATE` statements read in the last app of that version."""

AT = "2026-03-02T12:00:00.000000Z"
PAYLOAD = '{"resourceType": "Encounter",  "id": "signed", "length": {"value": 1.10}}'
BODY = '{"exact":  1.10}'
_VISIT = (
    "INSERT INTO visit (id, patient_id, status, origin, nurse_reference, nurse_name, modality, setting, began_at,"
    " left_at, signed_at, began_offset, left_offset, signed_offset, answered_by, note, clock_offset_ms,"
    " highest_score, content_version, arriving) VALUES (?, 'patient-1', ?, 'own', 'Practitioner/ana',"
    " 'Ana Ruiz, RN', 'in-person', 'home', ?, ?, ?, -420, ?, ?, 'patient', ?, ?, ?, '1', 0)"
)
_ANSWER = "INSERT INTO answer VALUES (?, 'esas-r', ?, ?, ?, ?, ?)"
ROWS: tuple[tuple[str, tuple[object, ...]], ...] = (
    (_VISIT, ("draft", "draft", AT, None, None, None, None, "Half a note", None, None)),
    (_VISIT, ("signed", "signed", AT, AT, AT, -420, -420, "Sleeping better.", 1500, 7)),
    (_ANSWER, ("draft", "esas-pain", 8, None, None, AT)),
    (_ANSWER, ("draft", "esas-anx", None, "declined", None, AT)),
    (_ANSWER, ("draft", "esas-other", 0, None, "Señora's itch", AT)),
    (_ANSWER, ("signed", "esas-pain", 7, None, None, AT)),
    (_ANSWER, ("signed", "esas-wb", None, "could-not-answer", None, AT)),
    ("INSERT INTO unfinishedtext VALUES ('draft', 'esas-other', 'itching at night')", ()),
    (
        "INSERT INTO change VALUES (1, 'signed', 'Encounter', 'signed', 'patient-1', 10, NULL, ?,"
        " 'Patient/patient-1', 'new', NULL, ?)",
        (PAYLOAD, AT),
    ),
    (
        "INSERT INTO write VALUES ('w', 'signed', 'patient-1', ?, 'cut', 0, 0, NULL, ?, NULL, NULL)",
        (BODY, AT),
    ),
    ("INSERT INTO writechange VALUES ('w', 1)", ()),
    ("INSERT INTO patient VALUES ('patient-1', 'Rosa', 'Rosa', 'rosa', NULL, NULL, NULL, NULL, 0, 1)", ()),
)


def make_version_one(path: Path, key: bytes, store_id: str) -> None:
    """An encrypted file at schema version 1 with a draft, a signed visit that is not sent, and unfinished words."""
    path.touch(mode=0o600)
    open_raw(path, key, create=True).close()
    engine = make_engine(path, key, read_only=False)
    with engine.begin() as connection:
        for statement in filter(None, (one.strip() for one in DDL.split(";"))):
            connection.exec_driver_sql(statement)
        for name, value in (("schema-version", "1"), ("store-id", store_id)):
            connection.exec_driver_sql("INSERT INTO meta VALUES (?, ?)", (name, value))
        for statement, values in ROWS:
            connection.exec_driver_sql(statement, values)
    engine.dispose()
