"""Known-bad clients: each is the app with one function replaced by what an app in the field had, or a tired person
could write. Every one is caught by its scenario (`test_mutants`).
"""

from __future__ import annotations

from app.domain import conversation
from app.services.signing_out import SigningOut
from app.store import alerts, outbox, outbox_squash, patients, records, sessions, visit_rows, visits
from app.store.files import StoreFiles
from app.sync import (
    inbound,
    keeper,
    learned,
    pull,
    push,
    receipts,
    rounds,
    tokens,
    tracks,
    transport,
)
from app.sync.deliver import Courier
from app.sync.engine import SyncEngine
from tests.faults.mutants import bad_pulls, bad_pushes
from tests.faults.mutants import scenarios_double as double
from tests.faults.mutants import scenarios_pull as pulls
from tests.faults.mutants import scenarios_push as pushes
from tests.faults.mutants import scenarios_store as stores
from tests.faults.mutants.making import Mutant, instead

MUTANTS = (
    Mutant(
        "everything is settled at the end of a push",
        pushes.a_write_does_not_get_through,
        ((push.Pusher, "push", bad_pushes.settle_everything),),
        "F04",
    ),
    Mutant(
        "a web page is believed",
        pushes.a_web_page_answers_the_write,
        ((transport.FhirClient, "transaction", bad_pushes.believe_pages),),
        "F33",
    ),
    Mutant(
        "2xx of the bundle counts for every entry",
        double.one_entry_of_a_batch_is_refused,
        ((Courier, "_take", instead(bad_pushes.believe_the_whole)),),
        "F23",
    ),
    Mutant(
        "a lost answer is followed by a blind replay",
        double.an_answer_is_lost_where_conditions_are_ignored,
        (bad_pushes.BLIND,),
        "F20",
    ),
    Mutant(
        "writes are not marked attempted",
        double.an_answer_is_lost_where_conditions_are_ignored,
        ((keeper.Keeper, "mark", instead(bad_pushes.unmarked)),),
        "F10",
    ),
    Mutant(
        "creates without If-None-Match, sent again blindly",
        pushes.an_answer_is_lost_and_the_supervisor_corrects,
        (bad_pushes.BLIND, bad_pushes.without_guard("ifNoneMatch")),
        "F20",
    ),
    Mutant(
        "edits without If-Match",
        pushes.two_people_change_one_referral,
        (bad_pushes.without_guard("ifMatch"),),
        "F31",
    ),
    Mutant(
        "own writes are known by their content",
        pushes.an_answer_is_lost_and_the_supervisor_corrects,
        ((receipts, "from_history", bad_pushes.compare_by_content),),
        "F22",
    ),
    Mutant(
        "what travels is new again at each start",
        pushes.the_process_dies_between_sending_and_hearing,
        (
            (SyncEngine, "__init__", bad_pushes.forget_what_travels),
            (SyncEngine, "__init__", bad_pushes.forget_their_changes),
        ),
        "F10",
    ),
    Mutant(
        "a change that may have arrived is squashed",
        pushes.a_change_is_made_on_one_whose_fate_is_open,
        ((outbox_squash, "_read", bad_pushes.squash_anything),),
        "F15",
    ),
    Mutant(
        "timeouts are tried again in full size for ever",
        pushes.a_slow_line_takes_only_small_requests,
        ((learned.Learned, "too_slow", instead(bad_pushes.nothing)),),
        "F27",
    ),
    Mutant(
        "one refused write ends the pass",
        pushes.one_visit_is_refused,
        ((keeper.Keeper, "refuse", bad_pushes.stop_at_a_refusal),),
        "F14",
    ),
    Mutant(
        "signing out deletes unsent work",
        pushes.the_nurse_signs_out_with_unsent_work,
        ((SigningOut, "sign_out", bad_pushes.clear_on_sign_out),),
        "F07",
    ),
    Mutant(
        "a 401 signs out",
        pushes.the_token_expires,
        ((tokens.StoreTokens, "renew", bad_pushes.sign_out_on_401),),
        "F26",
    ),
    Mutant(
        "new tokens are used before they are stored",
        pushes.the_process_dies_after_a_refresh,
        ((sessions, "put_tokens", bad_pushes.use_before_storing),),
        "F19",
    ),
    Mutant(
        "what was deleted is brought back",
        pushes.a_deleted_referral_is_changed,
        ((keeper.Keeper, "contest", bad_pushes.bring_back),),
        "F22",
    ),
    Mutant(
        "the cursor is stored before its page",
        pulls.the_process_dies_within_a_pull,
        ((pull.Puller, "_keep", bad_pulls.cursor_first),),
        "F05",
    ),
    Mutant(
        "an empty panel takes everybody off the device",
        pulls.nothing_is_found_for_a_while,
        (
            (pull.Puller, "pull", bad_pulls.purge_when_empty),
            (pull, "find_left", instead(bad_pulls.believe_the_list)),
        ),
        "F03",
    ),
    Mutant(
        "a list that lacks somebody takes her off the device",
        pulls.two_lists_lack_somebody,
        ((pull, "find_left", instead(bad_pulls.believe_the_list)),),
        "F03",
    ),
    Mutant(
        "older answers replace newer ones",
        pulls.an_old_answer_comes_late,
        ((inbound, "is_news", instead(lambda *_args, **_more: True)),),
        "F22",
    ),
    Mutant(
        "the echo of an older version goes over a newer one",
        pulls.an_alert_is_finished_before_its_echo_comes,
        ((alerts, "save_pulled", bad_pulls.take_any_alert),),
        "F22",
    ),
    Mutant(
        "the tablet's clock is the cursor",
        pulls.the_tablets_clock_is_in_2105,
        ((inbound, "settled_since", instead(lambda *_args: "2105-01-01T00:00:00Z")),),
        "F12",
    ),
    Mutant(
        "the first of two versions is the only one shown",
        pulls.two_nurses_talk_with_one_person,
        ((conversation, "what_stands", bad_pulls.first_one_wins),),
        "F06",
    ),
    Mutant(
        "the manifest is not waited for",
        pulls.parts_of_a_visit_come_without_its_manifest,
        ((visits, "save_pulled", bad_pulls.call_it_whole),),
        "F23",
    ),
    Mutant(
        "who leaves takes unsent work along",
        pulls.a_person_leaves_with_unsent_work,
        ((patients, "purge", instead(bad_pulls.purge_blindly)),),
        "F32",
    ),
    Mutant(
        "an alert waits until its visit is signed",
        pulls.an_alert_is_raised_in_a_draft,
        ((outbox, "pending", bad_pulls.wait_for_signing),),
        "F14",
    ),
    Mutant(
        "an alert waits for its visit",
        double.a_visit_is_refused_and_its_alert_is_not,
        ((records, "find_references", bad_pulls.name_the_visit),),
        "F14",
    ),
    Mutant(
        "strictly later than the last one seen",
        double.two_records_share_one_second,
        ((tracks, "lower_bound", instead(bad_pulls.after_the_last)),),
        "F11",
    ),
    Mutant(
        "no overlap for late commits",
        double.a_slow_writer_commits_late,
        ((tracks, "lower_bound", instead(lambda track, _overlap: track.position)),),
        "F11",
    ),
    Mutant(
        "a migrated copy is renamed over the live store",
        stores.a_store_is_brought_to_a_newer_schema,
        ((StoreFiles, "next_database", instead(lambda files: files.read_pointer().file)),),
        "F28",
    ),
    Mutant(
        "what was answered is settled without a receipt",
        pushes.a_visit_is_sent,
        ((outbox, "settle", bad_pushes.keep_no_receipt),),
        "F04",
        rule="I1",
    ),
    Mutant(
        "what was sent lies beside the store to be read",
        pushes.a_visit_is_sent,
        ((Courier, "send", bad_pushes.keep_a_readable_copy),),
        "F02",
        rule="I6",
    ),
    Mutant(
        "lists show the first score and not the highest",
        pushes.a_visit_has_two_scores,
        ((visit_rows, "find_highest", instead(bad_pushes.take_pain)),),
        rule="I9",
    ),
    Mutant(
        "who left stays on the device",
        pulls.a_person_leaves,
        ((pull.Puller, "_purge", instead(bad_pushes.nothing)),),
        "F32",
        rule="I13",
    ),
    Mutant(
        "what points to something does not wait for it",
        pushes.a_talk_goes_on_after_a_visit_that_is_refused,
        ((records, "find_references", instead(lambda _payload: ())),),
        "F14",
        rule="I16",
    ),
    Mutant(
        "pages are read by their next links",
        double.rows_change_while_pages_are_read,
        ((rounds, "advance", bad_pulls.follow_links),),
        "F11",
    ),
)
"""At least twenty. The names stand in docs/reliability.md."""
