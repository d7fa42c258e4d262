"""What users of such systems complain of, row by row, and the tests that show that it is otherwise here.

The rows come from threads about systems alike; each is a requirement. A row names the tests that prove the whole of it.
A row that is not met by design says why. A test that is renamed or removed fails here, so that the table stays true.
"""

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Row:
    """A requirement with the tests that prove it, as `folder/test_file.py: test_one test_two`."""

    asks: str
    tests: tuple[str, ...]
    why: str = ""  # what is otherwise than it was asked, and why


ROWS: dict[int, Row] = {
    1: Row(
        "a page comes from the passage's own record, and is absent where it is unknown",
        (
            "service/test_complaints.py: test_row_1_a_hit_has_the_page_of_its_own_document "
            "test_row_1_where_there_are_no_pages_none_is_named",
            "quality/test_pages.py: test_sixty_random_passages_have_sixty_right_pages",
        ),
    ),
    2: Row(
        "over a whole collection every page exists and holds the passage",
        (
            "quality/test_floor.py: test_every_passage_stands_on_its_page",
            "search/test_searcher.py: test_a_cited_page_exists_and_the_passage_stands_on_it",
        ),
    ),
    3: Row(
        "pages count from one, in the answer and in the link",
        ("service/test_complaints.py: test_row_3_a_word_is_found_on_its_page_counted_from_one",),
    ),
    4: Row(
        "after DELETE nothing is left anywhere, also when killed halfway, and the file can be added again",
        (
            "service/test_patch_delete.py: test_withdrawing_erases_everything_also_what_waits",
            "corpus/test_publishing.py: test_removing_leaves_nothing_but_the_change "
            "test_after_removing_the_word_is_not_in_the_bytes_on_disk test_a_removed_document_can_be_added_again "
            "test_a_file_that_can_not_be_erased_is_told_and_the_document_is_gone_all_the_same",
            "corpus/test_pictures.py: test_the_pictures_of_a_document_go_with_it",
            "faults/test_kill_service.py: test_what_was_answered_holds_after_every_kill",
            "faults/test_disk.py: test_a_withdrawal_on_a_full_disk_is_answered_as_it_is",
        ),
    ),
    5: Row(
        "after half was removed, k results are still k live ones",
        ("contract/test_index.py: test_after_removing_half_k_live_hits_remain",),
    ),
    6: Row(
        "the same bytes a hundred times are one document and no memory",
        (
            "ingest/test_complaints.py: test_row_6_the_same_bytes_a_hundred_times_are_one_document "
            "test_row_6_an_upload_of_known_bytes_names_the_document_that_is_there",
        ),
    ),
    7: Row(
        "new bytes are version two of the same document",
        (
            "ingest/test_pipeline.py: test_new_bytes_are_a_new_version_and_the_old_is_gone",
            "corpus/test_publishing.py: test_a_second_version_takes_the_place_of_the_first_and_the_history_stays",
            "service/test_upload.py: test_a_new_version_as_body_or_as_form",
        ),
    ),
    8: Row(
        "an index of another model is refused with the command that rebuilds, beside the serving one",
        (
            "search/test_fingerprint.py: "
            "test_each_field_that_differs_is_refused_and_named_with_both_values_and_the_command",
            "search/test_embedded_index.py: test_an_index_made_by_other_parts_is_refused_at_opening",
            "ingest/test_rebuild.py: test_the_serving_index_answers_during_the_rebuild",
        ),
    ),
    9: Row(
        "question and passage get the prefix of the model",
        (
            "search/test_model.py: test_the_model_is_given_the_prefixed_text_and_nothing_else "
            "test_prefixes_are_those_of_the_models_family",
        ),
    ),
    10: Row(
        "no passage is longer than the model reads",
        (
            "properties/test_chunking_properties.py: "
            "test_no_passage_and_no_window_of_one_is_longer_than_the_model_reads",
            "ingest/test_chunking.py: test_with_the_real_tokenizer_nothing_is_above_the_limit",
        ),
        "nothing is cut off, so there are no cuts to count",
    ),
    11: Row(
        "every file ends with a word and a reason, errors are not indexed, trying again is one action",
        (
            "ingest/test_complaints.py: test_row_11_a_broken_file_is_red_is_not_indexed_and_can_be_tried_again",
            "ingest/test_pipeline.py: test_a_bad_file_fails_with_a_reason_and_the_rest_goes_on",
            "service/test_cli.py: test_ingest_says_what_happened_to_every_file",
        ),
    ),
    12: Row(
        "pages without text are named, and a document without any is refused unless it can be recognised",
        (
            "ingest/test_pdf.py: test_pages_without_text_are_kept_and_named_in_one_remark "
            "test_a_document_without_any_text_is_refused",
            "ingest/test_pipeline.py: test_pages_without_text_are_flagged",
            "ingest/test_ocr.py: test_only_pages_without_text_are_recognised",
        ),
    ),
    13: Row(
        "rows stay whole with their header row, and every way in gives the same passages",
        (
            "ingest/test_chunking.py: test_a_table_is_cut_between_rows_and_every_piece_has_the_header_row_once",
            "ingest/test_complaints.py: test_row_13_a_file_gives_the_same_passages_by_upload_and_from_a_folder",
        ),
    ),
    14: Row(
        "hyphens and ligatures are mended, unknown words are measured and the better of two extractions kept",
        (
            "ingest/test_pdf_layout.py: test_words_broken_over_lines test_ligatures_and_odd_spaces",
            "ingest/test_pdf_parts.py: test_the_words_of_the_document_decide_about_a_hyphen "
            "test_bad_text_is_told_from_good",
            "ingest/test_complaints.py: test_row_14_a_page_of_unknown_words_is_read_again_and_the_better_text_kept "
            "test_row_14_where_no_extraction_is_better_the_first_is_kept test_row_14_ordinary_pages_have_known_words",
        ),
    ),
    15: Row(
        "notes belong to their own slide, and its number is the one that is shown",
        (
            "service/test_complaints.py: test_row_15_notes_are_found_on_their_own_slide_in_the_order_that_is_shown",
            "ingest/test_pptx.py: test_numbers_follow_the_order_and_the_first_number_and_hidden_slides_count",
        ),
    ),
    16: Row(
        "the keyword index is kept and not made again at a question",
        (
            "search/test_snapshot.py: test_a_snapshot_is_used_and_what_came_after_is_replayed",
            "search/test_keeping.py: test_of_a_large_block_only_what_came_and_went_is_written",
        ),
        "how fast that is depends on the machine: `make bench` measures it, with a hundred thousand passages too",
    ),
    17: Row(
        "a score of fusion is never shown or used as confidence",
        (
            "search/test_searcher.py: test_the_evidence_never_holds_the_fused_score "
            "test_the_word_for_relevance_comes_from_the_probability_and_not_from_the_score",
            "e2e/test_search_page.py: test_only_possible_results_are_called_that",
        ),
    ),
    18: Row(
        "the bar is fitted on questions without an answer, and below it the answer says so",
        (
            "search/test_evaluation.py: test_an_unanswerable_question_is_refused",
            "search/test_abstention.py: test_the_bar_in_use_is_among_them_and_marked",
            "service/test_api.py: test_nothing_above_the_bar_is_said_so",
            "search/test_overview.py: test_nothing_found_offers_themes_that_exist_and_may_be_seen",
        ),
        "no near misses are offered, but themes that are near and exist: the least bad passage is no answer",
    ),
    19: Row(
        "the quality on Dutch questions has floors",
        ("quality/test_floor.py: test_the_measures_are_above_their_floors",),
    ),
    20: Row(
        "compounds are found by their parts without the vector leg",
        (
            "search/test_embedded_index.py: test_other_forms_of_a_word_are_found_with_the_vector_leg_off",
            "search/test_compounds.py: test_a_compound_has_these_parts",
        ),
    ),
    21: Row(
        "the stemmer is in the fingerprint, and its words are fixed",
        (
            "search/test_analysis.py: test_a_fixed_list_of_words_gives_fixed_terms "
            "test_the_stemmer_is_named_with_its_version",
            "search/test_fingerprint.py: test_a_fingerprint_is_of_the_model_the_analyser_and_the_chunker",
        ),
    ),
    22: Row(
        "nobody sees a document, its count, terms or title without the right to",
        (
            "service/test_access_table.py: "
            "test_every_route_of_the_description_has_a_row_and_no_row_is_of_the_past "
            "test_a_document_is_there_only_for_who_may_see_it test_lists_and_counts_hold_only_what_one_may_see "
            "test_suggestions_are_words_of_what_one_may_see test_tasks_and_uploads_are_for_editors",
            "service/test_metrics.py: test_only_an_administrator_sees_them",
        ),
    ),
    23: Row(
        "writers wait or are refused, readers never fail, damage costs time only",
        (
            "search/test_embedded_index.py: test_readers_and_a_writer_at_once_never_fail",
            "corpus/test_database.py: test_a_second_writer_is_refused_in_dutch_when_the_first_goes_on",
            "corpus/test_publishing.py: test_writers_at_the_same_time_lose_nothing",
            "search/test_snapshot.py: test_a_damaged_file_is_ignored_with_a_warning_and_the_catalogue_fills_the_index",
        ),
    ),
    24: Row(
        "reading has limits of memory and time, and many documents take no more than few",
        (
            "ingest/test_complaints.py: test_row_24_memory_after_many_documents_is_that_after_few",
            "ingest/test_sandbox.py: test_a_file_that_takes_too_much_memory test_a_file_that_goes_over_a_limit",
        ),
    ),
    25: Row(
        "loading, asking and serving work without a network, and none is tried",
        (
            "e2e/test_unplugged.py: test_row_25_loading_asking_and_serving_without_a_network",
            "ingest/test_hostile.py: test_nothing_is_fetched",
        ),
        "no container is given out, and nothing depends on HF_HUB_OFFLINE: the test runs without it",
    ),
    26: Row(
        "hostile files are refused with a reason and the process goes on",
        (
            "ingest/test_hostile.py: test_office_files_and_zips test_pdfs test_texts",
            "ingest/test_detect.py: test_zip_that_grows_too_much_is_refused_before_it_is_unpacked",
            "service/test_upload.py: test_too_large_is_refused_and_leaves_nothing",
        ),
    ),
    27: Row(
        "results are documents, with at most so many passages each",
        (
            "search/test_searcher.py: test_a_document_is_one_result_however_many_of_its_passages_are_found "
            "test_the_limit_counts_documents",
            "service/test_api.py: test_at_most_so_many_passages_and_documents",
        ),
    ),
    28: Row(
        "languages are told apart steadily, and a question is never limited to one",
        (
            "ingest/test_language.py: test_the_same_text_gives_the_same_language_every_time "
            "test_a_text_too_short_to_tell_gets_what_is_known_already "
            "test_a_language_that_is_no_candidate_never_comes_out",
            "service/test_complaints.py: test_row_28_a_question_is_never_limited_to_the_language_it_seems_to_be_in",
        ),
    ),
    29: Row(
        "the search box is accessible",
        (
            "e2e/test_search_accessibility.py: test_axe_finds_nothing_in_light_or_dark "
            "test_a_screen_reader_hears_the_count_and_the_language test_everything_goes_with_the_keyboard_alone",
            "e2e/test_suggestions.py: test_what_a_screen_reader_reads_and_hears",
        ),
    ),
    30: Row(
        "what is asked is not kept with who asked it",
        (
            "service/test_auditing.py: test_no_question_text_or_key_gets_into_the_log",
            "service/test_suggestions.py: test_nothing_is_kept_of_what_is_typed",
            "service/test_adr.py: test_no_question_and_no_key_in_an_address",
            "service/test_patch_delete.py: test_words_of_a_title_are_asked_for_in_the_body",
        ),
        "no question is kept at all, so there is nothing to mask, to keep for six months or to switch off",
    ),
    31: Row(
        "a report of what was not found",
        (),
        "no question is kept (row 30): it takes a decision on keeping them before there can be a report",
    ),
    32: Row(
        "title and headings are searched and not shown, and what that adds can be measured",
        (
            "corpus/test_types.py: test_what_is_indexed_is_the_path_the_header_row_and_the_text",
            "search/test_units.py: test_the_whole_comes_first_with_its_header_and_windows_follow_with_the_title",
        ),
        "the ablation has no variant without them: it would need a second index, since they are in every vector",
    ),
    33: Row(
        "the counts of both legs are told, and when they differ it is not ready",
        (
            "service/test_complaints.py: "
            "test_row_33_counts_of_both_legs_are_told_and_when_they_differ_it_is_not_ready "
            "test_row_33_doctor_tells_the_counts_of_both_legs",
        ),
    ),
    34: Row(
        "invalid input is 400 as a problem, never 422",
        (
            "service/test_complaints.py: test_row_34_invalid_input_is_400_for_every_operation_and_never_422",
            "service/test_adr.py: test_all_that_is_wrong_is_told_at_once_as_400",
            "quality/test_schemathesis.py: test_every_answer_is_as_described",
        ),
    ),
    35: Row(
        "what is called processed is found by the next question",
        ("service/test_upload.py: test_a_file_can_be_found_after_its_task_says_so",),
    ),
}


@cache
def names_in(file: str) -> frozenset[str]:
    tree = ast.parse((ROOT / "tests" / file).read_text(encoding="utf-8"))
    functions = (node for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return frozenset(node.name for node in functions)


@pytest.mark.parametrize("number", ROWS)
def test_every_row_names_tests_that_exist(number: int) -> None:
    row = ROWS[number]
    assert row.tests or row.why
    for entry in row.tests:
        file, _, names = entry.partition(": ")
        assert names.split()
        assert set(names.split()) - names_in(file) == set(), file


def test_every_row_is_there_and_no_test_of_a_row_is_forgotten() -> None:
    assert list(ROWS) == list(range(1, 36))
    named = {name for row in ROWS.values() for entry in row.tests for name in entry.partition(": ")[2].split()}
    files = ["ingest/test_complaints.py", "service/test_complaints.py", "e2e/test_unplugged.py"]
    assert {name for file in files for name in names_in(file) if name.startswith("test_row_")} - named == set()


def test_a_name_that_does_not_exist_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ROWS, 1, Row("x", ("test_docs.py: test_readme_is_one_page test_that_is_not_there",)))
    with pytest.raises(AssertionError, match="test_that_is_not_there"):
        test_every_row_names_tests_that_exist(1)
