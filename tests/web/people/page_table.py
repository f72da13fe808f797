"""Who may open which page with which method: the table that the pages are held against.

Letters: A analyst, L leader, T town cadre, D department, F firm, U auditor, M administrator; ``*`` is everybody, also not signed in.
A method that is not listed is refused for everybody.
"""

from __future__ import annotations

TABLE = """
setup                 GET *        POST *
login                 GET *        POST *
set_language                       POST *
logout                             POST ALTDFUM
password              GET ALTDFUM   POST ALTDFUM
tokens                GET ALTDFUM   POST ALTDFUM
token_revoke                       POST ALTDFUM
api_reference         GET ALTDFUM

home                  GET ALTDFUM
map_table             GET ALTDFUM
map_names             GET ALTDFUM
map_build                          POST A
tile                  GET ALTDFUM
firms                 GET ALTDFUM
parcels               GET ALTDFUM
parcel                GET ALTDFUM
search                GET ALTDFUM

imports               GET ALU
import_new            GET A        POST A
import_batch          GET ALU
import_templates      GET ALU
import_template       GET ALU
import_answer                      POST A
import_rehearse                    POST A
import_commit                      POST A
import_undo           GET A        POST A
import_discard                     POST A
import_returned       GET ALU      POST A
import_mapping        GET A        POST A
import_firms          GET ALU
import_defects        GET ALU
import_part           GET ALU
pairs                 GET ALU
pair_decide                        POST A
corrections           GET ALU
correct               GET A        POST A
jobs                  GET ALTDFUM
job                   GET ALTDFUM
job_part              GET ALTDFUM
job_stop                           POST ALTDFUM

rule_sets             GET ALU
rule_set_upload       GET A        POST A
rule_set              GET ALU
rule_set_text         GET ALU
runs                  GET ALTFU
run_new               GET A        POST A
run                   GET ALTFU
run_csv               GET ALTFU
run_publish                        POST AL
run_discard                        POST A
run_again                          POST A
run_replay                         POST A
run_notice                         POST AL
run_compare_choose    GET ALU
run_compare           GET ALU      POST A
firm                  GET ALTDFUM
firm_account          GET ALTFU
area_notices          GET ALTFU
area_notice_new       GET AL       POST AL
area_notice           GET ALTFU
findings              GET ALTFU
finding_runs          GET ALTFU
finding_run_new       GET A        POST A
finding_run           GET ALTFU
finding_run_publish                POST AL
finding_run_discard                POST A
finding_run_again                  POST A
finding_run_replay                 POST A
finding_rule_sets     GET ALU
finding_rules_upload  GET A        POST A
finding_rules         GET ALU
finding_rules_text    GET ALU
finding_object        GET ATF      POST ATF
objections            GET ALTFU
objection_new         GET AF       POST AF
objection             GET ALTFU
objection_document    GET ALTFU
objection_review                   POST A
objection_accept                   POST A
objection_reject                   POST A
objection_withdraw                 POST ATF

plans                 GET ALU
plan_new              GET A        POST A
plan                  GET ALU
plan_now              GET ALU
plan_map              GET ALU
plan_solve                         POST A
plan_discard                       POST A
plan_lock                          POST A
plan_choose                        POST A
plan_adopt                         POST A
plan_phase                         POST A
plan_moves            GET ALU
plan_front            GET ALU
plan_compare          GET ALU
plan_parcel           GET ALU
plan_sign             GET L        POST L
plan_print            GET ALU
plan_replay                        POST A
plan_adjacency        GET ALU
plan_pair             GET ALU
pair_decision         GET ALU      POST A
pair_decisions        GET ALU

blocks                GET ALTU
block_progress        GET ALTU
my_blocks             GET ALTU
line                  GET ALTFU
block_new             GET A        POST A
block                 GET ALTU
block_map             GET ALTU
block_add             GET A        POST A
block_edit            GET A        POST A
block_release         GET A        POST A
block_publish         GET A        POST A
block_close           GET A        POST A
party_new             GET A        POST A
party                 GET ALTU     POST AT
party_strike          GET A        POST A
block_stage           GET AT       POST AT
block_correct         GET AT       POST AT
block_attach          GET AT       POST AT
block_file            GET ALTU
block_decide          GET L        POST L
block_accept          GET L        POST L
block_revoke          GET L        POST L

cockpit               GET ALTDU
targets               GET ALTDU
target                GET ALTDU
target_edit           GET A        POST A
target_formula        GET A        POST A
target_parts          GET A        POST A
target_parts_check                 POST A
target_sign           GET L        POST L
target_drop           GET A        POST A
target_end            GET L        POST L
target_report         GET ALTD     POST ALTD
target_evidence       GET ALTDU
documents             GET ALTDU
document_new          GET A        POST A
document              GET ALTDU
document_file         GET ALTDU
document_edit         GET A        POST A
document_again                     POST A
document_withdraw     GET A        POST A
statements_confirm                 POST A
statement_add         GET A        POST A
statement             GET ALTDU    POST A
target_new            GET A        POST A
threads               GET ALTDU
threads_again                      POST A
link_decide                        POST A
orders                GET ALTDU
order                 GET ALTDU
order_new             GET L        POST L
order_print           GET ALTDU
order_reply           GET ALTD     POST ALTD
order_settle          GET L        POST L
order_file            GET ALTDU
target_forms          GET ALTDU
target_form           GET ALTDU

cases                 GET ALTDFU
case_table            GET ALTDFU
my_cases              GET ALTDFU
cases_unsolved        GET ALTDFU
case_points           GET ALTDFU
case_alerts           GET ALTDFU   POST ALTDF
case_matters          GET ALTDFU   POST A
case_matter           GET ALTDFU   POST A
case_choose           GET ALTDF
case_raise            GET ALTDF    POST ALTDF
case_board            GET ALTDFU
case_statistics       GET ALTDFU
case_deduct           GET A        POST A
case_lists            GET ALTDFU
case_list_upload      GET A        POST A
case_list             GET ALTDFU
case_list_text        GET ALTDFU
case_list_force                    POST A
case_list_end                      POST A
case_calendar         GET ALTDFU   POST A
case                  GET ALTDFU
case_act              GET ALTDF    POST ALTDF
case_rate                          POST ALTDF
case_attach           GET ALTDF    POST ALTDF
case_file             GET ALTDFU

people                GET UM
person_new            GET M        POST M
people_import         GET M        POST M
people_import_act                  POST M
people_template       GET M
person                GET UM       POST M
person_code                        POST M
person_close          GET M        POST M
person_reopen                      POST M
audit                 GET UM
audit_event           GET UM

ogc                   GET ALTDFUM
ogc_conformance       GET ALTDFUM
ogc_api               GET ALTDFUM
ogc_collections       GET ALTDFUM
ogc_collection        GET ALTDFUM
ogc_items             GET ALTDFUM
ogc_item              GET ALTDFUM
"""

OPERATIONS = """
get_me             ALTDFUM
list_parcels       ALTDFUM
get_parcels        ALTDFUM
list_buildings     ALTDFUM
get_buildings      ALTDFUM
list_firms         ALTDFUM
get_firms          ALTDFUM
list_occupancy     ALTDFUM
list_measures      ALTDFUM
list_taxes         ALTDFUM
list_marks         ALTDFUM
list_barriers      ALTDFUM
get_barriers       ALTDFUM
list_units         ALTDFUM
get_units          ALTDFUM
list_projects      ALTDFUM
get_projects       ALTDFUM
list_revisions     ALTDFUM
list_batches       ALU
list_runs          ALTFU
get_run            ALTFU
list_results       ALTFU
get_account        ALFU
list_areas         ALTFU
list_area_firms    ALTFU
list_objections    ALTFU
list_findings      ALTFU
list_plans         ALU
get_plan           ALU
list_blocks        ALTU
get_block          ALTU
"""


def pages() -> dict[str, dict[str, str]]:
    """Name of the address → method → letters."""
    found = {}
    for line in filter(None, TABLE.splitlines()):
        name, *words = line.split()
        found[name] = dict(zip(words[::2], words[1::2], strict=True))
    return found


def operations() -> dict[str, str]:
    """Name of the operation of the API → letters."""
    return dict(line.split() for line in filter(None, OPERATIONS.splitlines()))
